"""The scheduler: django-celery-beat's, which goes on when the machine's clock was ahead, and notes only what it sent.

Its own takes a stored time for the truth: an entry that last ran in two days is due after two days, and until then
nothing runs. Times come to lie ahead when a wrong hardware clock is set, or a time zone was taken for UTC. And it notes
as run what no broker took, so that nobody sees that nothing runs.
"""

import datetime as dt
import time
from typing import Any

from django.utils import timezone
from django_celery_beat.models import PeriodicTask
from django_celery_beat.schedulers import DatabaseScheduler, ModelEntry

#: Before any time at which an entry can have run.
NEVER = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


class TimedEntry(ModelEntry):  # type: ignore[misc]  # ships no types
    """A row of the schedule. One that ran in the future counts as one that never ran, and is due at once."""

    last_run_at: dt.datetime

    def is_due(self) -> Any:
        """Whether to send it now, and in how many seconds to ask again."""
        if self.last_run_at > timezone.now():
            self.last_run_at = NEVER
        return super().is_due()


class Scheduler(DatabaseScheduler):  # type: ignore[misc]
    """The schedule in the database."""

    Entry = TimedEntry
    #: Seconds between two notes of what was sent, which `check_schedule` reads.
    sync_every = 20
    _ticked_at = 0.0

    def tick(self, *given: Any, **named: Any) -> Any:
        """Send one entry that is due; the seconds until the next tick, which are five at most."""
        now = time.time()
        if now < self._ticked_at:
            # What was planned lies ahead, and so does the next full reading of the table, which plans anew: read now.
            self._last_full_sync = dt.datetime.min  # noqa: DTZ901  django-celery-beat keeps it without a zone
        self._ticked_at = now
        return super().tick(*given, **named)

    def reserve(self, entry: TimedEntry) -> TimedEntry:
        """The entry as it is after this run, which is noted once a broker has taken the message."""
        following: TimedEntry = next(entry)
        return following

    def apply_async(self, entry: TimedEntry, *given: Any, **named: Any) -> Any:
        """Send an entry's message. Raises SchedulingError."""
        sent = super().apply_async(entry, *given, **named)
        self._dirty.add(entry.name)
        return sent

    def enabled_models(self) -> list[PeriodicTask]:
        """The rows to plan. Those whose hour is far away are left out, but for what ran in the future."""
        return list(self.enabled_models_qs() | self.Model.objects.enabled().filter(last_run_at__gt=timezone.now()))

    def schedule_changed(self) -> bool:
        """Whether somebody edited the table: its stamp is another one, be it a later one or not."""
        before = self._last_timestamp
        changed: bool = super().schedule_changed()
        return changed or (before is not None and before != self._last_timestamp)
