"""Exposure through time: one question at several days, in about as many queries as at one."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from procurement.exposure.answering import Answer, Question, answer, answered
from procurement.exposure.mirror.answering import Wanted
from procurement.exposure.mirror.series import Series, found_at_days
from procurement.exposure.organizations import group_parameters, merged_at_days, turning_parameters, widened
from procurement.exposure.plan import planned_with
from procurement.exposure.reading import named_contracts
from procurement.exposure.valuing import fiscal_parameters, parameters
from procurement.parties.linking import Bodies
from procurement.parties.reading import bodies_at_days
from procurement.programs.reading import standings_at

#: At fewer days than this each is asked by itself, which costs less than planning one statement for all.
FEWEST = 6


def answers_at(question: Question, days: Sequence[dt.date]) -> list[Answer]:
    """The answer at each day, in order; the day of the question itself is no matter. Raises Refused as `answer` does.

    A question of today (`any_age`) is one on the last day alone: at those before, an old rate is no answer.
    The question's limit is of the rows of all days together: those after it, and its day's next ones, may be left out.
    """
    found = _at_once(question, days) if len(days) >= FEWEST else None
    return [answer(each) for each in _on_each(question, days)] if found is None else found


def _on_each(question: Question, days: Sequence[dt.date]) -> list[Question]:
    return [
        replace(question, asked=replace(question.asked, as_of=day), any_age=question.any_age and day == days[-1])
        for day in days
    ]


def _at_once(question: Question, days: Sequence[dt.date]) -> list[Answer] | None:
    """None also where a filter accepts other organizations on one day than on another: there is one list for all."""
    bodies = bodies_at_days(days, question.asked)
    if any(widened(question.filters, each) != widened(question.filters, bodies[0]) for each in _turns(bodies)):
        return None
    plan = planned_with(question, bodies[0])
    known = standings_at(days, question.asked, question.filters.get("program"))
    values = parameters(question.asked, {}, of_facts=False) | fiscal_parameters() | plan.values
    values |= merged_at_days(days, bodies) | group_parameters(days, bodies) | turning_parameters(days, bodies)
    found = found_at_days(Series(days, known, Wanted(plan.own, plan.filters, values, named_contracts(plan))))
    if found is None:
        return None
    asked = zip(_on_each(question, days), bodies, strict=True)
    plans = [planned_with(*each) for each in asked]
    return [answered(*each) for each in zip(plans, zip(found, known, strict=True), strict=True)]


def _turns(bodies: Sequence[Bodies]) -> list[Bodies]:
    """Each that differs from the one of the day before."""
    return [now for before, now in pairwise(bodies) if now is not before]
