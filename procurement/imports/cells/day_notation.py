"""Days as people write them in files: 令和2年6月25日, R2.6.25, 2020/6/25, m/d/Y where the format says so. Pure."""

import datetime as dt
import re
from dataclasses import dataclass

from procurement.common.eras import ERA_YEAR, era_year, spelled_eras
from procurement.common.reading_dates import day_or_none
from procurement.imports.cells.notation import is_formula, narrow
from procurement.imports.cells.values import Unreadable

_YMD = r"(?P<y>\d{4})(?:-(?P<m>\d\d?)-|/(?P<m2>\d\d?)/|\.(?P<m3>\d\d?)\.|年(?P<m4>\d\d?)月)(?P<d>\d\d?)日?"
_ERA = ERA_YEAR + r"(?:年|[./-])(?P<m>\d\d?)(?:月|[./-])(?P<d>\d\d?)日?"
_WAYS = {
    "": (_YMD, r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)", _ERA),
    "mdy": (r"(?P<m>\d\d?)(?P<s>[/.-])(?P<d>\d\d?)(?P=s)(?P<y>\d{4})",),
    "dmy": (r"(?P<d>\d\d?)(?P<s>[/.-])(?P<m>\d\d?)(?P=s)(?P<y>\d{4})",),
}
#: A time behind a day, which is left out, and the day of the week.
_BEHIND = re.compile(
    r"(?:[T ]\d\d?:\d\d(?::\d\d(?:\.\d+)?)?(?: ?[AP]M)?(?:Z|[+-]\d\d:?\d\d)?|\([月火水木金土日](?:曜日?)?\))$",
    re.IGNORECASE,
)
_WITHOUT_YEAR = re.compile(r"(?P<m>\d\d?)(?:月|/)(?P<d>\d\d?)日?")
_SERIAL = re.compile(r"(?P<n>\d{5})(?:\.\d+)?")
#: What may stand behind a day in ISO 8601 without saying more.
_MIDNIGHTS = frozenset({"", "T00:00:00+09:00", "T00:00:00Z", " 00:00:00"})
#: Day 0 of the numbers that Excel counts days with.
_FIRST = dt.date(1899, 12, 30)

ACCEPTED = "2020-06-25, 2020/6/25, 令和2年6月25日 or R2.6.25 would be accepted"


@dataclass(frozen=True)
class Days:
    """How the days of a column are written.

    `order` is mdy or dmy where the format says that numbers stand so. Days without a year lie in the `fiscal_year`,
    which begins in the month `starts`. `serials`: whether bare numbers are the days of a spreadsheet. `years`: those in
    which a day can lie; 2910 is a slip of the pen.
    """

    order: str = ""
    fiscal_year: int | None = None
    starts: int = 4
    serials: bool = False
    years: range = range(1900, 2061)

    def day(self, text: str) -> str:
        """A day in ISO 8601. Raises Unreadable."""
        if (plain := day_or_none(text[:10])) and plain.year in self.years and text[10:] in _MIDNIGHTS:
            return text[:10]  # most are: this is called for every line
        if is_formula(text):
            raise Unreadable(f"is a formula, and none is worked out; {ACCEPTED}")
        bare = _BEHIND.sub("", narrow(spelled_eras(text)))
        bare = re.sub(r"\s", "", bare)
        for read in (self._with_year, self._of_fiscal_year, self._of_serial):
            if (found := read(bare)) is not None:
                return found.isoformat()
        raise Unreadable(_fault(bare, self.order))

    def _with_year(self, text: str) -> dt.date | None:
        for way in (*_WAYS[""], *(_WAYS[self.order] if self.order else ())):
            if found := re.fullmatch(way, text, re.IGNORECASE):
                given = {name[0]: value for name, value in found.groupdict().items() if value and name != "era"}
                year = int(given["y"]) if "y" in given else era_year(found["era"], given["n"])
                return self._date(year, int(given["m"]), int(given["d"]))
        return None

    def _of_fiscal_year(self, text: str) -> dt.date | None:
        found = _WITHOUT_YEAR.fullmatch(text)
        if not found:
            return None
        if self.fiscal_year is None:
            raise Unreadable("has no year; the fiscal year of the file would be accepted as an option, or 2020-04-01")
        month = int(found["m"])
        return self._date(self.fiscal_year + (month < self.starts), month, int(found["d"]))

    def _of_serial(self, text: str) -> dt.date | None:
        found = _SERIAL.fullmatch(text) if self.serials else None
        if not found:
            return None
        day = _FIRST + dt.timedelta(days=int(found["n"]))
        return self._date(day.year, day.month, day.day)

    def _date(self, year: int, month: int, day: int) -> dt.date:
        if year not in self.years:
            raise Unreadable(f"is of the year {year}; one of {self.years[0]} to {self.years[-1]} would be accepted")
        try:
            return dt.date(year, month, day)
        except ValueError:
            raise Unreadable(f"is not in the calendar; {ACCEPTED}") from None


def _fault(text: str, order: str) -> str:
    if re.fullmatch(r".*年度", text):
        return f"is a fiscal year and no day; {ACCEPTED}"
    if not order and re.fullmatch(r"\d\d?[/.-]\d\d?[/.-]\d{4}", text):
        return f"may have its month or its day first; {ACCEPTED}"
    return f"is not a day; {ACCEPTED}"


def day(text: str, *, order: str = "", fiscal_year: int | None = None) -> str:
    """A day in ISO 8601; see Days. Raises Unreadable."""
    return Days(order=order, fiscal_year=fiscal_year).day(text)
