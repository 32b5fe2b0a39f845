"""Making the mirror of this host anew, and topping it up.

A file is made beside the one in place and moved over it when it is whole, so a process killed meanwhile leaves at most
a file that nobody reads, which the next one removes. One process at a time, by a lock that the kernel takes back.
"""

import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import connection
from psycopg import sql

from procurement.exposure.mirror.database import copied, duckdb, folder, run
from procurement.exposure.mirror.newer import counts, newer_name, read_newer
from procurement.exposure.mirror.ranges import bounds
from procurement.exposure.mirror.state import State, age, kept, place, state_now
from procurement.exposure.mirror.tables import TABLES, Table
from procurement.exposure.snapshot import snapshot
from procurement.exposure.sql.dialects import BACK
from tracker.file_locks import Lock

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: A mirror is topped up when so many rows came since, or when it is so old; after more than a tenth it is made anew.
MANY, SECONDS, ADDED = 1_000, 3_600.0, 0.1
#: With fewer ledger entries than this no mirror is made by itself.
SMALL = 100_000
_RECORDED = sql.SQL("f.recorded_at <= {horizon}")
_BACK = sql.SQL("{} = r.{}")
_TAKE_BACK = sql.SQL("UPDATE {table} f SET {back} FROM {newer} r WHERE r.reverses_id = f.id")
_REMOVE = sql.SQL("DELETE FROM {table} WHERE id IN (SELECT id FROM {newer})")
_INSERT = sql.SQL("INSERT INTO {table} SELECT * FROM {newer}")

Told = Callable[[str], None]


class InUse(RuntimeError):
    """Another process of this host makes the mirror or tops it up."""


def _nothing(_said: str) -> None:
    """Tell nobody."""


def make(told: Told = _nothing) -> State:
    """Make the mirror anew. May be killed and repeated at any moment. Raises InUse."""
    with _alone(), _beside() as path:
        state = state_now()
        with snapshot(), duckdb(path) as db:
            rows = sum(_copy(db, table, state, told) for table in TABLES)
            state = replace(state, rows=rows, bounds=bounds(db, sql.Identifier("procurement_ledgerentry")))
            state.write(db)
    return state


def _copy(db: "DuckDBPyConnection", table: Table, state: State, told: Told) -> int:
    name = sql.Identifier(table.name)
    run(db, table.create(name))
    rows = copied(db, table, name, _RECORDED.format(horizon=state.horizon) if table.is_facts else sql.SQL("true"))
    told(f"{table.name}: {rows:,} rows")
    return rows


def keep_up(told: Told = _nothing) -> State | None:
    """Top the mirror up where it is worth it, or make it anew; None where it was left as it is. Raises InUse.

    A small portfolio needs none: planning alone takes DuckDB as long as PostgreSQL takes to answer.
    """
    state = kept()
    if state is None and _is_small():
        return None
    if state is None or not state.fits or state.added > ADDED * state.rows:
        return make(told)
    came = sum(counts(state).values())
    if came > ADDED * state.rows + MANY:
        return make(told)
    return top_up(told) if came > MANY or age(state.horizon) > SECONDS else None


def _is_small() -> bool:
    """Whether there are few entries, as far as PostgreSQL's statistics know."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'procurement_ledgerentry'::regclass")
        return bool(cursor.fetchone()[0] < SMALL)


def top_up(told: Told = _nothing) -> State | None:
    """Add to the mirror what was recorded since; None where there is none that could be topped up. Raises InUse."""
    with _alone():
        held = kept()
        if held is None or not held.fits:
            return None
        with _beside() as path:
            shutil.copyfile(place(), path)
            now = state_now()
            with snapshot(), duckdb(path) as db:
                came = {table: count for table, count in counts(held).items() if count}
                for table, count in came.items():
                    _add(db, table, held, now.horizon)
                    told(f"{table.name}: {count:,} rows")
                added = held.added + sum(came.values())
                now = replace(now, made=held.made, rows=held.rows, added=added, bounds=held.bounds)
                now.write(db)
    return now


def _add(db: "DuckDBPyConnection", table: Table, held: State, up_to: dt.datetime) -> None:
    """Add the newer rows of a table, in place of those that they change; later ones are left to questions."""
    read_newer(db, table, held, up_to)
    names = {"table": sql.Identifier(table.name), "newer": newer_name(table)}
    if table.is_facts:
        back = (_BACK.format(sql.Identifier(name), sql.Identifier(name.removeprefix(BACK))) for name in table.back)
        run(db, _TAKE_BACK.format(**names, back=sql.SQL(", ").join(back)))
    else:
        run(db, _REMOVE.format(**names))
    run(db, _INSERT.format(**names))


@contextmanager
def _alone() -> Iterator[None]:
    lock = Lock(folder() / "making.lock")
    if not lock.take(wait=False):
        raise InUse("another process of this host makes the mirror or tops it up")
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _beside() -> Iterator[Path]:
    """A file that takes the place of the mirror when all went well, and is removed when not."""
    path = place().with_suffix(".making")
    for left in folder().glob(f"{path.name}*"):
        left.unlink()
    try:
        yield path
        with path.open("rb") as whole:
            os.fsync(whole.fileno())
        path.rename(place())  # on POSIX it takes the place of the old one
    finally:
        path.unlink(missing_ok=True)
