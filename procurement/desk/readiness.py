"""Whether the service can do its work, check by check, each failure in words."""

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from kombu.exceptions import OperationalError

from procurement.common.clock import database_now
from procurement.delivery.overdue import overdue
from procurement.desk.processes import heard, workers_by_queue
from procurement.desk.waiting_messages import waiting_in_broker
from tracker import schedule

#: With less room on its disk the service is not ready: the larger of a part of the disk, and of so many bytes.
FREE_SHARE, FREE_BYTES = 0.01, 200_000_000


@dataclass(frozen=True)
class Check:
    """One thing that must be so, and what is wrong with it."""

    name: str
    faults: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.faults


def readiness() -> list[Check]:
    """All checks; where the database does not answer, only those that can do without."""
    try:
        now = database_now()
    except DatabaseError:
        return without_database()
    return [Check("database"), *checks(now)]


def without_database() -> list[Check]:
    """What can be said where the database does not answer."""
    return [Check("database", ("the database does not answer",)), _checked("broker", timezone.now())]


def checks(now: dt.datetime) -> list[Check]:
    """Those that are made where the database answers. Raises DatabaseError."""
    return [_checked(name, now) for name in CHECKS]


def _checked(name: str, now: dt.datetime) -> Check:
    return Check(name, tuple(CHECKS[name](now)))


def _migrations(_now: dt.datetime) -> Iterator[str]:
    """Changes of tables that this release needs; once none is missing, none will be."""
    if missing := missing_migrations():
        yield f"{len(missing)} changes of tables are missing, from {missing[0]} on: run manage.py migrate"


def missing_migrations() -> tuple[str, ...]:
    """The names of migrations that the database has not had."""
    found = _plan()
    if found:
        _plan.cache_clear()
    return found


@cache
def _plan() -> tuple[str, ...]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return tuple(f"{migration.app_label}.{migration.name}" for migration, _ in plan)


def _broker(_now: dt.datetime) -> Iterator[str]:
    try:
        waiting_in_broker()
    except (OperationalError, OSError) as error:
        yield f"the broker does not answer: {type(error).__name__}"


def _workers(now: dt.datetime) -> Iterator[str]:
    for queue, names in workers_by_queue(heard(now)).items():
        if not names:
            yield f"no worker of the queue {queue} was heard in the last two minutes"


def _schedule(_now: dt.datetime) -> Iterator[str]:
    yield from schedule.faults()


def _disk(_now: dt.datetime) -> Iterator[str]:
    usage = shutil.disk_usage(settings.TRACKER_HOME)
    if usage.free < max(FREE_SHARE * usage.total, FREE_BYTES):
        yield f"the disk of TRACKER_HOME is nearly full: {usage.free // 1_000_000:,} MB are free"


CHECKS: dict[str, Callable[[dt.datetime], Iterator[str]]] = {
    "migrations": _migrations,
    "broker": _broker,
    "workers": _workers,
    "schedule": _schedule,
    "work": overdue,
    "disk": _disk,
}
