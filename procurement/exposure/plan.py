"""Plans: what is read for a question, from where, and with which values, decided once. `reading.py` runs them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from procurement.common.dates import Asked
from procurement.exposure.kept.answers import reading_for
from procurement.exposure.kept.statements import Reading
from procurement.exposure.questions import Question, refuse_unknown
from procurement.exposure.sql.grouping import own_keys

#: More rows than there can be.
EVERY = 2**40


@dataclass(frozen=True)
class Plan:
    """How one question is answered; what is kept comes first, and where it is of no use the facts."""

    question: Question
    #: the keys of a row
    own: tuple[str, ...]
    #: the first row that is read, and how many, one more than is shown; all of them where rows may merge
    offset: int
    limit: int
    #: whether what is kept can be read: it holds for what is known now
    of_now: bool
    #: the kept totals that have the answer; None where kept lines are summed
    totals: Reading | None
    #: contracts by the page are read in two: the lines of its contracts, and totals
    in_two: bool

    @property
    def asked(self) -> Asked:
        """The dates."""
        return self.question.asked

    @property
    def filters(self) -> Mapping[str, Any]:
        """The accepted values of each filter."""
        return self.question.filters

    @property
    def values(self) -> dict[str, Any]:
        """What statements over lines take beside dates and standings."""
        given = {name: list(values) for name, values in self.filters.items()}
        return given | {"offset": self.offset, "limit": self.limit}

    @property
    def of_totals(self) -> "Plan":
        """The plan of its totals alone."""
        return planned(replace(self.question, group_by=(), currency=None, offset=0))


def planned(question: Question) -> Plan:
    """Decide how a question is answered. Raises Refused for an unknown grouping or filter.

    A contract has one currency, so rows by contract never merge when they are converted.
    """
    refuse_unknown(question)
    own = tuple(own_keys(question.group_by))
    merges = question.currency is not None and "contract" not in own
    asked = question.asked
    return Plan(
        question=question,
        own=own,
        offset=0 if merges else question.offset,
        limit=EVERY if merges else question.limit + 1,
        of_now=asked.published_by is None and asked.recorded_by is None,
        totals=reading_for(own, question.filters),
        in_two=own == ("contract",),
    )
