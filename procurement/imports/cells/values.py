"""Reading one value from its text; errors say what would be accepted. Pure.

Only the type is checked here; the recording functions check the value itself.
"""

import datetime as dt
import re
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal

from procurement.common.reading_dates import NOT_A_DAY, day_or_none
from procurement.imports.rows import Value

Reader = Callable[[str], Value]

NUMBER = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?", re.ASCII)


class Unreadable(ValueError):
    """A text is not a value of the column's type; the message says what would be accepted."""


def as_text(text: str) -> str:
    """Text without the white space around it."""
    return text.strip()


def as_amount(text: str) -> Decimal:
    """A decimal number in plain digits."""
    if not NUMBER.fullmatch(text):
        raise Unreadable("is not a decimal number; '178700000000.00' would be accepted")
    return Decimal(text)


def as_whole(text: str) -> int:
    """A whole number from 0 to 32767."""
    if not re.fullmatch("[0-9]{1,5}", text, re.ASCII) or int(text) > 32767:
        raise Unreadable("is not a whole number from 0 to 32767")
    return int(text)


def as_flag(text: str) -> bool:
    """True or false."""
    if text.lower() not in {"true", "false"}:
        raise Unreadable("is neither true nor false")
    return text.lower() == "true"


def as_day(text: str) -> dt.date:
    """A calendar day."""
    day = day_or_none(text)
    if day is None:
        raise Unreadable(NOT_A_DAY)
    return day


def as_moment(text: str) -> dt.datetime:
    """A timestamp with its UTC offset, in UTC: PostgreSQL reads no offset of 16 hours or more."""
    with suppress(ValueError, OverflowError):
        moment = dt.datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(dt.UTC)
    raise Unreadable("is not a timestamp with a UTC offset; 2026-01-05T09:00:00+00:00 would be accepted")


def as_identifiers(text: str) -> tuple[tuple[str, str], ...]:
    """Identifiers as SCHEME:value, with semicolons."""
    pairs = [tuple(part.strip() for part in each.partition(":")[::2]) for each in text.split(";")]
    if not all(scheme and value for scheme, value in pairs):
        raise Unreadable("is no list of identifiers; 'LEI:5493001KJTIIGC8Y1R12; CAGE:1ABC2' would be accepted")
    return tuple((scheme, value) for scheme, value in pairs)
