"""Which page of a list is shown, of how many, and the addresses of its neighbours."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from procurement.pages.asking import PAGE, page_number


@dataclass(frozen=True)
class Pager:
    """One page of a list, as it is said below the list; a list of one page says nothing."""

    number: int
    size: int
    shown: int
    #: None where nobody counted
    count: int | None
    before: str = ""
    after: str = ""

    @property
    def first(self) -> int:
        """The number of the first row of the page."""
        return (self.number - 1) * self.size + 1

    @property
    def last(self) -> int:
        """The number of its last row."""
        return self.first + self.shown - 1

    @property
    def is_cut(self) -> bool:
        """Whether there are other pages."""
        return bool(self.before or self.after)


def pager(
    request: HttpRequest, size: int, shown: int, *, more: bool, count: int | None = None, name: str = PAGE
) -> Pager:
    """The pager of a list of which a page was read."""
    number = page_number(request, name)
    return Pager(
        number,
        size,
        shown,
        count,
        _address(request, name, number - 1) if number > 1 else "",
        _address(request, name, number + 1) if more else "",
    )


def paged(request: HttpRequest, rows: Any, size: int, name: str = PAGE) -> tuple[Sequence[Any], Pager]:
    """The asked page of a query or list, and its pager. One query, that reads one row more than it shows."""
    start = (page_number(request, name) - 1) * size
    found: list[Any] = list(_slice(rows, start, start + size + 1))
    return found[:size], pager(request, size, len(found[:size]), more=len(found) > size, name=name)


def _slice(rows: Any, start: int, end: int) -> Iterable[Any]:
    part: Iterable[Any] = rows[start:end]
    return part


def _address(request: HttpRequest, name: str, number: int) -> str:
    given = request.GET.copy()
    given.pop(name, None)
    if number > 1:
        given[name] = str(number)
    return f"?{given.urlencode()}"
