"""What a mirror says of itself: of which database it is, and up to which moment it holds what was recorded."""

import datetime as dt
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import connection
from psycopg import sql

from procurement.common.clock import database_now
from procurement.exposure.mirror.database import MIRROR, attach, duckdb, folder, run
from procurement.exposure.mirror.tables import FORM
from procurement.sources.horizon import horizon

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: The database, and since it was last restored to an earlier moment: what a restored one lost may be in the mirror.
_DATABASE = """
SELECT concat_ws('.', (SELECT system_identifier FROM pg_control_system()),
                 (SELECT timeline_id FROM pg_control_checkpoint()),
                 (SELECT oid FROM pg_database WHERE datname = current_database()))
"""
#: An event is stamped with the start of its transaction, and any that is open now may still write some.
_OPEN_SINCE = """
SELECT least(clock_timestamp(), (SELECT min(xact_start) - interval '1 microsecond' FROM pg_stat_activity
                                  WHERE datname = current_database() AND pid <> pg_backend_pid()))
"""
#: A transaction whose statements each have a snapshot of their own has a later one.
_IN_VIEW = "SELECT current_setting('transaction_isolation') = 'read committed' OR %s <= transaction_timestamp()"
_TABLE = """
CREATE TABLE mirror_state (form VARCHAR, database VARCHAR, horizon TIMESTAMPTZ, described TIMESTAMPTZ,
                           made TIMESTAMPTZ, rows BIGINT, added BIGINT, bounds BIGINT[], read_by TIMESTAMPTZ)
"""


@dataclass(frozen=True)
class State:
    """Facts recorded up to the horizon are in it, and descriptive rows as they were changed up to `described`."""

    form: str
    database: str
    horizon: dt.datetime
    described: dt.datetime
    #: when it was made anew, how many rows it had then, and how many were added since
    made: dt.datetime
    rows: int = 0
    added: int = 0
    #: the last contracts of the ranges that a question is cut into
    bounds: tuple[int, ...] = ()
    #: when reading it had ended: a snapshot taken before may know less than it holds
    read_by: dt.datetime | None = None

    def write(self, db: "DuckDBPyConnection") -> None:
        """Put it into a mirror that is being made or topped up."""
        db.execute(f"DROP TABLE IF EXISTS mirror_state; {_TABLE}")
        row = {**vars(self), "bounds": list(self.bounds), "read_by": now()}
        db.execute("INSERT INTO mirror_state VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", list(row.values()))

    @property
    def fits(self) -> bool:
        """Whether it is of the database that this process uses, and of the form that this code reads."""
        return self.form == FORM and self.database == this_database()

    @property
    def is_in_view(self) -> bool:
        """Whether the snapshot in which the caller reads has everything that it holds."""
        with connection.cursor() as cursor:
            cursor.execute(_IN_VIEW, [self.read_by])
            return bool(cursor.fetchone()[0])


def read(db: "DuckDBPyConnection", schema: str = "main") -> State:
    """What a mirror says of itself."""
    columns = sql.SQL(", ").join(sql.Identifier(each.name) for each in fields(State))
    found = run(db, sql.SQL("SELECT {} FROM {}").format(columns, sql.Identifier(schema, "mirror_state"))).fetchone()
    assert found is not None, "a mirror is put in place whole"
    form, database, reached, described, made, rows, added, bounds, read_by = found
    return State(form, database, reached, described, made, rows, added, tuple(bounds), read_by)


def state_now() -> State:
    """What a mirror that is read from now on will say. Ask before the snapshot that it is read in is taken."""
    described, reached = described_up_to(), horizon()
    return State(FORM, this_database(), reached, described, made=reached)


def described_up_to() -> dt.datetime:
    """The moment up to which no open transaction can still stamp the event of a descriptive row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(_OPEN_SINCE)
        found: dt.datetime = cursor.fetchone()[0]
    return found


def now() -> dt.datetime:
    """The moment by PostgreSQL's clock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: dt.datetime = cursor.fetchone()[0]
    return found


def this_database() -> str:
    """What tells the database from every other, also from itself before it was restored."""
    with connection.cursor() as cursor:
        cursor.execute(_DATABASE)
        return str(cursor.fetchone()[0])


def place() -> Path:
    """Where the mirror of this host is."""
    return folder() / "facts.duckdb"


def kept() -> State | None:
    """What the mirror in place says of itself; None where there is none that can be read."""
    if not place().exists():
        return None
    try:
        with duckdb() as db:
            attach(db, place())
            return read(db, MIRROR)
    except Exception:  # noqa: BLE001  whatever is wrong with a disposable file: it is made anew
        return None


def age(moment: dt.datetime) -> float:
    """Seconds since a moment, by the clock that dates what is recorded."""
    return (database_now() - moment).total_seconds()
