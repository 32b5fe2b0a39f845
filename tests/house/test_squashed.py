"""The squashed migration leads an empty database where those that it replaces lead one, and troubles no other."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from tests import emptying
from tests.pipeline.workers import database_url
from tracker.local.embedded import BINARIES

APP = "procurement"
SQUASHED, LAST = "0001_squashed_0081_passwords_guessed", "0081_passwords_guessed"

#: How a condition on a column is kept that was made longer after its index was made: another form of the same words.
LENGTHENED = re.compile(r"ARRAY\[((?:\('\w+'::character varying\)::text(?:, )?)+)\]")

#: Functions that nothing calls any more, which migrations leave when they change a trigger.
ORPHANS = """
SELECT p.oid::regprocedure::text FROM pg_proc p
 WHERE p.prorettype = 'trigger'::regtype AND p.pronamespace = 'public'::regnamespace
   AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgfoid = p.oid)
"""


@contextmanager
def empty_database(name: str) -> Iterator[None]:
    """A database of its own, which is the only one while the block runs."""
    mine = connections["default"]
    other: BaseDatabaseWrapper = mine.copy()
    other.settings_dict = mine.settings_dict | {"NAME": f"{mine.settings_dict['NAME']}_{name}"}
    with mine._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {other.settings_dict['NAME']}")
        cursor.execute(f"CREATE DATABASE {other.settings_dict['NAME']}")
    connections["default"] = other
    try:
        yield
    finally:
        other.close()
        connections["default"] = mine
        with mine._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {other.settings_dict['NAME']}")


def executor(*, squashed: bool) -> MigrationExecutor:
    """What migrates, knowing the squashed migration or only those that it replaces."""
    made = MigrationExecutor(connection)
    made.loader = MigrationLoader(connection, replace_migrations=squashed)
    return made


def schema() -> list[str]:
    """The tables with all that belongs to them, as lines of SQL."""
    with connection.cursor() as cursor:
        cursor.execute(ORPHANS)
        for (function,) in cursor.fetchall():
            cursor.execute(f"DROP FUNCTION {function}")
    command = [str(BINARIES / "pg_dump"), "--schema-only", "--no-owner", "--no-comments", f"--dbname={database_url()}"]
    dumped = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [LENGTHENED.sub(_as_made, line) for line in dumped.splitlines() if not line.startswith("\\")]


def _as_made(found: re.Match[str]) -> str:
    return f"(ARRAY[{re.sub(r'[()]|::text', '', found[1])}])::text[]"


def filled() -> dict[str, int]:
    """How many rows the migrations put into which table."""
    found = {}
    with connection.cursor() as cursor:
        for table in emptying.tables(cursor):
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
    return {table: rows for table, rows in found.items() if rows}


def known() -> list[tuple[object, ...]]:
    """What these rows say."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT country, first_month, label FROM procurement_fiscalcalendar ORDER BY country")
        calendars = cursor.fetchall()
        cursor.execute("SELECT id, days, reason FROM procurement_presumption")
        return [*calendars, *cursor.fetchall()]


def planned() -> set[str]:
    """What `migrate` would still do, as far as the squashed migration goes."""
    here = executor(squashed=True)
    plan = here.migration_plan(here.loader.graph.leaf_nodes(APP))
    names = {migration.name for migration, _ in plan if migration.app_label == APP}
    return {name for name in names if name == SQUASHED or name <= LAST}


def taken_back(until: str) -> set[str]:
    """What `migrate` would take back to come to an earlier migration."""
    plan = executor(squashed=True).migration_plan([(APP, until)])
    return {migration.name for migration, backwards in plan if backwards}


@pytest.mark.proof  # neither way changes any more
@pytest.mark.django_db(transaction=True)
def test_both_ways_lead_to_the_same_and_a_database_goes_on_where_it_is():
    with empty_database("squashed"):
        executor(squashed=True).migrate([(APP, SQUASHED)])
        at_once = (schema(), filled(), known())
        assert not planned()
        assert {"0022_unknown_publication", LAST} <= taken_back("0021_defaulted_dates")
    with empty_database("step_by_step"):
        executor(squashed=False).migrate([(APP, LAST)])
        assert (schema(), filled(), known()) == at_once
        assert not planned()
        MigrationRecorder(connection).migration_qs.filter(app=APP, name__gte="0021").delete()
        assert planned() == {name for _, name in executor(squashed=False).loader.graph.nodes if "0021" <= name <= LAST}
