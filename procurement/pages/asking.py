"""The parameters in a page's address, beside its dates."""

from collections.abc import Iterable

from django.http import HttpRequest

from procurement.common.errors import Refused
from procurement.pages.rendering import DATES

PAGE = "page"
#: Pages are counted up to here: whoever wants more reads a file.
LAST_PAGE = 100_000


def refuse_others(request: HttpRequest, *accepted: str) -> None:
    """Refuse parameters that a page does not read, so that a slip of the pen is not taken for an answer."""
    known = [*accepted, *DATES]
    refused = {
        name[:60]: f"is not a parameter of this page; accepted: {', '.join(known)}" for name in _other(request, known)
    }
    if refused:
        raise Refused(refused)


def _other(request: HttpRequest, known: Iterable[str]) -> list[str]:
    return [name for name in request.GET if name not in known]


def page_number(request: HttpRequest, name: str = PAGE) -> int:
    """Which page of a list is asked for, the first being 1. Raises Refused."""
    given = request.GET.get(name) or "1"
    if not (given.isascii() and given.isdigit() and 1 <= int(given[:7]) <= LAST_PAGE):
        raise Refused({name: f"“{given[:20]}” is not a page; 1 to {LAST_PAGE} would be accepted"})
    return int(given)


def row_id(given: str) -> int | None:
    """The id of a row as an address has it; None for any other text."""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else None
