"""The whole pipeline on one page.

Rows are the truth and messages only hurry them: a fact leaves a re-check row, draining it leaves alerts in the outbox,
and delivery empties that. Each task is one verb and the next nudge; each may be lost, repeated or run twice at once,
because its work is found by a query, and beat looks for it every few seconds.
"""

import logging
import time
from contextlib import suppress
from typing import Any

from celery import current_app, shared_task
from django.db import DatabaseError
from django.utils import timezone

from procurement.alerts.digesting import make_digests
from procurement.alerts.draining import drain as drain_batch
from procurement.alerts.failed_verifications import tell_totals_differ
from procurement.alerts.payments_due import tell_payments_due
from procurement.delivery.sending import send_due
from procurement.exposure.checks.verify import verify as verify_sample
from procurement.exposure.kept.refreshing import fold as fold_marked
from procurement.exposure.mirror.making import InUse, keep_up
from procurement.flags.screening.screen import screen_all
from procurement.sources.models import StaleMark

log = logging.getLogger(__name__)

#: A broker that just failed is left alone this long: beat comes by before.
QUIET_SECONDS = 5.0
#: A nudge that waited longer is not worth having: beat has sent others.
NUDGE_EXPIRES = 60
#: How long a request may wait for the broker.
BROKER_SECONDS = 1
MESSAGES_AT_ONCE = 100
#: After so many batches a fold makes way for other work: after an import many contracts wait.
BATCHES_AT_ONCE = 20

LIMITS = {"soft_time_limit": 120, "time_limit": 150, "acks_late": True, "expires": NUDGE_EXPIRES}


@shared_task(**LIMITS)
def drain() -> None:
    """Facts and flags' events to the outbox."""
    drained = drain_batch(now=timezone.now())
    if drained.deliveries:
        hurry("deliver")
    if drained.more:
        hurry("drain")
    if drained.facts:
        hurry("fold")


@shared_task(**LIMITS)
def deliver() -> None:
    """The outbox to people."""
    if send_due(MESSAGES_AT_ONCE) == MESSAGES_AT_ONCE:
        hurry("deliver")


@shared_task(**LIMITS)
def fold() -> None:
    """What was posted to the kept totals. Whoever finds another one folding leaves it the rest."""
    if fold_marked(batches=BATCHES_AT_ONCE) and StaleMark.objects.exists():
        hurry("fold")


@shared_task(**LIMITS)
def digest() -> None:
    """Periods that ended to the outbox."""
    if make_digests(now=timezone.now()):
        hurry("deliver")


@shared_task(soft_time_limit=1800, time_limit=1860, acks_late=True, expires=600)
def sweep() -> None:
    """What dates that passed have changed, to flags' events. New facts first, which know whether they are history."""
    while drain_batch(now=timezone.now()).more:
        pass
    screen_all(timezone.localdate())
    tell_payments_due(now=timezone.now())
    hurry("drain")


@shared_task(
    soft_time_limit=3600,
    time_limit=3660,
    acks_late=True,
    expires=6 * 3600,
    autoretry_for=(DatabaseError,),
    max_retries=5,
)
def verify() -> None:
    """What is kept against the ledger, each night another sample; what differs, to administrators."""
    report = verify_sample(seed=timezone.localdate().toordinal())
    if tell_totals_differ(report, now=timezone.now()):
        hurry("deliver")


@shared_task(soft_time_limit=3600, time_limit=3660, acks_late=True, expires=NUDGE_EXPIRES)
def mirror() -> None:
    """What was recorded to this host's mirror. Another process that is at it does the same work."""
    with suppress(InUse):
        keep_up()


class Nudger:
    """Sends messages that hurry the pipeline; never raises and never waits long, for nothing depends on them."""

    def __init__(self) -> None:
        self.quiet_until = 0.0

    def nudge(self, task: str) -> bool:
        """Hurry a task; returns whether the broker took the message."""
        if time.monotonic() < self.quiet_until:
            return False
        try:
            self.publish(task)
        except Exception as error:  # noqa: BLE001  no broker's failure may reach whoever posts a fact
            self.quiet_until = time.monotonic() + QUIET_SECONDS
            log.warning("broker did not take a nudge; beat will do", extra={"task": task, "error": repr(error)})
            return False
        return True

    def publish(self, task: str) -> None:
        """Send the message over a connection of its own, which gives up soon."""
        options: dict[str, Any] = {"max_retries": 0}
        if str(current_app.conf.broker_write_url).startswith("redis"):
            options |= {"socket_connect_timeout": BROKER_SECONDS, "socket_timeout": BROKER_SECONDS}
        with current_app.connection_for_write(connect_timeout=BROKER_SECONDS, transport_options=options) as connection:
            current_app.tasks[f"{__name__}.{task}"].apply_async(connection=connection, retry=False)


_nudger = Nudger()


def hurry(task: str) -> bool:
    """Hurry one task of this page."""
    return _nudger.nudge(task)


def nudge() -> None:
    """Hurry what new facts need. Entry points call it after commit: `transaction.on_commit(nudge)`."""
    hurry("drain")
