"""Days as their sources give them, and how far apart they are. Pure."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from procurement.common.dates import BY, DAY, period_start


@dataclass(frozen=True)
class Dated:
    """The last day of the day, month or year that a source gives; with precision `by`, the latest possible day.

    It happened between `first` (None: unknown) and `on`.
    """

    on: dt.date
    precision: str = DAY

    @property
    def first(self) -> dt.date | None:
        """The first day that may be meant."""
        return period_start(self.on, self.precision)

    def parts(self) -> dict[str, Any]:
        """The day and its precision, as answers have them."""
        return {"on": self.on, "precision": self.precision}

    def __str__(self) -> str:
        return day_as_given(self.on, self.precision)


@dataclass(frozen=True)
class Days:
    """At least and at most so many days; an end is None if unknown."""

    low: int | None
    high: int | None

    def parts(self) -> int | dict[str, int | None]:
        """The number if both ends are equal, else both ends."""
        return self.low if self.low is not None and self.low == self.high else {"low": self.low, "high": self.high}

    def __str__(self) -> str:
        if self.low == self.high:
            return "unknown" if self.low is None else counted(self.low)
        if self.low is None or self.high is None:
            return f"at most {counted(self.high or 0)}" if self.low is None else f"at least {counted(self.low)}"
        return f"{self.low} to {counted(self.high)}"


def days_between(since: Dated, until: Dated) -> Days:
    """How many days lie between two dates, below zero where the second is the earlier one."""
    return Days(_apart(since.on, until.first), _apart(since.first, until.on))


def _apart(since: dt.date | None, until: dt.date | None) -> int | None:
    return None if since is None or until is None else (until - since).days


def counted(days: int) -> str:
    """A number of days in words."""
    return f"{days} day" if abs(days) == 1 else f"{days} days"


def day_as_given(day: dt.date, precision: str) -> str:
    """A date with no more precision than its source has."""
    shown = {
        DAY: day.isoformat(),
        "month": f"{day:%Y-%m}",
        "quarter": f"{day:%Y} Q{(day.month + 2) // 3}",
        "year": f"{day:%Y}",
        BY: f"by {day.isoformat()}",
    }
    return shown.get(precision, f"FY to {day.isoformat()}")
