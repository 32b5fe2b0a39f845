"""How long one question may work in the database: a timeout of its statements, and a moment after which none begins."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

from django.db import OperationalError, connection
from psycopg.errors import QueryCanceled

from procurement.access.limits.allowances import Allowance
from procurement.access.limits.reached import TooSlow

#: The timeout that a session of the database has, in seconds, where this module has set one.
_timeouts: WeakKeyDictionary[Any, int] = WeakKeyDictionary()


def limit_statements(seconds: int) -> None:
    """Let each statement of this thread's session take so long, 0 for ever; costs nothing if that is so already.

    Call it outside of transactions, whose end may take it back.
    """
    with connection.cursor():  # connects, and tells that a kept session is well
        session = connection.connection
    if _timeouts.get(session, 0) != seconds:
        session.execute("SELECT set_config('statement_timeout', %s, false)", [f"{seconds}s"])
        _timeouts[session] = seconds


def lift_limit() -> None:
    """Let statements of this thread's session take as long as they need, as writing and the admin do."""
    session = connection.connection
    if session is not None and _timeouts.get(session):
        limit_statements(0)


@contextmanager
def limited(allowance: Allowance) -> Iterator[None]:
    """Let what is done inside read for the seconds that are allowed.

    A statement that is stopped raises OperationalError (`is_stopped`); one that would begin later raises TooSlow.
    """
    limit_statements(allowance.seconds)
    if not allowance.seconds:
        yield
        return
    with connection.execute_wrapper(_until(time.monotonic() + allowance.seconds, allowance)):
        yield


@contextmanager
def refusing(allowance: Allowance) -> Iterator[None]:
    """Raise TooSlow where a statement is stopped inside."""
    try:
        yield
    except OperationalError as error:
        if is_stopped(error):
            raise TooSlow(allowance.who, allowance.seconds) from error
        raise


def is_stopped(error: BaseException) -> bool:
    """Whether an error of the database says that a statement was stopped."""
    return isinstance(error, QueryCanceled) or isinstance(error.__cause__, QueryCanceled)


def _until(deadline: float, allowance: Allowance) -> Callable[..., Any]:
    """Many short statements may not take longer together than one long one."""

    def run(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001  (Django's)
        if time.monotonic() > deadline:
            raise TooSlow(allowance.who, allowance.seconds)
        return execute(sql, params, many, context)

    return run
