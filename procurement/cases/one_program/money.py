"""A program's figures in each currency: on the asked day, and beside them on the day it was stopped."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from procurement.common.dates import Asked
from procurement.contracts.states import LIVE, PENDING
from procurement.exposure.answering import Question, answer
from procurement.exposure.explanations import Reason, reason
from procurement.exposure.kept.live_counts import live_by_currency
from procurement.exposure.rows import Age, Days, Row

#: Figures of stock, shown at the stop and now, and those that only count from the stop.
STOCK = ("committed", "paid", "outstanding", "unaccounted")
SINCE = ("paid_since", "paid_since_rehomed", "paid_since_uncertain", "committed_since")
#: Parts of others, shown where they are not zero.
PARTS = frozenset({"paid_since_rehomed", "paid_since_uncertain"})
LEAVING = ("exit_exposure", "avoidable", "exit_paid")
#: Ranges -> their ends among the figures.
RANGES: Mapping[str, tuple[str, str]] = {
    "exit_exposure": ("exit_low", "exit_high"),
    "avoidable": ("avoidable_low", "avoidable_high"),
    "termination_liability": ("liability_low", "liability_high"),
}
#: Rows by their currency.
Rows = Mapping[str, Row]
NOTHING: Mapping[str, Decimal | None] = {}


@dataclass(frozen=True)
class Amount:
    """A figure, or a range of which an end may be open; where nothing is known, why and what would tell."""

    name: str
    low: Decimal | None
    high: Decimal | None
    unknown: Reason | None = None

    @property
    def is_range(self) -> bool:
        """Whether it has two ends."""
        return self.name in RANGES

    @property
    def is_known(self) -> bool:
        """Whether anything of it is."""
        return self.low is not None or self.high is not None


@dataclass(frozen=True)
class Line:
    """One figure: now, and when the program was stopped."""

    name: str
    now: Amount
    then: Amount | None = None


@dataclass(frozen=True)
class Money:
    """The figures in one currency."""

    currency: str
    now: Row | None
    #: on the day the stop began; None where it never was stopped, or had no contract in this currency then
    then: Row | None
    live: int
    #: how many have ended; None where that was not read
    ended: int | None = None

    @property
    def contracts(self) -> int:
        """How many contracts have a share in it now."""
        return self.now.contracts if self.now else 0

    @property
    def age(self) -> Age:
        """How old the figures are."""
        return self.now.age if self.now else Age()

    @property
    def known_through(self) -> Days | None:
        """The earliest and the latest day through which payments are known."""
        return self.age.paid_known_through

    @property
    def figures(self) -> Mapping[str, Decimal | None]:
        """Its figures now; None is unknown."""
        return self.now.figures if self.now else NOTHING

    def amount(self, name: str, *, at_stop: bool = False) -> Amount:
        """A figure now, or when it was stopped."""
        row = self.then if at_stop else self.now
        figures = row.figures if row else NOTHING
        low, high = (figures.get(end) for end in RANGES.get(name, (name, name)))
        if name == "termination_liability" and low is None and high is None:
            low = high = figures.get("liability_point")
        why = reason(f"{name}.high" if name in RANGES else name, row) if row and high is None else None
        return Amount(name, low, high, why)

    @property
    def liability(self) -> Amount:
        """The latest estimates of what terminating costs."""
        return self.amount("termination_liability")

    def lines(self, *, is_stopped: bool) -> tuple[Line, ...]:
        """The figures side by side: those that count from the stop only where there is one."""
        since = [name for name in SINCE if is_stopped and (name not in PARTS or self.figures.get(name))]
        then = {name: self.amount(name, at_stop=True) for name in STOCK} if self.then else {}
        return tuple(Line(name, self.amount(name), then.get(name)) for name in (*STOCK, *since, *LEAVING))

    @property
    def share_unknown(self) -> bool:
        """Whether what was paid is known of some contracts only."""
        return bool(self.now and self.now.uncovered.get("paid") and self.figures.get("paid") is not None)


def money_of(
    now: Rows, then: Rows, live: Mapping[str, int], ended: Mapping[str, int] | None = None
) -> tuple[Money, ...]:
    """The figures of a program by currency, that of most contracts first."""
    found = [
        Money(each, now.get(each), then.get(each), live.get(each, 0), None if ended is None else ended.get(each, 0))
        for each in {**now, **then}
    ]
    return tuple(sorted(found, key=lambda money: (-money.contracts, money.currency)))


def rows_of(asked: Asked, program_id: int) -> Rows:
    """The figures of a program, by currency."""
    found = answer(Question(asked, ("program",), {"program": [program_id]}))
    return {row.currency: row for row in found.rows if row.currency and row.keys["program"] == program_id}


def live_in(asked: Asked, program_id: int) -> Mapping[str, int]:
    """How many contracts are live, by currency; pending ones are where money is committed (DESIGN.md section 3)."""
    kept = live_by_currency(asked, program_id)
    if kept is not None:
        return kept
    found = answer(Question(asked, ("contract_status",), {"program": [program_id]}))
    live: Counter[str] = Counter()
    for row in found.rows:
        if row.currency and row.keys["contract_status"] in LIVE:
            live[row.currency] += row.contracts
    if any(row.keys["contract_status"] == PENDING and row.figures.get("committed") for row in found.rows):
        live.update(_committed_pending(asked, program_id))
    return live


def _committed_pending(asked: Asked, program_id: int) -> Iterable[str]:
    """The currency of each contract that is pending with money committed."""
    found = answer(Question(asked, ("contract",), {"program": [program_id], "contract_status": [PENDING]}))
    return [row.currency for row in found.rows if row.currency and (row.figures["committed"] or 0) > 0]
