"""One figure of exposure and what it sums: the total as exposure says it, then the contracts and their rows."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from procurement.cases.summing.formulas import FORMULAS, GUARANTEES, Formula
from procurement.cases.summing.rows import Cut, Rows, entries_of, guarantees_of
from procurement.cases.summing.shares import ALL, shares_of
from procurement.common.dates import Asked
from procurement.contracts.models import Contract, ProgramAllocation
from procurement.exposure.answering import Question, answer
from procurement.exposure.explanations import Reason, reason
from procurement.exposure.rows import Row
from procurement.exposure.snapshot import one_moment
from procurement.programs.reading import standings
from procurement.programs.standing import Standing

#: Of more contracts than this the largest are not looked for: they come in the order of their ids. A statement that
#: makes rows of 2,000 contracts takes seconds, one of 200 a tenth of a second.
MOST_SORTED = 200
FIRST = Cut()


@dataclass(frozen=True)
class Wanted:
    """Which figure is asked for, of which contracts, in which currency, and which page of it."""

    name: str
    asked: Asked
    #: filters of exposure, each with one value
    filters: Mapping[str, Any]
    #: None: the only one there is
    currency: str | None = None
    #: how many contracts are before the page, and how many are on it
    start: int = 0
    size: int = 20
    rows: Cut = FIRST

    @property
    def formula(self) -> Formula:
        """What the figure sums."""
        return FORMULAS[self.name]

    @property
    def accepted(self) -> dict[str, list[Any]]:
        """The filters as exposure takes them."""
        return {name: [value] for name, value in self.filters.items()}


@dataclass(frozen=True)
class ContractPart:
    """What one contract adds to a figure."""

    contract: Contract
    #: None: unknown, for a reason
    amount: Decimal | None
    why: Reason | None
    share: Decimal
    rows: Rows
    formula: Formula
    #: its rows are not counted, because this other figure of it is known
    counted_under: str = ""

    @property
    def floored(self) -> bool:
        """Whether rows come to less than nothing and count as nothing: all of them, or guarantees of one kind."""
        below = self.formula.not_below_zero and self.rows.total < 0
        return below or (not self.rows.left_out and self.rows.total_left_out > 0)

    @property
    def summed(self) -> Decimal:
        """What its rows come to, at its share."""
        return Decimal(0) if self.counted_under else self.formula.of(self.rows.total, self.share)


@dataclass(frozen=True)
class Summed:
    """A figure and what it sums. Without a currency there is nothing to sum, or one is to be chosen."""

    wanted: Wanted
    #: the same figure in each currency there is
    totals: Sequence[Row]
    total: Row | None
    standing: Standing | None
    parts: Sequence[ContractPart] = ()
    #: how many contracts there are, with those of which the figure is unknown; None: more than are sorted
    contracts: int | None = None
    more: bool = False
    #: contracts of the page that are in other currencies
    others: int = 0

    @property
    def amount(self) -> Decimal | None:
        """The figure, before it is rounded."""
        return self.total.figures[self.wanted.name] if self.total else None

    @property
    def why(self) -> Reason | None:
        """Why it is unknown, where it is, and what would make it known."""
        return reason(self.wanted.name, self.total) if self.total and self.amount is None else None

    @property
    def stopped_on(self) -> dt.date | None:
        """When the program stopped, whose movements since then are asked for."""
        return self.standing.stopped_on if self.standing else None


def summed(wanted: Wanted) -> Summed:
    """A figure and one page of what it sums, as of one moment. Makes the same number of queries for any number."""
    with one_moment():
        totals = _totals(wanted)
        total = _chosen(totals, wanted.currency)
        program = wanted.filters.get("program")
        standing = standings(wanted.asked, [program]).get(program) if program is not None else None
        if total is None:
            return Summed(wanted, totals, None, standing)
        rows, contracts, more = _page(wanted, total, sum(each.contracts for each in totals))
        own = [row for row in rows if row.currency == total.currency]
        parts = _parts(wanted, own, standing.stopped_on if standing else None)
        return Summed(wanted, totals, total, standing, parts, contracts, more, len(rows) - len(own))


def _totals(wanted: Wanted) -> list[Row]:
    """A program's row is kept also with no contract left, for what moved since it stopped."""
    program = wanted.filters.get("program")
    group_by = () if program is None else ("program",)
    rows = answer(Question(wanted.asked, group_by, wanted.accepted)).rows
    return [row for row in rows if row.keys.get("program") == program]


