"""The horizon: the latest moment up to which all recorded rows are visible (DESIGN.md section 2)."""

import datetime as dt
import time

from django.db import connection

from procurement.common.errors import Refused

#: A writer gets its transaction id before its stamp (common/table_triggers.py). So a writer not listed here with
#: an id will stamp later than the clock read before the list, and one that is listed began no later than its stamp.
#: Backends of other users show no id to an unprivileged role: all writers must use one role, or pg_read_all_stats.
#: The clock is read first, as the list of backends is asked for each row of it. Inside a transaction PostgreSQL keeps
#: the first list that it read, unless it is told to forget it.
CLOCK_AND_OLDEST_WRITER = """
WITH clock AS MATERIALIZED (SELECT pg_stat_clear_snapshot(), clock_timestamp() AS now)
SELECT now, (
    SELECT min(xact_start) - interval '1 microsecond' FROM pg_stat_activity
     WHERE backend_xid IS NOT NULL AND datname = current_database() AND pid <> pg_backend_pid()
       AND backend_type <> 'autovacuum worker' AND clock.now IS NOT NULL) AS oldest
  FROM clock
"""

WAIT_SECONDS = 1.0
STEP_SECONDS = 0.05


def horizon() -> dt.datetime:
    """The latest moment whose answer can no longer change."""
    with connection.cursor() as cursor:
        cursor.execute(CLOCK_AND_OLDEST_WRITER)
        found: tuple[dt.datetime, dt.datetime | None] = cursor.fetchone()
    now, oldest = found
    return now if oldest is None else min(now, oldest)


def refuse_beyond_horizon(moment: dt.datetime | None, name: str = "recorded_by") -> None:
    """Wait up to a second for open transactions; raise Refused naming the horizon if it is still before the moment.

    `name` is the parameter that gave it.
    """
    if moment is None:
        return
    deadline = time.monotonic() + WAIT_SECONDS
    reached = horizon()
    while reached < moment and time.monotonic() < deadline:
        time.sleep(STEP_SECONDS)
        reached = horizon()
    if reached < moment:
        raise Refused(
            {
                name: f"{moment.isoformat()} is later than the horizon {reached.isoformat()}: "
                "later records may still be incomplete; that moment or an earlier one would be accepted"
            }
        )
