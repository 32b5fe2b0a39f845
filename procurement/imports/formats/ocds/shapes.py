"""Reading JSON that need not have the shape the standard asks for: texts, lists, days and amounts. Pure."""

import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from procurement.common.money import LARGEST, currency_fault, decimals
from procurement.common.reading_dates import day_or_none
from procurement.imports.files.json_values import Json, member, objects, text_of
from procurement.imports.rows import SHOWN, Given

#: Files say the same few days, currencies and countries again and again.
CACHED = 10_000

NUMBER = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,2})?", re.ASCII)
#: A day, and behind it nothing or a time.
DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ].*)?", re.ASCII | re.DOTALL)
#: The name of a text, and a language in which it is given: title_en, title_zh_TW.
IN_LANGUAGE = re.compile(r"_[a-z]{2,3}([_-]\w+)?$", re.ASCII)


def text_in(value: Any, *names: str) -> str:
    """The first of these members that has a text, in the language of the file or any other."""
    for name in names:
        if found := text_of(member(value, name)):
            return found
        for each in value if isinstance(value, dict) else ():
            if each.startswith(name) and IN_LANGUAGE.fullmatch(each[len(name) :]) and (found := text_of(value[each])):
                return found
    return ""


def shortened(text: str, length: int) -> str:
    """A text of at most this length; one that is cut ends with a hash of the whole, so that it stays unique."""
    return text if len(text) <= length else f"{text[: length - 17]} {digest(text)}"


def digest(text: str) -> str:
    """16 digits that only this text has."""
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=8).hexdigest()


def day_of(value: Any, zone: ZoneInfo | None) -> str:
    """The day of a date, in a zone if one is given and the date has an offset; empty if it is none."""
    text = text_of(value)
    return _day(text, zone) if text else ""


@lru_cache(maxsize=CACHED)
def _day(text: str, zone: ZoneInfo | None) -> str:
    found = DAY.fullmatch(text)
    if not found or not day_or_none(found[1]):
        return ""
    if zone is not None and len(found[0]) > len(found[1]):
        try:
            moment = dt.datetime.fromisoformat(found[0])
            if moment.tzinfo is not None:
                return moment.astimezone(zone).date().isoformat()
        except (ValueError, OverflowError):
            pass
    return found[1]


@lru_cache(maxsize=CACHED)
def currency_fault_of(code: str) -> str:
    """Say why a code is no currency; empty if it is one."""
    return currency_fault(code) or ""


@dataclass(frozen=True)
class Money:
    """An amount as the file gives it; `amount` is None and `fault` says why where it cannot be taken.

    `rounding` is not 0 if the file gives more decimals than the currency has.
    """

    given: str
    currency: str
    amount: Decimal | None = None
    rounding: Decimal = Decimal(0)
    fault: str = ""

    @property
    def plain(self) -> str:
        """The amount in plain digits."""
        return "" if self.amount is None else f"{self.amount:f}"


def money_of(value: Any, currency: str = "") -> Money:
    """The amount and currency of a value of OCDS; `currency` is that of a value that names none."""
    given, code = text_of(member(value, "amount")), text_of(member(value, "currency")).upper() or currency
    if not given:
        return Money(given, code)
    if not NUMBER.fullmatch(given):
        return Money(given[:SHOWN], code, fault="is not a decimal number; 14487.00 would be accepted")
    if fault := (currency_fault_of(code) if code else "has no currency; JPY would be accepted"):
        return Money(given, code, fault=fault)
    amount = Decimal(given)
    if abs(amount) >= LARGEST:
        return Money(given, code, fault=f"must be below {LARGEST:f}")
    unit = Decimal(1).scaleb(-decimals(code))
    rounded = amount.quantize(unit, rounding=ROUND_HALF_EVEN)
    return Money(given, code, rounded, Decimal(0) if rounded == amount else unit)


@dataclass(frozen=True)
class Place:
    """An object of the file: where it lies, and the cells in it."""

    path: str
    line: int

    def within(self, path: str) -> "Place":
        """A place inside."""
        return Place(f"{self.path}.{path}" if self.path else path, self.line)

    def cell(self, name: str, text: str, plain: str = "") -> Given:
        """A member of the object."""
        return Given(self.within(name).path, text, self.line, plain)

    def word(self, text: str) -> Given:
        """A word of ours that the file implies."""
        return Given("", text, self.line)


def numbered(value: Any) -> Iterator[tuple[int, Json]]:
    """The objects in a list with their places in it."""
    yield from enumerate(objects(value))
