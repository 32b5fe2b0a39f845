"""What a file of reference rates says: quotes, and cells that are none. Pure."""

import datetime as dt
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from procurement.common.reading_dates import NOT_A_DAY, day_or_none

CODE = re.compile("[A-Z]{3}", re.ASCII)
#: What NUMERIC(24, 12) holds.
RATE = re.compile(r"[0-9]{1,12}(\.[0-9]{1,12})?")
#: 30 October 2026, as the file of one day writes it.
SPELLED = re.compile(r"(\d{1,2}) ([A-Z][a-z]{2,8}) (\d{4})", re.ASCII)
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


class Quote(NamedTuple):
    """One euro was worth so many units of a currency on a day."""

    currency: str
    on: dt.date
    rate: Decimal


@dataclass(frozen=True)
class BadCell:
    """A cell that cannot be read; everything else is used."""

    line: int
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.column} “{self.value[:40]}”: {self.reason}"


@dataclass(frozen=True)
class Days:
    """The days of a file, each of which has one line."""

    today: dt.date
    seen: set[dt.date] = field(default_factory=set)

    def read(self, text: str) -> dt.date:
        """The day of a line, once. Raises ValueError."""
        day = day_or_none(text) or _spelled(text)
        if day is None:
            raise ValueError(NOT_A_DAY)
        if day > self.today:
            raise ValueError("lies in the future; no rate can have been published for it")
        if day in self.seen:
            raise ValueError("has a line already; the first one is taken")
        self.seen.add(day)
        return day


def _spelled(text: str) -> dt.date | None:
    found = SPELLED.fullmatch(text)
    if not found or found[2] not in MONTHS:
        return None
    return day_or_none(f"{found[3]}-{MONTHS.index(found[2]) + 1:02}-{int(found[1]):02}")


def quote_of(line: int, code: str, text: str, day: dt.date) -> Quote | BadCell:
    """One rate, or why it is none."""
    if not RATE.fullmatch(text):
        return BadCell(line, code, text, "is not a rate; 120.73 or N/A would be accepted")
    rate = Decimal(text)
    return Quote(code, day, rate) if rate else BadCell(line, code, text, "is zero; a rate is above zero")
