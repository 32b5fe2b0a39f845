"""Whether facts of a list stand, and which rows took them back, correct them, or are corrected by them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from procurement.sources.facts import Fact, rows_of


@dataclass(frozen=True)
class Stated:
    """A fact with what became of it; rows are named by their ids."""

    row: Any
    taken_back_by: int | None = None
    #: the row with which it was replaced in the same step
    corrected_by: int | None = None
    #: the row that it replaces
    corrects: int | None = None

    @property
    def takes_back(self) -> int | None:
        """The row that it reverses."""
        found: int | None = self.row.reverses_id
        return found

    @property
    def stands(self) -> bool:
        """Whether it says what is held to be true."""
        return self.taken_back_by is None and self.takes_back is None


def with_states(rows: Iterable[Any]) -> list[Stated]:
    """Facts of one table with their states, from the list alone: each has `taken_back_by`, the id of its reversal.

    A correction is the next revision, recorded at the moment of the reversal.
    """
    listed = list(rows)
    by_id = {row.pk: row for row in listed}
    revisions = {_revision(row): row.pk for row in listed if row.reverses_id is None}
    corrected: dict[int, int] = {}
    for row in listed:
        reversal = by_id.get(row.taken_back_by or 0)
        if reversal is not None:
            replaced_by = revisions.get((row.source_key, row.revision + 1, reversal.recorded_at))
            corrected |= {row.pk: replaced_by} if replaced_by else {}
    corrects = {new: old for old, new in corrected.items()}
    return [Stated(row, row.taken_back_by, corrected.get(row.pk), corrects.get(row.pk)) for row in listed]


def _revision(row: Any) -> tuple[str, int, Any]:
    return row.source_key, row.revision, row.recorded_at


def correction_of(fact: Fact) -> Any | None:
    """The row that replaced a fact in the step that took it back."""
    reversal = fact.reversal
    if reversal is None:
        return None
    rows = rows_of(type(fact)).filter(recorded_at=reversal.recorded_at, reverses=None, source_key=fact.source_key)
    return rows.filter(revision=fact.revision + 1).first()


def corrected_by(fact: Fact) -> Any | None:
    """The row that a fact replaced."""
    if fact.revision == 1:
        return None
    reversals = rows_of(type(fact)).filter(recorded_at=fact.recorded_at, reverses__revision=fact.revision - 1)
    reversal = reversals.filter(reverses__source_key=fact.source_key).select_related("reverses").first()
    return None if reversal is None else reversal.reverses
