"""Arguments of commands: days, moments, and programs by code."""

import datetime as dt
from argparse import ArgumentTypeError
from collections.abc import Callable, Collection, Iterable
from typing import Any, TypeVar

from django.core.management.base import CommandError

from procurement.common.reading_dates import parse_day, parse_moment
from procurement.programs.reading import ids_by_code

T = TypeVar("T")


def day(text: str) -> dt.date:
    """Read a day."""
    return _read(parse_day, text)


def moment(text: str) -> dt.datetime:
    """Read a moment with an offset."""
    return _read(parse_moment, text)


def _read(parse: Callable[[str], T], text: str) -> T:
    """Let argparse say what would be accepted: of a ValueError it drops the words."""
    try:
        return parse(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error


def above_zero(text: str) -> int:
    """Read a number from 1 to 10,000."""
    if not text.isdecimal() or not text.isascii() or not 1 <= int(text) <= 10_000:
        raise ArgumentTypeError(f"“{text}” is not a number from 1 to 10000")
    return int(text)


#: The arguments of add_argument for an option that names programs.
PROGRAMS: dict[str, Any] = {"action": "append", "dest": "programs", "metavar": "CODE"}


def program_ids(codes: Collection[str] | None) -> list[int] | None:
    """The ids of the programs with these codes; None where none are named. Raises CommandError."""
    try:
        return sorted(ids_by_code(codes)) if codes else None
    except ValueError as error:
        raise CommandError(str(error)) from error


def counted(numbers: Iterable[tuple[str, int]]) -> str:
    """Counts as a line: 3 opened, 1 resolved."""
    return ", ".join(f"{number} {what}" for what, number in numbers)
