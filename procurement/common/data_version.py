"""The version of all data that answers are made of, read in one cheap query."""

from typing import Any

from django.apps import AppConfig
from django.db import connection

#: Tables of which no answer is made, or only what is derived from others and the same before and after: internal
#: queues, stored totals, tokens and what they spent.
NOT_ANSWERED = frozenset(
    {"accesstoken", "repeatablerequest", "spentunits", "recheck", "stalemark", "screeningmark", "sweptrule"}
    | {"line", "total", "keptday", "givenname"}
)
#: Every statement that changes a table of an answer draws a number, before its transaction ends.
ATTACH = """
DROP TRIGGER IF EXISTS note_change ON {table};
CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION procurement_note_change();
"""
TABLES = """
SELECT c.relname, EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'note_change')
  FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
   AND c.relname LIKE 'procurement\\_%%' AND c.relname <> ALL (%s)
"""
#: First the last number that was drawn, then whether a transaction is writing: if none is, whatever the numbers up to
#: that one stand for is in view. The subquery names the number so that it is read after it. The sequence's own id
#: changes where a copy of the database is restored. Who writes is seen as in sources/horizon.py.
READ = """
SELECT drawn.last_value, 'procurement_dataversion'::regclass::oid::bigint, EXISTS (
         SELECT FROM pg_stat_activity
          WHERE backend_xid IS NOT NULL AND datname = current_database() AND pid <> pg_backend_pid()
            AND backend_type <> 'autovacuum worker' AND drawn.last_value IS NOT NULL)
  FROM procurement_dataversion drawn
"""


def sync_data_version(sender: AppConfig, **_: Any) -> None:
    """Let every table of an answer draw a number when it changes; safe to repeat, runs after every migrate."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regproc('procurement_note_change') IS NOT NULL")
        if not cursor.fetchone()[0]:  # migrated back to before there was one
            return
        cursor.execute(TABLES, [[f"{sender.label}_{name}" for name in sorted(NOT_ANSWERED)]])
        for table, is_attached in cursor.fetchall():
            if not is_attached:
                cursor.execute(ATTACH.format(table=connection.ops.quote_name(table)))


def data_version() -> tuple[int, int] | None:
    """The version of what a later statement of this session reads, or of something newer; None while somebody writes.

    Two equal versions mean that nothing was committed in between, so what was read then is what would be read now.
    """
    with connection.cursor() as cursor:
        cursor.execute(READ)
        drawn, sequence, is_written = cursor.fetchone()
    return None if is_written else (drawn, sequence)
