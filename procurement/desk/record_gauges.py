"""Gauges of what is stored: flags, imports, lock-outs, the database and the disk."""

import datetime as dt
import shutil
from collections.abc import Iterator

from django.conf import settings
from django.db import connection
from django.db.models import Count
from prometheus_client.core import CounterMetricFamily, Metric

from procurement.access import guessing
from procurement.desk.gauge_forms import by, one
from procurement.flags.models import Flag
from procurement.imports.models import ImportBatch

#: Rows of files by what became of them. A batch counts its rows while it is read.
_ROWS = """
SELECT o.key, sum(o.value::bigint)
  FROM procurement_importbatch b, jsonb_each(b.tables) t, jsonb_each_text(t.value) o
 WHERE NOT b.dry_run AND jsonb_typeof(t.value) = 'object' GROUP BY 1
"""
_SESSIONS = """
SELECT COALESCE(state, 'other'), count(*), COALESCE(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)
  FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' GROUP BY 1
"""
_SIZE = "SELECT pg_database_size(current_database()), current_setting('max_connections')::int"


def flags(_now: dt.datetime) -> Iterator[Metric]:
    """Flags by rule and state."""
    rows = Flag.objects.order_by().values_list("rule", "state").annotate(Count("pk"))
    yield by("tracker_flags", "Flags.", ("rule", "state"), {(rule, state): n for rule, state, n in rows})


def imports(_now: dt.datetime) -> Iterator[Metric]:
    """Files by state, and their rows by outcome."""
    found = {(str(state),): 0.0 for state in ImportBatch.State.values}
    found |= {(state,): n for state, n in ImportBatch.objects.order_by().values_list("state").annotate(Count("pk"))}
    yield by("tracker_imports", "Imported files.", ("state",), found)
    rows = CounterMetricFamily("tracker_import_rows", "Rows of imported files.", labels=["outcome"])
    with connection.cursor() as cursor:
        cursor.execute(_ROWS)
        for outcome, number in sorted(cursor.fetchall()):
            rows.add_metric([outcome], float(number))
    yield rows


def locked_out(now: dt.datetime) -> Iterator[Metric]:
    """From how many addresses nobody can log in now."""
    number = len(guessing.locked_out(now))
    yield one("tracker_locked_out", "Addresses from which nobody can log in for a while.", number)


def database(_now: dt.datetime) -> Iterator[Metric]:
    """Its size and its sessions."""
    with connection.cursor() as cursor:
        cursor.execute(_SIZE)
        size, most = cursor.fetchone()
        cursor.execute(_SESSIONS)
        sessions = cursor.fetchall()
    yield one("tracker_database_bytes", "Size of the database.", size)
    yield one("tracker_database_sessions_limit", "Sessions that the server allows in all.", most)
    by_state = {(state,): float(number) for state, number, _ in sessions}
    yield by("tracker_database_sessions", "Sessions of the database.", ("state",), by_state)
    oldest = max((float(seconds) for _, _, seconds in sessions), default=0.0)
    yield one("tracker_database_oldest_transaction_seconds", "How long the oldest transaction has been open.", oldest)


def disk(_now: dt.datetime) -> Iterator[Metric]:
    """The disk of TRACKER_HOME of the host that answers."""
    found = shutil.disk_usage(settings.TRACKER_HOME)
    yield one("tracker_disk_free_bytes", "Free on the disk of TRACKER_HOME.", found.free)
    yield one("tracker_disk_bytes", "Size of that disk.", found.total)
