"""A migration waits only so long for a lock: whoever waits for one on a table stops all who come behind."""

from typing import Any

from django.db import connections

#: Then the migration fails, what it did is rolled back, and it can be started again.
LOCK_SECONDS = 10


def limit_locks(*, using: str, **_: Any) -> None:
    """Limit the waits of the session that is about to migrate."""
    with connections[using].cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'")


def limit_locks_no_more(*, using: str, **_: Any) -> None:
    """Put the session back after a migrate."""
    with connections[using].cursor() as cursor:
        cursor.execute("RESET lock_timeout")
