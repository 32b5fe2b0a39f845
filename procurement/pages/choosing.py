"""What a reader of the front page chooses: which programs, in which currency and order, and which page of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from procurement.cases.owed import Line
from procurement.common.codes import country_code, currency_code
from procurement.common.errors import Complaints
from procurement.pages.asking import LAST_PAGE
from procurement.pages.dates import given_in
from procurement.programs.models import Program, StatusChange
from procurement.programs.standing import Standing

#: The statuses of programs that are chosen, where none is named.
STOPPED, ALL = "stopped", "all"
#: What lines can be sorted by -> its value; None is unknown, and last in either direction.
SORTED_BY: Mapping[str, Callable[[Line], Any]] = {
    "owed": lambda line: line.ranked,
    "paid_since": lambda line: line.money.figures["paid_since"] if line.money else None,
    "since": lambda line: line.standing.stopped_on or line.standing.since,
    "program": lambda line: line.program.name.casefold(),
}
WORST_FIRST = "-owed"
PAGE = 50


@dataclass(frozen=True)
class Choice:
    """The programs, the currency (empty: the usual one), the order and the page that were asked for."""

    status: str = STOPPED
    country: str = ""
    domain: str = ""
    year: int | None = None
    currency: str = ""
    sort: str = WORST_FIRST
    page: int = 1

    def takes_status(self, standing: Standing) -> bool:
        """Whether a program of this standing is chosen."""
        if self.status == STOPPED:
            return standing.is_stopped
        return self.status in (ALL, standing.status or "")

    def takes(self, program: Program, standing: Standing) -> bool:
        """Whether a program is chosen."""
        stopped_in = standing.stopped_on.year if standing.stopped_on else None
        return (
            self.takes_status(standing)
            and self.country in ("", country_of(program))
            and self.domain in ("", program.domain)
            and self.year in (None, stopped_in)
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether other programs are shown than those that are stopped."""
        return (self.status, self.country, self.domain, self.year) != (STOPPED, "", "", None)

    @property
    def sorted_by(self) -> str:
        """The name of the order."""
        return self.sort.removeprefix("-")

    @property
    def is_descending(self) -> bool:
        """Whether the largest comes first."""
        return self.sort.startswith("-")

    def in_order(self, lines: Sequence[Line]) -> list[Line]:
        """Lines, given worst first, in the order that was asked for."""
        value = SORTED_BY[self.sorted_by]
        known = [line for line in lines if value(line) is not None]
        return sorted(known, key=value, reverse=self.is_descending) + [line for line in lines if value(line) is None]

    def next_sort(self, name: str) -> str:
        """The order that a heading leads to: its usual one, and the other way where that is so already."""
        usual, other = (name, f"-{name}") if name == "program" else (f"-{name}", name)
        return other if self.sort == usual else usual


def choice_in(request: HttpRequest) -> Choice:
    """What a page's address chooses; what is left empty in a form is not given. Raises Refused naming each fault."""
    complaints, given = Complaints(), given_in(request)
    found = {name: _parsed(name, read, given[name], complaints) for name, read in _READ.items() if name in given}
    complaints.refuse_if_any()
    return Choice(**found)


def country_of(program: Program) -> str:
    """The country of a program: its own, or that of its buyer."""
    return program.country or program.buyer_country


def _parsed(name: str, read: Callable[[str], Any], text: str, complaints: Complaints) -> Any:
    try:
        return read(text)
    except ValueError as error:
        complaints.add(name, str(error))
        return None


def _one_of(accepted: Iterable[str]) -> Callable[[str], str]:
    known = tuple(accepted)

    def read(text: str) -> str:
        if text not in known:
            raise ValueError(f"“{text[:40]}” is unknown; accepted: {', '.join(known)}")
        return text

    return read


def _number(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= len(str(high)) and low <= int(text) <= high):
            raise ValueError(f"“{text[:40]}” is not a whole number from {low} to {high}")
        return int(text)

    return read


_READ: Mapping[str, Callable[[str], Any]] = {
    "status": _one_of((STOPPED, ALL, *StatusChange.Status.values)),
    "country": country_code,
    "domain": lambda text: text[:60],
    "year": _number(1800, 2999),
    "currency": currency_code,
    "sort": _one_of([sign + name for name in SORTED_BY for sign in ("-", "")]),
    "page": _number(1, LAST_PAGE),
}