def _chosen(totals: Sequence[Row], currency: str | None) -> Row | None:
    if currency is None:
        return totals[0] if len(totals) == 1 else None
    return next((row for row in totals if row.currency == currency), None)


def _page(wanted: Wanted, total: Row, contracts: int) -> tuple[list[Row], int | None, bool]:
    """The rows of a page of contracts: of few the largest first, of many in the order of their ids."""
    question = Question(wanted.asked, ("contract",), wanted.accepted, limit=MOST_SORTED)
    if contracts <= MOST_SORTED:
        found = answer(question)
        if found.next_offset is None:
            rows = sorted((row for row in found.rows if _adds(row, wanted, total)), key=_largest(wanted.name))
            end = wanted.start + wanted.size
            return rows[wanted.start : end], len(rows), len(rows) > end
    if "program" in wanted.filters and "contract" not in wanted.filters:
        return _page_of_program(wanted)
    paged = Question(wanted.asked, ("contract",), wanted.accepted, offset=wanted.start, limit=wanted.size)
    found = answer(paged)
    return list(found.rows), None, found.next_offset is not None


def _page_of_program(wanted: Wanted) -> tuple[list[Row], int | None, bool]:
    """The contracts of a page alone, which takes no account of a past day of the program's others.

    A contract that was not the program's at the asked dates has no row, so a page may have fewer.
    """
    ids = ProgramAllocation.objects.contracts_of(wanted.accepted["program"])
    chosen, more = ids[wanted.start : wanted.start + wanted.size], len(ids) > wanted.start + wanted.size
    accepted = wanted.accepted | {"contract": chosen}
    return list(answer(Question(wanted.asked, ("contract",), accepted)).rows) if chosen else [], None, more


def _adds(row: Row, wanted: Wanted, total: Row) -> bool:
    """Whether a contract has a part in the figure: one that has left its program has only in what moved since."""
    return row.currency == total.currency and (bool(row.contracts) or wanted.formula.since_the_stop)


def _largest(name: str) -> Any:
    def key(row: Row) -> tuple[bool, Decimal, int]:
        amount = row.figures[name]
        return (amount is None, -amount if amount is not None else Decimal(0), row.keys["contract"])

    return key


def _parts(wanted: Wanted, rows: Sequence[Row], stopped_on: dt.date | None) -> tuple[ContractPart, ...]:
    ids = [row.keys["contract"] for row in rows]
    contracts = Contract.everything.in_bulk(ids)
    program = wanted.filters.get("program")
    shares = {} if program is None else shares_of(wanted.formula, wanted.asked, program, ids, stopped_on)
    found = _rows(wanted, ids, stopped_on)
    return tuple(
        part_of(wanted.name, row, contracts[each], shares.get(each, ALL), found.get(each, Rows()))
        for row, each in zip(rows, ids, strict=True)
    )


def _rows(wanted: Wanted, ids: Sequence[int], stopped_on: dt.date | None) -> dict[int, Rows]:
    if wanted.name == GUARANTEES:
        return guarantees_of(wanted.asked, ids)
    after = stopped_on if wanted.formula.since_the_stop else None
    return entries_of(wanted.formula, wanted.asked, ids, after, wanted.rows)


def part_of(name: str, row: Row, contract: Contract, share: Decimal, rows: Rows) -> ContractPart:
    """What a contract adds to a figure, by its row of exposure, its share and the rows that count."""
    formula, amount = FORMULAS[name], row.figures[name]
    other = formula.unless_known
    known = bool(other) and row.figures[other] is not None
    why = reason(name, row) if amount is None else None
    return ContractPart(contract, amount, why, share, Rows() if known else rows, formula, other if known else "")
