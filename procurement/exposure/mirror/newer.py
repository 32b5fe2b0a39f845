"""What came after a mirror's horizon: read from PostgreSQL at the time of a question, and put beside the mirror.

So answers are exact at once. All is read in the caller's snapshot, by the indexes of the times of recording.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from django.db import connection
from psycopg import sql

from procurement.exposure.mirror.database import MIRROR, copied, run
from procurement.exposure.mirror.state import State
from procurement.exposure.mirror.tables import TABLES, Table
from procurement.exposure.sql.dialects import BACK

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: With more rows than this PostgreSQL answers by itself: reading them would cost more than a mirror saves.
MOST = 200_000

_FACTS = sql.SQL("f.recorded_at > {horizon}")
_UP_TO = sql.SQL("{which} AND f.recorded_at <= {up_to}")
_CHANGES = sql.SQL("{events} e WHERE e.pgh_created_at > {described}")
_DESCRIBED = sql.SQL("f.id IN (SELECT e.pgh_obj_id FROM {changes})")
_COUNT = sql.SQL("SELECT {number}, count(*) FROM (SELECT FROM {rows} LIMIT {most}) found")

#: The rows of a table: those that the mirror holds, as they are now, and the newer ones.
_HELD = sql.SQL("SELECT * FROM {held}")
_CHANGED = sql.SQL("SELECT * FROM {held} WHERE id NOT IN (SELECT id FROM {newer}) UNION ALL SELECT * FROM {newer}")
_ADDED = sql.SQL("{held} UNION ALL SELECT * FROM {newer}")
_TAKEN_BACK = sql.SQL(
    """SELECT f.* REPLACE ({back}) FROM {held} f
         LEFT JOIN (SELECT * FROM {newer} WHERE reverses_id IS NOT NULL) r ON r.reverses_id = f.id"""
)
_BY = sql.SQL("CASE WHEN r.reverses_id IS NULL THEN f.{of} ELSE r.{by} END AS {of}")
_TAKES_BACK = sql.SQL("SELECT 1 FROM {newer} WHERE reverses_id IS NOT NULL LIMIT 1")
_AMONG = sql.SQL("SELECT * FROM ({rows}) every WHERE {key} IN (SELECT contract_id FROM chosen)")


def counts(state: State, most: int | None = None) -> dict[Table, int]:
    """How many rows of each table a mirror does not hold as they are now, counted up to `most`. One query."""
    parts = [_COUNT.format(number=number, rows=_rows(table, state), most=most) for number, table in enumerate(TABLES)]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(" UNION ALL ").join(parts))
        return {TABLES[number]: count for number, count in cursor.fetchall()}


def _rows(table: Table, state: State) -> sql.Composed:
    if table.is_facts:
        return sql.SQL("{} f WHERE {}").format(sql.Identifier(table.name), _which(table, state))
    return _changes(table, state)


def _which(table: Table, state: State) -> sql.Composed:
    """The condition on rows `f` of a table that a mirror does not hold as they are now."""
    if table.is_facts:
        return _FACTS.format(horizon=state.horizon)
    return _DESCRIBED.format(changes=_changes(table, state))


def _changes(table: Table, state: State) -> sql.Composed:
    return _CHANGES.format(events=sql.Identifier(table.events), described=state.described)


def put_beside(
    db: "DuckDBPyConnection",
    state: State,
    found: Mapping[Table, int],
    chosen: Collection[int] | None = None,
    *,
    prefix: str = "",
) -> None:
    """Make each table in a DuckDB that has the mirror attached: what the mirror holds, with what came after it.

    `found` says how many came. Of chosen contracts only, where some are chosen. Their names may get a prefix.
    """
    put_settings_beside(db)
    if chosen is not None:
        db.execute("CREATE TEMP TABLE chosen AS SELECT unnest($ids::BIGINT[]) AS contract_id", {"ids": list(chosen)})
    for table in TABLES:
        if found[table]:
            read_newer(db, table, state)
        rows = _view(db, table) if found[table] else _HELD.format(held=_held(table))
        if chosen is not None and table.key_of_contract:
            rows = _AMONG.format(rows=rows, key=sql.Identifier(table.key_of_contract))
        run(db, sql.SQL("CREATE TEMP VIEW {} AS {}").format(sql.Identifier(prefix + table.name), rows))


def put_settings_beside(db: "DuckDBPyConnection") -> None:
    """What may be set at any time, and is one row: always as it is now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT days FROM procurement_presumption")
        days = cursor.fetchone()[0]
    db.execute("CREATE TEMP TABLE procurement_presumption AS SELECT $days::INTEGER AS days", {"days": days})


def read_newer(db: "DuckDBPyConnection", table: Table, state: State, up_to: dt.datetime | None = None) -> None:
    """Read the newer rows of a table into a temporary one; of facts those recorded up to a moment, if it is given."""
    wanted = _which(table, state)
    if up_to is not None and table.is_facts:
        wanted = _UP_TO.format(which=wanted, up_to=up_to)
    run(db, table.create(newer_name(table), "TEMP"))
    copied(db, table, newer_name(table), wanted)


def newer_name(table: Table) -> sql.Identifier:
    """The temporary table of what a mirror does not hold."""
    return sql.Identifier(f"newer_{table.name}")


def _held(table: Table) -> sql.Identifier:
    return sql.Identifier(MIRROR, table.name)


def _view(db: "DuckDBPyConnection", table: Table) -> sql.Composed:
    held, newer = _held(table), newer_name(table)
    if not table.is_facts:
        return _CHANGED.format(held=held, newer=newer)
    if not run(db, _TAKES_BACK.format(newer=newer)).fetchone():
        return _ADDED.format(held=_HELD.format(held=held), newer=newer)
    back = sql.SQL(", ").join(
        _BY.format(of=sql.Identifier(column), by=sql.Identifier(column.removeprefix(BACK))) for column in table.back
    )
    return _ADDED.format(held=_TAKEN_BACK.format(back=back, held=held, newer=newer), newer=newer)
