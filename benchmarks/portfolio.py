"""A seeded portfolio of any size: the same numbers give the same rows, money and dates included."""

import time
from collections.abc import Callable

from django.db import connection

from benchmarks import descriptive_rows, happening, moving
from benchmarks.casting import Cast
from benchmarks.copying import Rows, build_indexes, copy_in, nobody_looking
from benchmarks.measuring import most_memory
from benchmarks.progress import Progress
from benchmarks.size import Size

#: Every table, in the order in which rows name one another.
TABLES: tuple[Callable[[Cast], Rows], ...] = (
    lambda _: descriptive_rows.documents(),
    descriptive_rows.organizations,
    descriptive_rows.programs,
    descriptive_rows.decisions,
    descriptive_rows.contracts,
    happening.parties,
    happening.states,
    happening.allocations,
    happening.completeness,
    happening.milestones,
    happening.estimates,
    happening.guarantees,
    happening.figures,
    moving.entries,
)


def fill(size: Size, progress: Progress) -> int:
    """Copy a portfolio into the database, which has none yet, and return how many rows it has.

    What it takes in memory does not depend on the number of entries, and is some 60 bytes for each contract.
    """
    began, worked = time.monotonic(), time.process_time()
    cast = Cast(size)
    all_rows = [rows(cast) for rows in TABLES]
    tables = [rows.model._meta.db_table for rows in all_rows]
    with nobody_looking(tables):
        copied = sum(copy_in(rows, progress) for rows in all_rows)
        for table in tables:
            build_indexes(table)
            progress.say(f"{table} indexed")
    with connection.cursor() as cursor:  # as the triggers would have, had they looked
        cursor.execute("INSERT INTO procurement_stalemark (kind, key) VALUES ('everything', 0)")
    progress.say(
        f"{copied:,} rows in {time.monotonic() - began:,.0f} s, of which this process worked "
        f"{time.process_time() - worked:,.0f} s and held {most_memory() / 2**10:,.0f} MB at most"
    )
    return copied


def settle() -> None:
    """Give the planner what it would know of tables that are not new."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
