"""The cells of a mapped column in our notation. Pure."""

import calendar
import re
from functools import lru_cache

import pycountry

from procurement.common.money import is_country
from procurement.imports.cells.day_notation import Days
from procurement.imports.cells.notation import amount, narrow, says_nothing
from procurement.imports.cells.values import Unreadable, as_identifiers
from procurement.imports.mapped.mapping import Column
from procurement.imports.mapped.targets import TARGETS, is_amount, is_day
from procurement.imports.rows import Given

#: Names that lists use and ISO 3166 has not. Of a state that is no more, a person must say what it is now.
USUAL = {
    "bosnia-herzegovina": "BA", "brunei": "BN", "cape verde": "CV", "cote d'ivoire": "CI", "dr congo": "CD",
    "ivory coast": "CI", "palestine": "PS", "russia": "RU", "swaziland": "SZ", "turkey": "TR", "turkiye": "TR",
    "uae": "AE", "uk": "GB", "日本": "JP", "米国": "US",
}  # fmt: skip
_YEARS = re.compile(r"\(?\d{4}\)?(?:\s*[-,;/]\s*\(?\d{4}\)?)*")
_MONTH = re.compile(r"(?P<y>\d{4})[-/.年](?P<m>\d\d?)月?|(?P<m2>\d\d?)[-/.](?P<y2>\d{4})")
_POSSIBLE = range(1900, 2061)


def is_blank(column: Column, text: str) -> bool:
    """Whether a cell says nothing; in columns of amounts and days, a dash or n/a does not."""
    return says_nothing(text) if is_amount(column.target) or is_day(column.target) else not text.strip()


def converted(column: Column, given: Given, currency: str) -> Given:
    """A cell in our notation; `currency` is that of the line. Raises Unreadable."""
    text = column.word(given.text)
    if is_amount(column.target):
        plain = amount(text, unit=column.unit, decimal=column.decimal, currency=currency)
    elif is_day(column.target):
        plain = day(column, text)
    elif column.target.endswith(".country"):
        plain = country(text)
    elif TARGETS[column.target].read is as_identifiers and column.scheme:
        plain = f"{column.scheme}:{text}"
    else:
        plain = text
    return Given(given.name, given.text, given.line, plain)


def country(text: str) -> str:
    """The code of a country, which a list gives by its code or its name. Raises Unreadable."""
    if found := _country(text):
        return found
    accepted = "JP or Japan, or this text among the words of the column, would be accepted"
    raise Unreadable(f"is no code and no name of a country in ISO 3166; {accepted}")


@lru_cache(maxsize=1000)  # looking one up takes long
def _country(text: str) -> str:
    if is_country(text):
        return text
    if known := USUAL.get(text.casefold()):
        return known
    try:
        return str(pycountry.countries.lookup(text).alpha_2)
    except LookupError:
        return ""


def day(column: Column, text: str) -> str:
    """A day in ISO 8601; of a month or a year, its last day. Raises Unreadable."""
    if column.precision == "year":
        return f"{_year(text)}-12-31"
    order = "" if column.order == "ymd" else column.order
    if column.precision == "month" and (found := _MONTH.fullmatch(narrow(text))):
        return _month_end(int(found["y"] or found["y2"]), int(found["m"] or found["m2"]))
    plain = Days(order=order).day(text)
    return _month_end(int(plain[:4]), int(plain[5:7])) if column.precision == "month" else plain


def _year(text: str) -> int:
    """The year, or the last of several, in a cell. Raises Unreadable."""
    bare = narrow(text).removesuffix("年")
    found = [int(each) for each in re.findall(r"\d{4}", bare)] if _YEARS.fullmatch(bare) else []
    if not found and (whole := re.fullmatch(r"(\d{4})-\d\d-\d\d", bare)):
        found = [int(whole[1])]
    if not found:
        raise Unreadable("is no year; 2020, (2020) or 2018-2020 would be accepted")
    if not all(each in _POSSIBLE for each in found):
        raise Unreadable(f"is no year from {_POSSIBLE[0]} to {_POSSIBLE[-1]}; 2020 would be accepted")
    return max(found)


def _month_end(year: int, month: int) -> str:
    if not 1 <= month <= 12 or year not in _POSSIBLE:
        raise Unreadable("is no month; 2020-06 or 06/2020 would be accepted")
    return f"{year}-{month:02}-{calendar.monthrange(year, month)[1]:02}"


def oddity(column: Column, text: str) -> tuple[str, str] | None:
    """What is odd about a cell that is taken: the kind of the remark, and what it says."""
    if not (is_day(column.target) and column.precision == "year"):
        return None
    if len(re.findall(r"\d{4}", narrow(text))) > 1:
        return "several-years", "names several years; the last is taken"
    if "(" in narrow(text):
        return "in-brackets", "stands in brackets, by which many lists mark an estimate; taken as it is"
    return None
