"""The sum of the shares of one contract over time. Pure."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

#: What the key of a zero share adds to the key of the allocation whose last day it follows.
ENDS = ":to"


@dataclass(frozen=True)
class Share:
    """From a day on, a share of the contract belongs to a program."""

    program_id: int
    share: Decimal
    effective_on: dt.date
    published_on: dt.date | None
    id: int

    @property
    def order(self) -> tuple[dt.date, dt.date, int]:
        """The order in which allocations count: the latest of a pair holds."""
        return (self.effective_on, self.published_on or self.effective_on, self.id)


@dataclass(frozen=True)
class Excess:
    """A day on which the shares of a contract exceed one."""

    day: dt.date
    total: Decimal


def first_excess(shares: Iterable[Share]) -> Excess | None:
    """The first day on which the shares in force exceed 1, or None. Rows of one day take effect together."""
    in_force: dict[int, Decimal] = {}
    rows = sorted(shares, key=lambda s: s.order)
    for index, row in enumerate(rows):
        in_force[row.program_id] = row.share
        if index + 1 < len(rows) and rows[index + 1].effective_on == row.effective_on:
            continue
        total = sum(in_force.values(), Decimal(0))
        if total > 1:
            return Excess(row.effective_on, total)
    return None
