"""Arguments of commands about flags: days, and programs by code."""

import datetime as dt
from argparse import ArgumentTypeError
from collections.abc import Collection, Iterable
from difflib import get_close_matches
from typing import Any

from django.core.management.base import CommandError

from procurement.api.http.dates import parse_day
from procurement.programs.models import Program

#: How many codes an error names.
MOST_NAMED = 20


def day(text: str) -> dt.date:
    """Read a day."""
    try:
        return parse_day(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error


#: The arguments of add_argument for an option that names programs.
PROGRAMS: dict[str, Any] = {"action": "append", "dest": "programs", "metavar": "CODE"}


def program_ids(codes: Collection[str] | None) -> list[int] | None:
    """The ids of the programs with these codes; None where none are named. Raises CommandError."""
    if not codes:
        return None
    found = dict(Program.objects.filter(code__in=codes).values_list("code", "id"))
    missing = sorted(set(codes) - set(found))
    if missing:
        raise CommandError(f"no program has the code {', '.join(missing)}; accepted: {_accepted(missing)}")
    return sorted(found.values())


def _accepted(missing: Iterable[str]) -> str:
    known = sorted(Program.objects.values_list("code", flat=True))
    like = sorted({code for each in missing for code in get_close_matches(each, known)})
    named = known if len(known) <= MOST_NAMED else like or known[:MOST_NAMED]
    return ", ".join(named) + (f" and {len(known) - len(named)} more" if len(named) < len(known) else "")


def counted(numbers: Iterable[tuple[str, int]]) -> str:
    """Counts as a line: 3 opened, 1 resolved."""
    return ", ".join(f"{number} {what}" for what, number in numbers)
