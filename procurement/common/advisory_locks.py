"""Advisory locks, named after what they protect: for a transaction, so that writers take turns, or for longer."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from django.db import DatabaseError, connection


def lock_keys(keys: Iterable[str]) -> None:
    """Take a transaction-long advisory lock on each key, in sorted order so that two callers cannot deadlock."""
    with connection.cursor() as cursor:
        # one statement for all: rows of unnest come in the array's order, and each takes its lock before the next
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM unnest(%s::text[]) AS key", [sorted(set(keys))]
        )


@contextmanager
def held_by_session(name: str) -> Iterator[bool]:
    """Hold a lock until the end of the block, or of the session; gives whether it was free. Nobody waits for it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        had = bool(cursor.fetchone()[0])
    try:
        yield had
    finally:
        with suppress(DatabaseError), connection.cursor() as cursor:  # it ends with a session that has died
            if had:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])
