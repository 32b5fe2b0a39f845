"""Answering what the contract exposure is: a question becomes a plan, which is run, converted and cut to its page."""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field

from procurement.exposure.conversion import Converted, in_currency
from procurement.exposure.organizations import asks_of_organizations
from procurement.exposure.plan import Plan, planned
from procurement.exposure.questions import GROUPINGS, LARGEST_PAGE, Question, checked_groups
from procurement.exposure.ranking import Place, Ranking, refuse_incomparable
from procurement.exposure.reading import Read, from_facts, from_ledger, from_mirror, run
from procurement.exposure.rows import Row
from procurement.exposure.snapshot import one_moment
from procurement.programs.standing import Standing
from procurement.rates.converting import Rate

__all__ = [
    "GROUPINGS",
    "LARGEST_PAGE",
    "Answer",
    "Question",
    "answer",
    "answer_from_facts",
    "answer_from_ledger",
    "answer_from_mirror",
    "checked_groups",
]


@dataclass(frozen=True)
class Answer:
    """One page of rows, the totals by currency, the standings rows refer to, the rates used, and where to go on."""

    question: Question
    rows: list[Row]
    totals: list[Row]
    standings: Mapping[int, Standing]
    rates: tuple[Rate, ...] = ()
    next_offset: int | None = None
    #: currencies that had no rate and were left as they are -> how many contracts there are in each
    left: Mapping[str, int] = field(default_factory=dict)
    #: where rows that are ranked go on
    next_place: Place | None = None


def answer(question: Question) -> Answer:
    """Answer from what is kept, where that knows the dates, else from the facts.

    Raises Refused where a rate to convert at is missing.
    """
    # which organizations are one is of the same moment as what is read of them
    asks = asks_of_organizations(question.group_by, question.filters)
    with one_moment() if asks else nullcontext():
        plan = planned(question)
        return answered(plan, run(plan))


def answer_from_facts(question: Question) -> Answer:
    """The same without what is kept: for dates of which it is known to be of no use. Raises as `answer` does."""
    plan = planned(question)
    return answered(plan, from_facts(plan))


def answer_from_ledger(question: Question) -> Answer:
    """The same, summed from the facts alone: what is kept is held against it. Raises as `answer` does."""
    plan = planned(question)
    return answered(plan, from_ledger(plan))


def answer_from_mirror(question: Question) -> Answer | None:
    """The same from the mirror of this host; None where it cannot say. Raises as `answer` does."""
    plan = planned(question)
    read = from_mirror(plan)
    return None if read is None else answered(plan, read)


def answered(plan: Plan, read: Read) -> Answer:
    """Convert what was read, where that is asked for, and cut the page out of it."""
    question, (found, known) = plan.question, read
    done = Converted(found) if question.currency is None else in_currency(found, question)
    if question.ranking is not None:
        return _ranked(question, question.ranking, done, known)
    rows = done.found.rows[question.offset - plan.offset :]
    next_offset = question.offset + question.limit if len(rows) > question.limit else None
    return Answer(question, rows[: question.limit], done.found.totals, known, done.rates, next_offset, done.left)


def _ranked(question: Question, ranking: Ranking, done: Converted, known: Mapping[int, Standing]) -> Answer:
    """The page of the rows that are chosen and ordered by their figures; totals are of all rows, chosen or not."""
    refuse_incomparable(ranking, done.found.rows, done.found.totals)
    rows, place = ranking.ranked(done.found.rows, question.limit)
    return Answer(question, rows, done.found.totals, known, done.rates, left=done.left, next_place=place)
