"""COPY of generated rows, as text, into tables whose triggers and indexes look away meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models
from django.db.models import NOT_PROVIDED
from psycopg import sql

from benchmarks.progress import Progress

#: Rows that go to the server at once.
BLOCK = 5_000
NULL = r"\N"
REST = """
UPDATE pg_index SET indisready = false, indisvalid = false
 WHERE indrelid = ANY (SELECT name::regclass FROM unnest(%s::text[]) AS name)
"""


@dataclass(frozen=True)
class Rows:
    """Rows of one table: the given columns as tab-separated lines; the others hold their model's defaults."""

    model: type[models.Model]
    columns: tuple[str, ...]
    lines: Iterator[str]
    expected: int


def copy_in(rows: Rows, progress: Progress) -> int:
    """COPY rows into their table, returning how many."""
    others = defaults(rows)
    names = sql.SQL(", ").join(map(sql.Identifier, [*rows.columns, *others]))
    table = sql.Identifier(rows.model._meta.db_table)
    tail = "".join(f"\t{text}" for text in others.values()) + "\n"
    copied = 0
    with connection.cursor() as cursor:
        with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(table, names)) as copy:
            for block in progress.follow(str(rows.model._meta.verbose_name), blocks(rows.lines), rows.expected):
                copy.write(tail.join(block) + tail)
                copied += len(block)
        for statement in connection.ops.sequence_reset_sql(no_style(), [rows.model]):
            cursor.execute(statement)
    return copied


def blocks(lines: Iterator[str]) -> Iterator[list[str]]:
    """Lines in lists that are worth sending."""
    while block := list(islice(lines, BLOCK)):
        yield block


def defaults(rows: Rows) -> dict[str, str]:
    """The columns that are not given -> what they hold; those that the database fills itself are left to it."""
    left = [field for field in rows.model._meta.concrete_fields if field.column not in rows.columns]
    return {
        str(field.column): as_text(field.get_default())
        for field in left
        if field.db_default is NOT_PROVIDED and not field.primary_key
    }


def as_text(value: Any) -> str:
    """A default as COPY reads it."""
    return NULL if value is None else str(value)


@contextmanager
def nobody_looking(tables: list[str]) -> Iterator[None]:
    """Let triggers and indexes of tables rest, and build the indexes anew at the end.

    Filling is not what is measured, and leaves no work behind. Only a superuser may do so; without that right rows go
    in with everything awake, and slowly. An index at rest is marked as not ready for rows and not valid for reading:
    REINDEX makes it both again.
    """
    if not is_superuser():
        yield
        return
    fire_triggers(fire=False)
    with connection.cursor() as cursor:
        cursor.execute(REST, [tables])
    try:
        yield
    finally:
        fire_triggers(fire=True)


@contextmanager
def without_triggers(*tables: str) -> Iterator[None]:
    """Let triggers of our own on some tables rest, and neither foreign keys nor indexes."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(table)))
        try:
            yield
        finally:
            for table in tables:
                cursor.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(sql.Identifier(table)))


def build_indexes(table: str) -> None:
    """Build every index of a table, also those at rest."""
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute(sql.SQL("REINDEX TABLE {}").format(sql.Identifier(table)))
        cursor.execute("RESET maintenance_work_mem")


def is_superuser() -> bool:
    """Whether the server lets us do anything."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('is_superuser')::boolean")
        return bool(cursor.fetchone()[0])


def fire_triggers(*, fire: bool) -> None:
    """Let triggers and foreign keys of this connection fire or not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('session_replication_role', %s, false)", ["origin" if fire else "replica"])
