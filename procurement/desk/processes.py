"""Which processes of the service were heard of late."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from procurement.signs.models import LifeSign
from tracker.celery import QUEUES

#: A process says every twenty seconds that it lives.
SILENT = dt.timedelta(minutes=2)


@dataclass(frozen=True)
class Process:
    """A process as it last said of itself."""

    name: str
    at: dt.datetime
    details: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """Whether it is a worker, a scheduler or a web process."""
        return str(self.details.get("kind", ""))

    @property
    def queues(self) -> list[str]:
        """Of which queues it takes messages."""
        return list(self.details.get("queues", ()))


def ever_heard() -> list[Process]:
    """All processes of the last day. One query."""
    rows = LifeSign.objects.filter(kind=LifeSign.Kind.PROCESS).order_by("name")
    return [Process(row.name, row.at, row.details) for row in rows]


def heard(now: dt.datetime) -> list[Process]:
    """Those that were heard in the last minutes."""
    return [each for each in ever_heard() if each.at >= now - SILENT]


def is_missed(silent: Process, alive: Iterable[Process]) -> bool:
    """Whether nobody does what a process did that fell silent: one of its kind, and a worker of each of its queues."""
    others = [each for each in alive if each.kind == silent.kind]
    return not others or not set(silent.queues) <= {queue for each in others for queue in each.queues}


def workers_by_queue(alive: Iterable[Process]) -> dict[str, list[str]]:
    """The names of workers by each queue of the service."""
    found: dict[str, list[str]] = {queue: [] for queue in QUEUES}
    for each in alive:
        for queue in each.queues:
            found.setdefault(queue, []).append(each.name)
    return found
