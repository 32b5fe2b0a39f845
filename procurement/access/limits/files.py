"""Files within limits: not more rows than a role may read, and not more files at once than threads can be spared."""

import weakref
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.http import StreamingHttpResponse

from procurement.access.limits import turns
from procurement.access.limits.allowances import Allowance
from procurement.access.limits.reached import TooManyRows

Row = TypeVar("Row")


def refuse_too_many(rows: QuerySet[Any], allowance: Allowance) -> None:
    """Raise TooManyRows before the first is sent. It stops looking where the limit is passed."""
    limit = allowance.rows
    if limit and rows.order_by().values("pk")[limit : limit + 1].exists():
        raise TooManyRows(allowance.who, limit)


def up_to(rows: Iterable[Row], allowance: Allowance) -> Iterator[Row]:
    """The rows, of which there may be so many. Raises TooManyRows instead of the first beyond, which ends the file."""
    if not allowance.rows:
        yield from rows
        return
    each = iter(rows)
    yield from islice(each, allowance.rows)
    if next(each, None) is not None:
        raise TooManyRows(allowance.who, allowance.rows)


def streamed_in_turn(
    pieces: Iterator[bytes], *, content_type: str, headers: Mapping[str, str]
) -> StreamingHttpResponse:
    """An answer that is sent while it is read, and holds one of the turns of files until it is closed.

    The first piece is made before this returns: what prevents it is raised, and not a broken answer. Raises NoTurn.
    """
    end = turns.files.take()
    try:
        first = list(islice(pieces, 1))
        found = StreamingHttpResponse(chain(first, pieces), content_type=content_type, headers=dict(headers))
    except BaseException:
        end()
        raise
    found._resource_closers.append(end)  # type: ignore[attr-defined]  # Django's own place for files
    if hasattr(pieces, "close"):
        found._resource_closers.append(pieces.close)  # type: ignore[attr-defined]
    weakref.finalize(found, end)
    return found
