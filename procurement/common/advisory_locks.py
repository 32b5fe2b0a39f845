"""Advisory locks, held to the end of the transaction and named after what they protect, so that writers take turns."""

from collections.abc import Iterable

from django.db import connection


def lock_keys(keys: Iterable[str]) -> None:
    """Take a transaction-long advisory lock on each key, in sorted order so that two callers cannot deadlock."""
    with connection.cursor() as cursor:
        # one statement for all: rows of unnest come in the array's order, and each takes its lock before the next
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM unnest(%s::text[]) AS key", [sorted(set(keys))]
        )
