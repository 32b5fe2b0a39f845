"""Several writers at once, each with a connection of its own."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

from django.db import connection

from procurement.common.errors import TrackerError


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act returned, or the error that it raised on purpose; all start together."""
    ready = Barrier(len(acts))

    def one(act: Callable[[], Any]) -> Any:
        try:
            ready.wait(timeout=20)
            return act()
        except TrackerError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def of_kind(outcomes: Sequence[Any], kind: type[Any]) -> list[Any]:
    """The outcomes of exactly one kind."""
    return [each for each in outcomes if type(each) is kind]


@contextmanager
def open_transaction(*, writing: bool) -> Iterator[Any]:
    """Somebody else's transaction, open while the block runs; its cursor."""
    other = connection.copy()
    other.set_autocommit(False)
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()" if writing else "SELECT count(*) FROM procurement_document")
            yield cursor
        other.rollback()
    finally:
        other.close()
