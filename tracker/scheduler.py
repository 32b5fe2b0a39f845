"""The scheduler: django-celery-beat's, but robust to a clock that was ahead, and it notes only what it sent.

The original trusts stored times: if an entry seems to have run two days in the future, nothing runs for two days. That
happens when a wrong hardware clock is corrected, or a local time was taken for UTC. The original also notes messages as
sent that no broker accepted, so that nobody notices that nothing runs.
"""

import datetime as dt
import logging
import time
from typing import Any

from django.utils import timezone
from django_celery_beat.models import PeriodicTask
from django_celery_beat.schedulers import DatabaseScheduler, ModelEntry

log = logging.getLogger(__name__)

#: Where so many messages wait in a queue, the next one would do nothing that these do not.
MOST_WAITING = 100
#: Earlier than any entry can have run.
NEVER = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


class TimedEntry(ModelEntry):  # type: ignore[misc]  # ships no types
    """A row of the schedule. One that seems to have run in the future counts as never run, and is due at once."""

    last_run_at: dt.datetime

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        # A worker would compare the moment of expiry with a clock of its own: where this one is slow, all would expire.
        self.options["expires"] = None

    def is_due(self) -> Any:
        """Whether to send it now, and in how many seconds to ask again."""
        if self.last_run_at > timezone.now():
            self.last_run_at = NEVER
        return super().is_due()


class Scheduler(DatabaseScheduler):  # type: ignore[misc]
    """The schedule in the database."""

    Entry = TimedEntry
    #: Seconds between two updates of the times sent, which `check_schedule` reads.
    sync_every = 20
    _ticked_at = 0.0

    def tick(self, *given: Any, **named: Any) -> Any:
        """Send one entry that is due; the seconds until the next tick, which are five at most."""
        now = time.time()
        if now < self._ticked_at:
            # The planned times lie in the future, and so does the next full reading of the table: read it now.
            self._last_full_sync = dt.datetime.min  # noqa: DTZ901  django-celery-beat keeps it without a zone
        self._ticked_at = now
        return super().tick(*given, **named)

    def reserve(self, entry: TimedEntry) -> TimedEntry:
        """The entry after this run, which is noted once a broker has accepted the message."""
        following: TimedEntry = next(entry)
        return following

    def apply_async(self, entry: TimedEntry, *given: Any, **named: Any) -> Any:
        """Send an entry's message, unless very many wait for a worker anyway. Raises SchedulingError."""
        if self.waiting(entry) >= MOST_WAITING:
            log.warning("no worker takes the messages of a queue", extra={"entry": entry.name})
            return None
        sent = super().apply_async(entry, *given, **named)
        self._dirty.add(entry.name)
        return sent

    def waiting(self, entry: TimedEntry) -> int:
        """How many messages wait in an entry's queue; none where the broker does not say."""
        queue = (self.app.conf.task_routes.get(entry.task) or {}).get("queue", self.app.conf.task_default_queue)
        try:
            return int(self.connection.default_channel.queue_declare(queue, passive=True).message_count)
        except Exception:  # noqa: BLE001  a queue that was not made yet, or a broker that is away: then sending says so
            return 0

    def enabled_models(self) -> list[PeriodicTask]:
        """The rows to plan. Rows due in many hours are left out, except those that ran in the future."""
        return list(self.enabled_models_qs() | self.Model.objects.enabled().filter(last_run_at__gt=timezone.now()))

    def schedule_changed(self) -> bool:
        """Whether somebody edited the table: its timestamp has changed, forward or back."""
        before = self._last_timestamp
        changed: bool = super().schedule_changed()
        return changed or (before is not None and before != self._last_timestamp)
