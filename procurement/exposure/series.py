"""Exposure through time: one question at several days, in about as many queries as at one."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from procurement.exposure.answering import Answer, Question, answer, answered
from procurement.exposure.mirror.answering import Wanted
from procurement.exposure.mirror.series import Series, found_at_days
from procurement.exposure.plan import planned
from procurement.exposure.reading import named_contracts
from procurement.exposure.valuing import parameters
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
    plan = planned(question)
    known = standings_at(days, question.asked, question.filters.get("program"))
    values = parameters(question.asked, {}) | plan.values
    found = found_at_days(Series(days, known, Wanted(plan.own, plan.filters, values, named_contracts(plan))))
    if found is None:
        return None
    at_days = zip(_on_each(question, days), known, found, strict=True)
    return [answered(planned(each), (rows, standings)) for each, standings, rows in at_days]
