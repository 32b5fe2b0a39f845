"""Statements of the thread at hand: how many, and how long it waited for the database."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created


@dataclass
class Tally:
    """Of one request or task. Rows that are read bit by bit from a cursor of the server count once."""

    queries: int = 0
    seconds: float = 0.0


class _Own(threading.local):
    tally: Tally | None = None


_own = _Own()


def begin_tally() -> Tally:
    """Count from now on for a new request or task of this thread."""
    _own.tally = Tally()
    return _own.tally


def _counting(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:  # noqa: FBT001
    tally = _own.tally
    if tally is None:
        return execute(sql, params, many, context)
    began = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        tally.queries += 1
        tally.seconds += time.perf_counter() - began


def _count_of(connection: BaseDatabaseWrapper, **_: object) -> None:
    if _counting not in connection.execute_wrappers:
        # first, as whoever wraps statements meanwhile takes the last one away again
        connection.execute_wrappers.insert(0, _counting)


def listen() -> None:
    """Count the statements of each connection, once for each."""
    connection_created.connect(_count_of, dispatch_uid="count_queries")
