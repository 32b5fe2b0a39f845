"""The version of all data that answers are made of, read in one cheap query."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.apps import AppConfig
from django.db import connection

from procurement.common.prepared_statements import Question, Rows, ask

#: Tables of which no answer is made, or only what is derived from others and the same before and after: internal
#: queues, stored totals, tokens and what they spent, mails to readers.
NOT_ANSWERED = frozenset(
    {"accesstoken", "repeatablerequest", "spentunits", "recheck", "stalemark", "screeningmark", "sweptrule"}
    | {"line", "total", "keptday", "givenname", "verificationmail"}
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
#: that one stand for is in view. The subquery names the clock so that both are read before it. The sequence's own id
#: changes where a copy of the database is restored. Who writes is seen as in sources/horizon.py, but of the tables of
#: pg_stat_activity only the list of backends is read.
READ = b"""
SELECT taken.drawn, taken.sequence, taken.now, EXISTS (
         SELECT FROM pg_stat_get_activity(NULL) backend
          WHERE backend.backend_xid IS NOT NULL AND backend.pid <> pg_backend_pid()
            AND backend.datid = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND backend.backend_type <> 'autovacuum worker' AND taken.now IS NOT NULL)
  FROM (SELECT last_value AS drawn, tableoid::bigint AS sequence, clock_timestamp() AS now
          FROM procurement_dataversion OFFSET 0) taken
"""


@dataclass(frozen=True)
class Version:
    """What all data are: two that are equal mean that nothing was committed between their readings.

    `moment` is when it was read: all that is recorded by then is in view, as nobody was writing.
    """

    drawn: int
    sequence: int
    moment: dt.datetime = field(compare=False)

    @property
    def numbers(self) -> tuple[int, int]:
        """What it is told by."""
        return self.drawn, self.sequence


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


def data_version() -> Version | None:
    """The version of what a later statement of this session reads, or of something newer; None while somebody writes.

    Two equal versions mean that nothing was committed in between, so what was read then is what would be read now.
    """
    return version_in(ask([QUESTION])[0])


#: What asks for the version, for those that ask it together with other statements, after them.
QUESTION: Question = (READ, [])


def version_in(found: Rows) -> Version | None:
    """The version in the answer to QUESTION."""
    ((drawn, sequence, now, is_written),) = found
    return None if is_written else Version(drawn, sequence, now)
