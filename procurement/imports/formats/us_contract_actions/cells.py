"""Reading the cells of US contract files: amounts, days, codes with their words, and texts. Pure."""

import re
from collections.abc import Callable
from functools import lru_cache
from html import unescape

import pycountry

from procurement.imports.cells.day_notation import Days
from procurement.imports.cells.notation import amount
from procurement.imports.cells.values import NUMBER, Unreadable

#: How a cell is turned into the text that is meant.
Part = Callable[[str], str]

#: The month comes first: 9/8/2016 is 8 September. Some contracts, of utilities for example, run for 50 years and more.
_DAYS = Days(order="mdy", years=range(1900, 2101))
#: Only entities that HTML writes with a semicolon: the name AT&T holds none.
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_FLOAT_CODE = re.compile(r"(\d+)\.0", re.ASCII)


def whole(cell: str) -> str:
    """A cell as it is, with HTML entities resolved."""
    return (_ENTITY.sub(lambda found: unescape(found[0]), cell) if "&" in cell else cell).strip()


def code(cell: str) -> str:
    """The code of `9700: DEPT OF DEFENSE`; empty where there is none, as in `: `."""
    return cell.partition(":")[0].strip()


def words(cell: str) -> str:
    """The words of `9700: DEPT OF DEFENSE`."""
    return whole(cell.partition(":")[2])


def float_code(cell: str) -> str:
    """A code that passed through a table of numbers: 541611.0 is 541611."""
    found = _FLOAT_CODE.fullmatch(cell.strip())
    return found[1] if found else cell.strip()


def agency_code(cell: str) -> str:
    """The same of an agency, which has four places: 300.0 is 0300."""
    plain = float_code(cell)
    return plain.zfill(4) if plain.isdecimal() and plain != cell.strip() else plain


def plain_amount(text: str) -> str:
    """An amount in plain digits; empty if it is not understood."""
    if NUMBER.fullmatch(text):  # most are
        return text
    try:
        return amount(text, currency="USD")
    except Unreadable:
        return ""


def plain_day(text: str) -> str:
    """A day in ISO 8601 without its time; empty if it is not understood or is no day."""
    return _day_or_fault(text)[0]


def day_fault(text: str) -> str:
    """What is wrong with a day that is not understood."""
    return _day_or_fault(text)[1]


@lru_cache(maxsize=20_000)  # the days of a file repeat
def _day_or_fault(text: str) -> tuple[str, str]:
    try:
        return (_DAYS.day(text) if text else ""), ""
    except Unreadable as error:
        return "", str(error)


@lru_cache(maxsize=1000)  # looking one up takes long
def country(text: str) -> str:
    """The ISO 3166-1 alpha-2 code of a country given by its alpha-3 code or its English name; empty if unknown."""
    for each in (text, code(text)):
        try:
            found = pycountry.countries.lookup(each) if each else None
        except LookupError:
            continue
        if found is not None:
            return str(found.alpha_2)
    return ""
