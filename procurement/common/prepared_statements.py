"""How statements are planned: once for many runs, in a row or in many transactions, or with settings of their own."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from functools import lru_cache
from typing import Any, TypeAlias

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.utils import CursorWrapper
from psycopg.pq import TransactionStatus

#: Runs a statement with its values and gives all its rows.
Fetch: TypeAlias = Callable[[str, Mapping[str, Any]], list[tuple[Any, ...]]]

#: Rows of a statement.
Rows: TypeAlias = Sequence[tuple[Any, ...]]
#: A statement and its values.
Question: TypeAlias = tuple[bytes, Sequence[str | None]]

PLACEHOLDER = re.compile(r"%%|%\((\w+)\)s")


def fetched(text: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run a statement once."""
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return list(cursor.fetchall())


def plan_with(**settings: str) -> None:
    """Give the planner settings to the end of the transaction in which this is called, for all its statements."""
    with connection.cursor() as cursor:
        for each in settings.items():
            cursor.execute("SELECT set_config(%s, %s, true)", each)


def fetched_as_prepared(text: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Give all rows of `execute_as_prepared`."""
    with connection.cursor() as cursor:
        execute_as_prepared(cursor, text, values)
        return list(cursor.fetchall())


def execute_as_prepared(cursor: CursorWrapper, text: str, values: Mapping[str, Any]) -> None:
    """Run a statement that many transactions run, each once: the session keeps its plan, which is for any values.

    For statements that say of which type each value is, and must be called in a transaction: only that long does a
    pooler leave a session to us. So whether the session knows the statement is asked each time, and one that a pooler
    hands to somebody else has a statement more, under a name that is made of its text. A plan for any values is one for
    arrays of ten; with those of a thousand, rows that it keeps and looks through each time take a fifth of the time, so
    none are kept so. Both holds to the end of the transaction, for other statements too.
    """
    numbered, names = _numbered(text)
    name = _name_of(text)
    cursor.execute(
        "SELECT set_config('plan_cache_mode', 'force_generic_plan', true), "
        "set_config('enable_material', 'off', true), EXISTS (SELECT FROM pg_prepared_statements WHERE name = %s)",
        [name],
    )
    if not cursor.fetchone()[2]:
        connection.connection.execute(b"PREPARE " + name.encode() + b" AS " + numbered)
    cursor.execute(f"EXECUTE {name} ({', '.join(['%s'] * len(names))})", [values[each] for each in names])


@lru_cache(maxsize=32)
def _name_of(text: str) -> str:
    return f"planned_{hashlib.sha256(text.encode()).hexdigest()[:32]}"


@contextmanager
def planned_once() -> Iterator[Fetch]:
    """Give a function that runs statements whose plan the database keeps until the end of the block.

    Django writes the values into the text of a statement, so that each one is planned again: for a long statement over
    few rows, planning takes most of the time. Here values stay separate from the text. When a plan for any values would
    be worse than one for these, PostgreSQL goes on planning each. Plans belong to the session, which a pooler may give
    to another client, so they are dropped at the end of the block.
    """
    connection.ensure_connection()
    session = connection.connection
    before, session.prepare_threshold = session.prepare_threshold, 0
    try:
        with psycopg.RawCursor(session) as cursor:

            def fetch(text: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
                numbered, names = _numbered(text)
                with connection.wrap_database_errors:
                    cursor.execute(numbered, [values[name] for name in names])
                    return cursor.fetchall()

            yield fetch
            cursor.execute("DEALLOCATE ALL")
    finally:
        session.prepare_threshold = before


def ask(questions: Sequence[Question]) -> list[Rows]:
    """Run statements with $1, $2 and so on, each planned once in a session, and give the rows of each.

    For the few statements that every posted fact takes: Django would write and PostgreSQL plan each anew, which takes
    longer than running it. They are sent together and run one after the other, so that several wait for the server
    once. A value is a text, mostly of an array (see `array`): one plan serves one fact or thousands. Plans stay in the
    session: with PgBouncer use session pooling (docs/concurrency.md).
    """
    if not questions:
        return []
    database = connections[DEFAULT_DB_ALIAS]  # looked up once: each use of `connection` does so
    database.close_if_health_check_failed()  # as Django's own cursors begin
    database.ensure_connection()
    session = database.connection
    before, session.prepare_threshold = session.prepare_threshold, 0
    try:
        begins = not session.autocommit and session.info.transaction_status == TransactionStatus.IDLE
        with database.wrap_database_errors, session.pipeline() if begins or len(questions) > 1 else nullcontext():
            cursors = [psycopg.RawCursor(session).execute(statement, values) for statement, values in questions]
        return [cursor.fetchall() for cursor in cursors]
    finally:
        session.prepare_threshold = before


def any_of(number: int, kind: str = "bigint") -> str:
    """What a column equals, in a statement for `ask`, that has one of the values of array `$number`.

    The array is asked for, so that no plan depends on it. Otherwise PostgreSQL plans the statement each time that the
    array is shorter than the ten values that it expects, which takes several times as long as running it.
    """
    return f"ANY ((SELECT ${number}::{kind}[])::{kind}[])"


def array(texts: Iterable[str]) -> str:
    """The text of an array of numbers, days or words that need no quotes."""
    return "{" + ",".join(texts) + "}"


def ids(numbers: Iterable[int]) -> str:
    """The text of an array of ids, each once and in order."""
    return array(map(str, sorted(set(numbers))))


def quoted(text: str) -> str:
    """A text as it stands in the text of an array."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@lru_cache(maxsize=32)
def _numbered(text: str) -> tuple[bytes, tuple[str, ...]]:
    """A statement with numbered instead of named placeholders, and the names. Cached, as parsing is slow."""
    names: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        return f"${names.setdefault(found[1], len(names) + 1)}" if found[1] else "%"

    return PLACEHOLDER.sub(number, text).encode(), tuple(names)
