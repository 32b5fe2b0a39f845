"""How the database is brought back after a test that really committed.

Django's own way would TRUNCATE, which the fact tables refuse, and would leave out what migrations put in.
"""

import sys
import time
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

TABLES = """
SELECT quote_ident(c.relname), string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
  FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> 'django_migrations'
 GROUP BY c.relname
"""

#: The other sessions on this database, with what they did last.
SESSIONS = """
SELECT pid, application_name, state, left(query, 200) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


def keep_what_migrations_left() -> None:
    """Copy every table that is not empty after the migrations into a schema beside."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS kept CASCADE; CREATE SCHEMA kept")
        for table in tables(cursor):
            cursor.execute(f"SELECT EXISTS (SELECT FROM {table})")
            if cursor.fetchone()[0]:
                cursor.execute(f"CREATE TABLE kept.{table} AS TABLE {table}")


def put_back() -> None:
    """Empty all tables and refill those kept, with every trigger and foreign key looking away."""
    with connection.cursor() as cursor:
        columns = tables(cursor)
        steps = [f"DELETE FROM {table}" for table in columns]
        steps += [f"INSERT INTO {t} ({columns[t]}) SELECT {columns[t]} FROM kept.{t}" for t in kept(cursor)]
        cursor.execute("; ".join(["BEGIN; SET LOCAL session_replication_role = replica", *steps, "COMMIT"]))


def end_other_sessions(seconds: float = 10) -> None:
    """Wait for the other sessions on this database to end, say which do not, and end those: it is to be dropped."""
    ends = time.monotonic() + seconds
    with connection.cursor() as cursor:
        while (left := _sessions(cursor)) and time.monotonic() < ends:
            time.sleep(0.1)
        for pid, name, state, query in left:
            said = f"{name or 'no name'}, {state}: {query}"
            sys.stderr.write(f"ended a session that a test left behind: {said}\n")
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def _sessions(cursor: CursorWrapper) -> list[Any]:
    cursor.execute(SESSIONS)
    return list(cursor.fetchall())


def tables(cursor: CursorWrapper) -> dict[str, str]:
    """Each table and its columns, as SQL."""
    cursor.execute(TABLES)
    return dict(cursor.fetchall())


def kept(cursor: CursorWrapper) -> set[str]:
    """The tables that the migrations filled, as SQL."""
    cursor.execute("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'kept'")
    return {name for (name,) in cursor.fetchall()}
