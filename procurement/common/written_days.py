"""Reading days as people write them: 30.11.2015, 2015年11月30日, 令和2年6月25日, 30 November 2015, 11/2015. Pure.

Nothing is guessed: 03/04/2015 is refused, as it may be in March or in April. Dots stand behind days everywhere, so
03.04.2015 has one reading. A text that names a month, quarter or year and no day is read as the last day of that
period, with its precision.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from procurement.common.dates import DAY, month_end
from procurement.common.eras import ERA_YEAR, era_year, spelled_eras
from procurement.common.reading_dates import YEARS

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LONG_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTH_NAMES = {name: at for names in (MONTHS, LONG_MONTHS) for at, name in enumerate(names, start=1)} | {"sept": 9}

ACCEPTED = "2015-11-30, 30.11.2015, 2015年11月30日, 令和2年6月25日 or 30 Nov 2015 would be accepted"

_YEAR = rf"(?:(?P<y>\d{{4}})|{ERA_YEAR})"
_NAME = r"(?P<name>[a-z]+)\.?"
#: Whole days; spaces are gone, but between words.
_DAYS = (
    rf"{_YEAR}(?:年(?P<m>\d\d?)月(?P<d>\d\d?)日|(?P<s>[-/.])(?P<m2>\d\d?)(?P=s)(?P<d2>\d\d?))",
    r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)",
    r"(?P<d>\d\d?)\.(?P<m>\d\d?)\.(?P<y>\d{4})",
    rf"(?P<d>\d\d?)(?:st|nd|rd|th)?\.?[ -]?{_NAME}[ ,-]*(?P<y>\d{{4}})",
    rf"{_NAME} ?(?P<d>\d\d?)(?:st|nd|rd|th)?,? ?(?P<y>\d{{4}})",
)
#: Numbers of which the first two may stand either way.
_EITHER = re.compile(r"(?P<a>\d\d?)(?P<s>[-/])(?P<b>\d\d?)(?P=s)(?P<y>\d{4})")
_COARSE: Mapping[str, tuple[str, ...]] = {
    "month": (
        rf"{_YEAR}(?:年(?P<m>\d\d?)月|[-/.](?P<m2>\d\d?))",
        r"(?P<m>\d\d?)[/.-](?P<y>\d{4})",
        rf"{_NAME},? ?(?P<y>\d{{4}})",
    ),
    "quarter": (
        rf"{_YEAR}年第?(?P<q>[1-4])四半期",
        r"(?P<y>\d{4})[- ]?q(?P<q>[1-4])",
        r"q(?P<q>[1-4])[-/ ]?(?P<y>\d{4})",
    ),
    "year": (rf"{_YEAR}年?",),
}  # fmt: skip
_FISCAL = re.compile(r".*年度|fy ?\d{2,4}.*")
_OF_THE_WEEK = re.compile(r"\([月火水木金土日](?:曜日?)?\)$|^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? ")


class NotADay(ValueError):
    """The text is no day, or has two readings; the message says what would be accepted."""


@dataclass(frozen=True)
class WrittenDay:
    """A day as it was written: the day itself, or the last day of the period that the text names."""

    day: dt.date
    precision: str = DAY

    @property
    def is_coarse(self) -> bool:
        """Whether the text names no day."""
        return self.precision != DAY


def read_day(text: str) -> WrittenDay:
    """Read a day. Raises NotADay."""
    bare = _bare(text)
    found = _whole(text, bare) or _coarse(bare)
    if found is not None:
        return found
    if _FISCAL.fullmatch(bare):
        raise NotADay(f"“{text[:40]}” is a fiscal year, and countries begin theirs on other days; its last day, as 2020-03-31, would be accepted")  # noqa: E501  # fmt: skip
    raise NotADay(f"“{text[:40]}” is not a day; {ACCEPTED}")


def _bare(text: str) -> str:
    """A text in one width and case, without the day of the week and without spaces between signs."""
    plain = " ".join(unicodedata.normalize("NFKC", spelled_eras(text)).casefold().split())
    plain = re.sub(r"[‐‑–—−]", "-", _OF_THE_WEEK.sub("", plain))
    return re.sub(r" ?([-/.年月日度第]) ?", r"\1", plain).strip()


def _whole(text: str, bare: str) -> WrittenDay | None:
    for way in _DAYS:
        found = re.fullmatch(way, bare, re.IGNORECASE)
        if found is not None and (month := _month(found)) is not None:
            return WrittenDay(_date(text, _year(found), month, int(_given(found, "d"))))
    if either := _EITHER.fullmatch(bare):
        return WrittenDay(_one_of(text, int(either["a"]), int(either["b"]), int(either["y"])))
    return None


def _one_of(text: str, first: int, second: int, year: int) -> dt.date:
    """The day of two numbers that may stand either way. Raises NotADay where both ways are days."""
    if first > 12 or first == second:
        return _date(text, year, second, first)
    if second > 12:
        return _date(text, year, first, second)
    readings = [_date(text, year, month, day).isoformat() for month, day in ((second, first), (first, second))]
    raise NotADay(f"“{text[:40]}” may be {readings[0]} or {readings[1]}; type the one that is meant")


def _coarse(bare: str) -> WrittenDay | None:
    for precision, ways in _COARSE.items():
        for way in ways:
            found = re.fullmatch(way, bare, re.IGNORECASE)
            if found is not None and (month := _LAST_MONTH[precision](found)) is not None:
                return WrittenDay(month_end(_date(bare, _year(found), month, 1)), precision)
    return None


def _given(found: "re.Match[str]", name: str) -> str:
    """What was matched under a name, or the same name with a number."""
    groups = found.groupdict()
    return next((value for key in (name, f"{name}2") if (value := groups.get(key))), "")


def _month(found: "re.Match[str]") -> int | None:
    name = found.groupdict().get("name")
    return _MONTH_NAMES.get(name.casefold()) if name else int(_given(found, "m"))


_LAST_MONTH: Mapping[str, Callable[["re.Match[str]"], int | None]] = {
    "month": _month,
    "quarter": lambda found: int(found["q"]) * 3,
    "year": lambda _found: 12,
}


def _year(found: "re.Match[str]") -> int:
    era = found.groupdict().get("era")
    return era_year(era, found["n"]) if era else int(found["y"])


def _date(text: str, year: int, month: int, day: int) -> dt.date:
    if year not in YEARS:
        raise NotADay(f"“{text[:40]}” is of the year {year}; one of {YEARS[0]} to {YEARS[-1]} would be accepted")
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise NotADay(f"“{text[:40]}” is not in the calendar; {ACCEPTED}") from None
