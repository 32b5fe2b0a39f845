"""The whole pipeline on one page.

Work is stored in rows, and messages only speed it up: a fact queues a re-check, draining it puts alerts in the outbox,
and delivery empties the outbox. Each task calls one function and starts the next task. A message may be lost, repeated
or handled twice at once, because a query finds the work, and beat sends every task every few seconds.
"""

import datetime as dt
import logging
import multiprocessing
import threading
import time
from contextlib import suppress
from typing import Any

from celery import current_app, shared_task
from celery.signals import worker_shutting_down
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError
from django.utils import timezone
from kombu.connection import Connection

from procurement.alerts.digesting import make_digests
from procurement.alerts.draining import drain as drain_batch
from procurement.alerts.failed_verifications import tell_flags_missed, tell_not_kept, tell_totals_differ
from procurement.alerts.falling_due import tell_what_falls_due
from procurement.alerts.packing import pack_waiting
from procurement.alerts.reminding import tell_reminders
from procurement.common.advisory_locks import held_by_session
from procurement.common.clock import database_now
from procurement.common.errors import BadSource
from procurement.common.role_faults import role_faults
from procurement.delivery.asking import ask_readers as ask_waiting_readers
from procurement.delivery.pausing import release_held, tell_paused
from procurement.delivery.sending import is_behind, keep_sending, send_due
from procurement.exposure.checks.verify import verify as verify_sample
from procurement.exposure.kept.rebuilding import rebuild_totals
from procurement.exposure.kept.refreshing import refresh as refresh_waiting
from procurement.exposure.kept.refreshing import very_many_wait
from procurement.exposure.mirror.making import InUse, keep_up
from procurement.flags.screening import sweep as flags_sweep
from procurement.imports.batches.forgetting import forget_files as forget_imported_files
from procurement.imports.batches.running import run_next
from procurement.rates.taking import take_rates as take_newer_rates
from procurement.signs.noting import note_work
from procurement.sources.models import StaleMark
from procurement.stories.keeping import forget_expired

log = logging.getLogger(__name__)

#: A broker that just failed is left alone this long; beat sends the tasks anyway.
QUIET_SECONDS = 5.0
#: So long a drain waits for others' facts before it takes all of them.
GATHER_SECONDS = 0.1
#: So long one process that delivers stays awake; what it has in hand then may take another minute.
AWAKE_SECONDS = 120
#: How long a request may wait for the broker.
BROKER_SECONDS = 1
MESSAGES_AT_ONCE = 1000
#: After so many batches a refresh lets other tasks run: after an import many contracts wait.
BATCHES_AT_ONCE = 10

#: The queue of messages to people; its workers do nothing else (tracker/celery.py).
DELIVERY = "delivery"

#: Set in a worker that was told to stop, for its processes, which were forked from it.
stopping = multiprocessing.Event()


@worker_shutting_down.connect
def end_soon(**_: object) -> None:
    """Let whoever stays awake come to an end."""
    stopping.set()


LIMITS = {"soft_time_limit": 120, "time_limit": 150, "acks_late": True}


@shared_task(**LIMITS)
def drain() -> None:
    """From queued facts and flag events to the outbox.

    One waits a moment for the facts that others post, and then takes all. A message that comes meanwhile has nothing to
    add: its fact was committed, and the one that waits has not read yet.
    """
    with held_by_session("drain: gathering") as alone:
        if not alone:
            return
        time.sleep(GATHER_SECONDS)
    now = database_now()
    drained = drain_batch(now=now)
    if drained.deliveries:
        nudge("deliver")
    if drained.due_at is not None:
        nudge("pack", after=(drained.due_at - now).total_seconds())
    if drained.more:
        nudge("drain")
    if drained.facts:
        nudge("refresh")


@shared_task(soft_time_limit=240, time_limit=270, acks_late=True)
def deliver() -> None:
    """The outbox to people. Of workers that do nothing else one process stays awake and listens; others help it."""
    if list(current_app.amqp.queues.consume_from) == [DELIVERY]:
        if keep_sending(AWAKE_SECONDS, has_to_end=stopping.is_set, leaving=lambda: nudge("deliver")):
            return
        if not is_behind(database_now()):
            return
    if send_due(MESSAGES_AT_ONCE) == MESSAGES_AT_ONCE:
        nudge("deliver")


@shared_task(**LIMITS)
def tell_owners() -> None:
    """Mail to the owners of channels that were paused, and what is held for one that sends back to the outbox."""
    tell_paused(now=database_now())
    if release_held(now=database_now()):
        nudge("deliver")


@shared_task(**LIMITS)
def ask_readers() -> None:
    """Mails that ask whoever reads at an address whether messages may go there."""
    ask_waiting_readers()


@shared_task(**LIMITS)
def refresh() -> None:
    """Bring stored lines and totals up to date with facts and day. If another refresh runs, leave the rest to it."""
    if very_many_wait():
        nudge("rebuild")
    elif refresh_waiting(today=today(), batches=BATCHES_AT_ONCE) and StaleMark.objects.exists():
        nudge("refresh")


@shared_task(soft_time_limit=7200, time_limit=7260, acks_late=True)
def rebuild() -> None:
    """Make the stored lines and totals anew, where so much waits that it takes less time. One at a time."""
    rebuild_totals(today=today(), wait=False)


@shared_task(soft_time_limit=1800, time_limit=1860, acks_late=True)
def forget_files() -> None:
    """Delete imported files after as many days as an administrator says, none where nobody says so; and old drafts."""
    forget_imported_files(days=settings.IMPORT_KEEP_DAYS, now=database_now())
    forget_expired()


