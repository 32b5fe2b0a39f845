"""Rows read through a server-side cursor that is closed when the reading ends, however it ends.

A cursor that a fault leaves behind is closed whenever Python collects it: by then the connection may serve another
request, whose transaction would fail with it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import QuerySet

#: So many rows are fetched at a time.
FETCHED = 2_000


@contextmanager
def read_through(rows: QuerySet[Any, Any], *, fetched: int = FETCHED) -> Iterator[Iterator[Any]]:
    """The rows in their order, `fetched` at a time."""
    read: Any = rows.iterator(chunk_size=fetched)
    try:
        yield read
    finally:
        read.close()
