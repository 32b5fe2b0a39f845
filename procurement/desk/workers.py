"""Whether workers keep up, in a few words: the queue of facts, the outbox, the sweep and the beat."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Max, Min
from django_celery_beat.models import PeriodicTask

from procurement.alerts.models import Delivery
from procurement.delivery.overdue import AFTER, facts_and_news, messages, overdue
from procurement.imports.models import ImportBatch
from procurement.sources.models import Recheck
from tracker import schedule
from tracker.celery import DELIVERY, IMPORTS

#: What waits longer than this is stuck, where beat sends every task each few seconds.
LATE = dt.timedelta(minutes=5)
#: A sweep runs every ten minutes; one that was sent so long ago is missing.
SWEEP = "procurement.tasks.sweep"
SWEEP_LATE = dt.timedelta(minutes=30)

#: How far ahead the scheduler's clock may be.
AHEAD = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Workers:
    """How long the oldest fact and message have waited, and when the sweep and anything at all were last sent."""

    facts: dt.timedelta | None = None
    messages: dt.timedelta | None = None
    swept: dt.timedelta | None = None
    beat: dt.timedelta | None = None
    #: since when the sweep is scheduled: one that was just entered need not have been sent yet
    scheduled: dt.timedelta | None = None
    failing: int = 0

    @property
    def faults(self) -> Sequence[str]:
        """Which of them are late: facts, messages, sweep, beat."""
        return list(self._faults())

    def _faults(self) -> Iterator[str]:
        if self.facts is not None and self.facts > LATE:
            yield "facts"
        if self.messages is not None and self.messages > LATE:
            yield "messages"
        late = self.scheduled if self.swept is None else self.swept
        if late is None or late > SWEEP_LATE:
            yield "sweep"
        if self.beat is None or self.beat > LATE:
            yield "beat"
        if self.failing:
            yield "failing"


def what_is_wrong(now: dt.datetime) -> list[str]:
    """Signs, in words, that the scheduler sends nothing or that nobody works on what it sends; empty if all is well."""
    return [*schedule.faults(), *overdue(now)]


def waits_long(queue: str, now: dt.datetime) -> list[str]:
    """Signs that the workers of one queue do not do what is due there: for the health check of each."""
    if queue == DELIVERY:
        return list(messages(now))
    return list(_files(now) if queue == IMPORTS else facts_and_news(now))


def _files(now: dt.datetime) -> Iterator[str]:
    """Files are read one after another, however long each takes; so none may wait where none is being read."""
    work = ImportBatch.objects.filter(state__in=ImportBatch.WORK)
    oldest = work.filter(state=ImportBatch.State.RECEIVED).aggregate(at=Min("created_at"))["at"]
    if oldest and oldest < now - AFTER and not work.exclude(state=ImportBatch.State.RECEIVED).exists():
        yield f"files wait since {oldest.isoformat(timespec='seconds')}, and none is read"


def workers(now: dt.datetime) -> Workers:
    """How workers keep up, by the database's clock. Five queries.

    A task that seems to have been sent in the future was sent by a clock that was ahead: it counts as never sent.
    """
    waiting = Recheck.objects.due(now).filter(failures=0).order_by()
    oldest = waiting.aggregate(at=Min("recorded_at"))["at"]
    unsent = Delivery.objects.filter(state__in=["pending", "sending"], next_try_at__lte=now)
    first = unsent.aggregate(at=Min("next_try_at"))["at"]
    tasks = PeriodicTask.objects.filter(enabled=True)
    sent = dict(tasks.filter(last_run_at__lte=now + AHEAD).values_list("task").annotate(Max("last_run_at")).order_by())
    return Workers(
        facts=_since(oldest, now),
        messages=_since(first, now),
        swept=_since(sent.get(SWEEP), now),
        scheduled=_since(tasks.filter(task=SWEEP).aggregate(at=Min("date_changed"))["at"], now),
        beat=_since(max(sent.values(), default=None), now),
        failing=Recheck.objects.filter(failures__gt=0).count(),
    )


def _since(moment: dt.datetime | None, now: dt.datetime) -> dt.timedelta | None:
    return None if moment is None else max(now - moment, dt.timedelta(0))