@shared_task(**LIMITS)
def pack() -> None:
    """What was grouped, or waited for quiet hours or a snooze to end, to the outbox."""
    if pack_waiting(now=database_now()).messages:
        nudge("deliver")


@shared_task(**LIMITS)
def digest() -> None:
    """Put the digests of ended periods in the outbox."""
    if make_digests(now=database_now()):
        nudge("deliver")


@shared_task(soft_time_limit=1800, time_limit=1860, acks_late=True)
def sweep() -> None:
    """Update flags that changed without a new fact. Drains facts first, because the queue knows which are history."""
    drain_all()
    flags_sweep.sweep(today())
    tell_what_falls_due(now=database_now())
    tell_reminders(now=database_now())
    nudge("drain")


@shared_task(soft_time_limit=3600, time_limit=3660, acks_late=True)
def sweep_everything() -> None:
    """Sweep, then evaluate everything: what that still changes is an error that administrators are alerted of."""
    drain_all()
    tell_flags_missed(flags_sweep.sweep_everything(today()).unexplained, now=database_now())
    nudge("drain")


def today() -> dt.date:
    """The day in the service's zone by the database's clock: workers' clocks may differ."""
    return timezone.localdate(database_now())


def drain_all() -> None:
    """Drain until nothing is left to look at."""
    while drain_batch(now=database_now()).more:
        pass


@shared_task(
    soft_time_limit=3600,
    time_limit=3660,
    acks_late=True,
    autoretry_for=(DatabaseError,),
    max_retries=5,
)
def verify() -> None:
    """Compare stored totals with the ledger, each night another sample, and see that the database keeps facts.

    Administrators are alerted about what differs.
    """
    report, faults, now = verify_sample(seed=today().toordinal()), role_faults(), database_now()
    note_work("verify", is_well=report.is_good and not faults, seed=report.seed)
    if tell_totals_differ(report, now=now) + tell_not_kept(faults, now=now):
        nudge("deliver")


@shared_task(soft_time_limit=3600, time_limit=3660, acks_late=True)
def mirror() -> None:
    """What was recorded to this host's mirror. Another process that is at it does the same work."""
    with suppress(InUse):
        keep_up()


@shared_task(
    soft_time_limit=600,
    time_limit=660,
    acks_late=True,
    autoretry_for=(BadSource, DatabaseError),
    retry_backoff=300,
    max_retries=5,
)
def take_rates() -> None:
    """Newer reference rates, from where an administrator said; nothing where nobody did."""
    if settings.ECB_RATES:
        take_newer_rates(settings.ECB_RATES, today=today())


@shared_task(acks_late=True)
def imports() -> None:
    """Read the file that has waited longest, or take a batch back. One at a time; it may take hours.

    What each portion brings is refreshed beside the next one: answers read what waits from the facts, which takes
    longer the more of it there is.
    """
    if run_next(lambda: nudge("refresh")):
        nudge("drain")
        nudge("refresh")
        nudge("imports")


@shared_task(soft_time_limit=6 * 3600, time_limit=6 * 3600 + 60, acks_late=True)
def export() -> None:
    """Write the nightly full export, where a folder is set for it; a repeat finds that there is one of today.

    By its command, because its files have the columns of the API, which imports this page.
    """
    if settings.EXPORT_FOLDER is not None:
        call_command("export", settings.EXPORT_FOLDER, nightly=settings.EXPORT_KEEP, verbosity=0)


class Nudger:
    """Sends messages that start tasks early; never raises and never waits long, because nothing depends on them."""

    def __init__(self) -> None:
        self.quiet_until = 0.0
        self._own = threading.local()

    def nudge(self, task: str, after: float = 0) -> bool:
        """Start a task early, or so many seconds from now; returns whether the broker accepted the message."""
        if time.monotonic() < self.quiet_until:
            return False
        try:
            self.publish(task, after)
        except Exception as error:  # noqa: BLE001  a failing broker must not fail the request that posts a fact
            self.quiet_until = time.monotonic() + QUIET_SECONDS
            log.warning("broker did not take a nudge; beat will do", extra={"task": task, "error": repr(error)})
            return False
        return True

    def publish(self, task: str, after: float = 0) -> None:
        """Send the message over a connection that this thread keeps, or a new one where that has ended."""
        kept = getattr(self._own, "kept", None)
        if kept is not None and kept[0] == _broker():
            try:
                _send(task, after, kept[1])
                return
            except Exception:  # noqa: BLE001  the broker was started anew, or is away: then the next try says so
                kept[1].release()
        self._own.kept = None
        connection = _connected()
        _send(task, after, connection)
        self._own.kept = _broker(), connection


def _broker() -> tuple[str, str]:
    return str(current_app.conf.broker_write_url), str(current_app.conf.broker_transport_options)


def _connected() -> Connection:
    """A connection that gives up quickly."""
    options: dict[str, Any] = {"max_retries": 0}
    if str(current_app.conf.broker_write_url).startswith("redis"):
        options |= {"socket_connect_timeout": BROKER_SECONDS, "socket_timeout": BROKER_SECONDS}
    made: Connection = current_app.connection_for_write(connect_timeout=BROKER_SECONDS, transport_options=options)
    return made


def _send(task: str, after: float, connection: Connection) -> None:
    current_app.tasks[f"{__name__}.{task}"].apply_async(
        connection=connection, retry=False, countdown=after if after > 0 else None
    )


_nudger = Nudger()


def nudge(task: str = "drain", *, after: float = 0) -> bool:
    """Start a task of this page early: the drain of new facts unless another is named; whether the broker took it.

    `after` so many seconds, if not now. Entry points call it after commit: `transaction.on_commit(nudge)`.
    """
    return _nudger.nudge(task, after)
