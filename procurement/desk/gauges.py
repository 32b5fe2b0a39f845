"""What a monitoring system watches: how much waits, since when, what is stored, and what was counted. For Prometheus.

docs/observability.md has each figure with its unit and meaning.
"""

import datetime as dt
import logging
from collections.abc import Callable, Iterator, Mapping
from time import monotonic
from typing import Any

from django.db import DatabaseError, Error, connection, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from procurement.common.clock import database_now
from procurement.desk.gauge_forms import Gauge, one
from procurement.desk.record_gauges import database, disk, flags, imports, locked_out
from procurement.desk.work_gauges import facts, messages, mirror, processes, queues, readiness, totals, unready, works
from procurement.desk.work_gauges import waiting as waiting_work
from tracker.version import VERSION
from tracker.watching.counting import counted

log = logging.getLogger(__name__)

#: So long one statement may take, in seconds; a gauge that takes longer is left out of this answer.
SECONDS = 2
#: So long all of them may: of those that are left then none begins a statement. Prometheus gives up after ten.
SECONDS_IN_ALL = 7


def metrics() -> bytes:
    """All figures in the text format of Prometheus. What cannot be read is left out, and `tracker_gauge_up` says so."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Gauges())
    return generate_latest(registry)


class _Gauges:
    def collect(self) -> Iterator[Metric]:
        """Read each in a transaction of its own: one that fails spoils no other."""
        read = GaugeMetricFamily("tracker_gauge_up", "Whether it could be read.", labels=["gauge"])
        ends, now = monotonic() + SECONDS_IN_ALL, _now()
        yield one("tracker_info", "The version that answers.", 1, version=VERSION)
        for name, gauge in GAUGES.items():
            found = _read(name, gauge, now, ends)
            read.add_metric([name], 0 if found is None else 1)
            yield from found or ()
        yield read


def _now() -> dt.datetime | None:
    """The moment, by the database's clock; None where it does not answer."""
    try:
        return database_now()
    except Error as error:
        log.warning("no gauge of the database can be read", extra={"error": str(error)})
        return None


def _read(name: str, gauge: Gauge, now: dt.datetime | None, ends: float) -> list[Metric] | None:
    try:
        if name in ALONE:
            return list(gauge(now or timezone.now()))
        if now is None:
            return list(unready()) if name == "readiness" else None
        return _read_in_database(gauge, now, ends)
    except (Error, OperationalError, OSError) as error:
        log.warning("a gauge could not be read", extra={"gauge": name, "error": str(error)})
        return None


def _read_in_database(gauge: Gauge, now: dt.datetime, ends: float) -> list[Metric]:
    """Raises DatabaseError, also where the time of all is over."""

    def in_time(execute: Callable[..., Any], *given: Any) -> Any:
        if monotonic() > ends:
            raise DatabaseError("the time of all gauges is over")
        return execute(*given)

    with connection.execute_wrapper(in_time), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{SECONDS}s"])
        return list(gauge(now))


def _counted(_now: dt.datetime) -> Iterator[Metric]:
    """What the processes of this host counted."""
    return counted()


#: Those that ask no database.
ALONE = frozenset({"disk", "counted", "queues"})
#: What tells most comes first.
GAUGES: Mapping[str, Gauge] = {
    "disk": disk,
    "counted": _counted,
    "readiness": readiness,
    "queues": queues,
    "workers": waiting_work,
    "facts": facts,
    "messages": messages,
    "totals": totals,
    "mirror": mirror,
    "works": works,
    "processes": processes,
    "flags": flags,
    "imports": imports,
    "locked_out": locked_out,
    "database": database,
}
