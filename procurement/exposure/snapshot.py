"""Reading several things as of one moment."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

#: How a moment begins: nothing is read before it is chosen, and a lock chooses none.
BEGIN = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
LOCK = "LOCK TABLE procurement_line, procurement_total IN ACCESS SHARE MODE"


@contextmanager
def snapshot() -> Iterator[None]:
    """Let all that is read inside see the facts of one moment, whatever is posted meanwhile.

    Inside a transaction that has begun already, its isolation stays what it is.
    """
    with _begun(BEGIN):
        yield


@contextmanager
def one_moment() -> Iterator[None]:
    """Let all that is read inside see the facts of one moment, whatever is posted meanwhile.

    Inside a transaction that has begun already, its isolation stays what it is. The tables are locked before the moment
    is chosen: where rebuilding changed them in between, the new ones would look empty. Rebuilding waits.
    """
    with _begun(f"{BEGIN}; {LOCK}"):
        yield


@contextmanager
def _begun(how: str) -> Iterator[None]:
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(how)
        yield
