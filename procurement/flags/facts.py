"""What rules read: the facts of one program at the asked dates, gathered before any rule runs. Pure."""

import datetime as dt
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from procurement.common.dates import Asked, period_start
from procurement.programs.standing import Said, Standing, Stop

if TYPE_CHECKING:
    from procurement.exposure.valuing import ContractValue

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """Days, the first and the last; an open end goes on."""

    first: dt.date
    last: dt.date | None = None

    def meets(self, other: "Span") -> bool:
        """Whether the two share a day."""
        ends_after = other.last is None or self.first <= other.last
        return ends_after and (self.last is None or other.first <= self.last)

    def holds(self, other: "Span") -> bool:
        """Whether each day of the other is one of these."""
        ends_with = self.last is None or (other.last is not None and other.last <= self.last)
        return self.first <= other.first and ends_with

    def common(self, other: "Span") -> "Span | None":
        """The days of both."""
        if not self.meets(other):
            return None
        ends = [span.last for span in (self, other) if span.last is not None]
        return Span(max(self.first, other.first), min(ends, default=None))


@dataclass(frozen=True)
class Belonging:
    """For some days, a share of a contract belonged to a program."""

    span: Span
    share: Decimal


@dataclass(frozen=True)
class Entry:
    """One payment or commitment that stands in the ledger."""

    id: int
    measure: str
    amount: Decimal
    effective_on: dt.date
    effective_precision: str
    published_on: dt.date
    source_id: int

    @property
    def period(self) -> Span:
        """The days on which it may have happened, as precisely as its source says."""
        return Span(period_start(self.effective_on, self.effective_precision), self.effective_on)


@dataclass(frozen=True)
class Ledger:
    """A contract's payments and commitments in short: how many stand, the latest one's id, and their sources."""

    count: int = 0
    latest: int = 0
    sources: tuple[int, ...] = ()


@dataclass(frozen=True)
class ContractFacts:
    """One contract that belongs to the program, or did."""

    id: int
    reference: str
    title: str
    currency: str
    is_remainder: bool
    #: documents on the contract itself, its state, and the completeness of its payments
    sources: frozenset[int] = frozenset()
    belonged: tuple[Belonging, ...] = ()
    #: None when the contract has no share in the program at the asked day
    value: "ContractValue | None" = None
    ledger: Ledger = Ledger()
    #: payments and commitments that may have happened since the program's first stop, in order of their day
    entries: tuple[Entry, ...] = ()

    @property
    def runs(self) -> tuple[Span, ...]:
        """The days on which it belongs to the program, whatever its share; no two runs touch."""
        found: list[Span] = []
        for each in self.belonged:
            before = found[-1] if found else None
            if before and before.last and before.last + ONE_DAY == each.span.first:
                found[-1] = Span(before.first, each.span.last)
            else:
                found.append(each.span)
        return tuple(found)

    @property
    def belongs_since(self) -> dt.date | None:
        """Since when it belongs to the program; None when it no longer does."""
        return self.runs[-1].first if self.runs and self.runs[-1].last is None else None

    def share_of(self, entry: Entry) -> Decimal:
        """The program's share of an entry: on its day, else the last share on a day of its period."""
        shares = [each.share for each in self.belonged if each.span.meets(entry.period)]
        return shares[-1] if shares else Decimal(0)


@dataclass(frozen=True)
class ProgramFacts:
    """One program at the asked dates."""

    id: int
    code: str
    name: str
    asked: Asked
    said: tuple[Said, ...] = ()
    standing: Standing = field(default_factory=Standing)
    stops: tuple[Stop, ...] = ()
    contracts: tuple[ContractFacts, ...] = ()

    @property
    def as_of(self) -> dt.date:
        """The asked day."""
        return self.asked.as_of

    @property
    def days_stopped(self) -> int | None:
        """How long the running stop has lasted."""
        return (self.as_of - self.standing.stopped_on).days if self.standing.stopped_on else None

    @property
    def itemised(self) -> "ProgramFacts":
        """The same without balancing lines."""
        return replace(self, contracts=tuple(c for c in self.contracts if not c.is_remainder))


def belongings(rows: list[tuple[dt.date, Decimal]]) -> tuple[Belonging, ...]:
    """When how much of a contract belonged to a program, from its allocations to it in the order in which they count.

    The latest row of a day holds from that day to the next row's.
    """
    latest = dict(rows)
    days = sorted(latest)
    ends = [*(following - ONE_DAY for following in days[1:]), None]
    return tuple(
        Belonging(Span(first, last), latest[first]) for first, last in zip(days, ends, strict=True) if latest[first] > 0
    )
