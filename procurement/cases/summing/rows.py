"""The rows that make a figure of some contracts: each with its dates, its source, and what it counts."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Sum, Value, When, Window
from django.db.models.functions import RowNumber

from procurement.cases.records.rows import with_reversals
from procurement.cases.summing.formulas import Formula
from procurement.common.dates import BY, Asked
from procurement.common.dating import Dated
from procurement.contracts.models import Guarantee
from procurement.ledger.models import LedgerEntry
from procurement.sources.models import Document


@dataclass(frozen=True)
class SummedRow:
    """One row of the record as it counts in a figure of its contract, before the share."""

    id: int
    #: the table, as the API calls it
    kind: str
    #: what moved: a measure, or the kind of a guarantee
    what: str
    event: str
    dated: Dated
    amount: Decimal
    #: with its sign; nothing where it does not count
    counted: Decimal
    source: Document
    published_on: dt.date | None
    recorded_at: dt.datetime
    reason: str = ""
    note: str = ""
    rounding: Decimal = Decimal(0)
    in_kind: bool = False
    #: the row that it takes back, and the row in view that takes it back
    takes_back: int | None = None
    taken_back_by: int | None = None
    lapsed_on: dt.date | None = None


@dataclass(frozen=True)
class Rows:
    """The rows of one contract: those of a page, and how many there are in all, and to what those come."""

    shown: Sequence[SummedRow] = ()
    count: int = 0
    total: Decimal = Decimal(0)

    @property
    def left_out(self) -> int:
        """How many rows are on other pages."""
        return self.count - len(self.shown)

    @property
    def total_left_out(self) -> Decimal:
        """To what those come."""
        return self.total - sum((each.counted for each in self.shown), Decimal(0))


@dataclass(frozen=True)
class Cut:
    """Which rows of each contract are read."""

    start: int = 0
    size: int = 30


def entries_of(
    formula: Formula, asked: Asked, contract_ids: Collection[int], after: dt.date | None, cut: Cut
) -> dict[int, Rows]:
    """The ledger entries in view that a formula sums, of each contract. One query."""
    found: dict[int, list[SummedRow]] = defaultdict(list)
    sums: dict[int, tuple[int, Decimal]] = {}
    for row in _entries(formula, asked, contract_ids, after, cut):
        found[row.contract_id].append(_entry(row, formula))
        sums[row.contract_id] = (row.rows_in_all, row.comes_to)
    return {contract: Rows(tuple(rows), *sums[contract]) for contract, rows in found.items()}


def _entries(
    formula: Formula, asked: Asked, contract_ids: Collection[int], after: dt.date | None, cut: Cut
) -> QuerySet[Any]:
    """Each contract's rows are numbered, counted and summed before those of the page are taken."""
    rows = LedgerEntry.objects.in_view(asked).filter(_counting(formula, after), contract__in=contract_ids)
    within: dict[str, Any] = {"partition_by": F("contract_id")}
    numbered = with_reversals(rows, asked).annotate(
        place=Window(RowNumber(), order_by=[F("effective_on").asc(), F("id").asc()], **within),
        rows_in_all=Window(Count("pk"), **within),
        comes_to=Window(Sum(_signed(formula)), **within),
    )
    page: QuerySet[Any] = numbered.filter(place__gt=cut.start, place__lte=cut.start + cut.size)
    return page.select_related("source").order_by("contract_id", "place")


def _counting(formula: Formula, after: dt.date | None) -> Q:
    """The condition that an entry counts. A reversal counts under the reason of what it takes back."""
    found = Q(measure__in=list(formula.signs))
    if formula.of_leaving:
        leaving = ("settlement", "termination")
        found &= ~Q(measure="payment") | Q(reason__in=leaving) | Q(reverses__reason__in=leaving)
    if formula.uncertain:
        found &= Q(effective_precision=BY)
    return found if after is None else found & Q(effective_on__gt=after)


def _signed(formula: Formula) -> Any:
    less = [measure for measure, sign in formula.signs.items() if sign < 0]
    return Case(When(measure__in=less, then=Value(-1)), default=Value(1)) * F("amount")


def _entry(row: Any, formula: Formula) -> SummedRow:
    return SummedRow(
        id=row.pk,
        kind="ledger-entries",
        what=row.measure,
        event="",
        counted=row.amount * formula.signs[row.measure],
        reason=row.reason,
        rounding=row.rounding,
        in_kind=row.in_kind,
        **_common(row),
        takes_back=row.reverses_id,
        taken_back_by=row.taken_back_by,
    )


def _common(row: Any) -> dict[str, Any]:
    return {
        "dated": Dated(row.effective_on, row.effective_precision),
        "amount": row.amount,
        "source": row.source,
        "published_on": row.published_on,
        "recorded_at": row.recorded_at,
        "note": row.note,
    }


def guarantees_of(asked: Asked, contract_ids: Collection[int]) -> dict[int, Rows]:
    """The guarantees that stand of each contract: what is given, less what was called or released. One query.

    What lapsed counts no more, and no kind of security is held below nothing: the last row of a kind makes up for that.
    """
    rows = Guarantee.objects.standing(asked).filter(contract__in=contract_ids).select_related("source")
    by_kind: dict[int, dict[str, list[SummedRow]]] = defaultdict(lambda: defaultdict(list))
    for row in rows.order_by("contract_id", "kind", "effective_on", "id"):
        by_kind[row.contract_id][row.kind].append(_guarantee(row, asked.as_of))
    return {contract: _held(kinds) for contract, kinds in by_kind.items()}


def _held(kinds: Mapping[str, Iterable[SummedRow]]) -> Rows:
    shown = [row for rows in kinds.values() for row in rows]
    held = [max(sum((row.counted for row in rows), Decimal(0)), Decimal(0)) for rows in kinds.values()]
    return Rows(tuple(shown), len(shown), sum(held, Decimal(0)))


def _guarantee(row: Guarantee, day: dt.date) -> SummedRow:
    given = row.event == Guarantee.Event.GIVEN
    lapsed = given and row.valid_until is not None and row.valid_until < day
    counted = Decimal(0) if lapsed else row.amount if given else -row.amount
    return SummedRow(
        id=row.pk,
        kind="guarantees",
        what=row.kind,
        event=row.event,
        counted=counted,
        lapsed_on=row.valid_until if lapsed else None,
        **_common(row),
    )
