"""Sending what is in the outbox: claim and commit, send outside any transaction, record and commit."""

import datetime as dt
import logging
import random
import time
from contextlib import closing

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from procurement.alerts.leaving import has_ended
from procurement.alerts.models import Channel, Delivery
from procurement.common.options import hidden
from procurement.delivery.addressing import secrets_in
from procurement.delivery.backoff import next_gap
from procurement.delivery.channels import carriers
from procurement.delivery.composing import compose
from procurement.delivery.message import Carrier, NotCarried
from procurement.delivery.models import STATUSES, Attempt

log = logging.getLogger(__name__)

#: A claim is dead when the database session that made it has ended. A session that began after this one listed the
#: sessions may have made its claim since: claims this young are left alone.
YOUNG = dt.timedelta(seconds=2)
#: A claim this old is dead even if its session exists (a pool may keep one for a dead worker).
OLD = dt.timedelta(minutes=10)
LONGEST_ERROR = 2000


def send_due(limit: int = 100, seconds: float = 30.0) -> int:
    """Send what is due, one message at a time, for at most some seconds; returns how many were tried.

    Safe to race: a claim is a row locked, marked and committed before anything is sent. Safe to kill: the claim of a
    session that has ended is taken by the next one, and a message that was sent but not recorded so goes out again
    with the same message id.
    """
    deadline = time.monotonic() + seconds
    tried = 0
    with closing(OpenedCarriers()) as opened:
        while tried < limit and time.monotonic() < deadline:
            delivery = claim(timezone.now())
            if delivery is None:
                break
            send(delivery, opened)
            tried += 1
    return tried


class OpenedCarriers:
    """The channels' connections, each opened for its first message, kept for many messages and closed together."""

    def __init__(self) -> None:
        self.opened: dict[str, Carrier] = {}

    def of_kind(self, kind: str) -> Carrier:
        """The carrier of a kind. Raises KeyError if there is none."""
        if kind not in self.opened:
            self.opened[kind] = carriers()[kind]()
        return self.opened[kind]

    def close(self) -> None:
        """Close them. An exception is only logged: the messages are sent and recorded."""
        for kind, carrier in self.opened.items():
            try:
                carrier.close()
            except Exception:
                log.exception("channel did not close", extra={"kind": kind})


@transaction.atomic
def claim(now: dt.datetime) -> Delivery | None:
    """Claim the message that has waited longest, or whose sender died."""
    due = Q(state=Delivery.State.PENDING, next_try_at__lte=now) | (
        Q(state=Delivery.State.SENDING) & (abandoned(now) | Q(claimed_at__lt=now - OLD))
    )
    row = Delivery.objects.filter(due).order_by("next_try_at", "id").select_for_update(skip_locked=True).first()
    if row is None:
        return None
    row.state, row.claimed_at, row.claimed_by = Delivery.State.SENDING, now, session()
    row.save(update_fields=["state", "claimed_at", "claimed_by"])
    return row


def abandoned(now: dt.datetime) -> Q:
    """Claims whose session has ended, or is this one, which sends nothing while it claims."""
    return Q(claimed_at__lt=now - YOUNG) & ~Q(claimed_by__in=other_sessions())


def session() -> int:
    """The process id of this database session."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def other_sessions() -> list[int]:
    """The process ids of all other sessions with this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return [pid for (pid,) in cursor.fetchall()]


def send(delivery: Delivery, opened: OpenedCarriers) -> None:
    """Send a claimed message and record the outcome. Not inside a transaction.

    Whether its subscription and channel are still there is asked last before it is handed over.
    """
    channel = delivery.subscription.channel
    try:
        carrier, message = opened.of_kind(channel.kind), compose(delivery)
        if has_ended(delivery.pk):
            record_cancelled(delivery)
            return
        status = carrier.carry(message, channel)
    except Exception as error:  # noqa: BLE001  whatever a channel raises, the message stays and is tried again
        said = reason(error, channel)
        log.warning("delivery failed", extra={"delivery": delivery.pk, "error": said})
        record_failure(delivery, said, timezone.now(), status=getattr(error, "status", None))
    else:
        record_sent(delivery, timezone.now(), status=status)


def reason(error: Exception, channel: Channel) -> str:
    """Why a message could not be sent, without the channel's secrets."""
    said = str(error) if isinstance(error, NotCarried) else f"{type(error).__name__}: {error}"
    secrets = secrets_in(channel.kind, channel.settings).values()
    return hidden(said, list(secrets)).replace("\x00", "")[:LONGEST_ERROR] or type(error).__name__


def three_digits(status: object) -> int | None:
    """A valid code, or None: an invalid one must not prevent recording that a message was sent."""
    low, high = STATUSES
    return status if isinstance(status, int) and low <= status <= high else None


@transaction.atomic
def record_sent(delivery: Delivery, now: dt.datetime, *, status: int | None = None) -> None:
    """Record that a message was sent, even if another sender has taken it over meanwhile."""
    Attempt.objects.create(delivery=delivery, outcome=Attempt.Outcome.SENT, status=three_digits(status))
    Delivery.objects.filter(pk=delivery.pk).exclude(state=Delivery.State.SENT).update(
        state=Delivery.State.SENT,
        sent_at=now,
        attempt_count=F("attempt_count") + 1,
        claimed_at=None,
        claimed_by=None,
    )


def record_cancelled(delivery: Delivery) -> None:
    """Record that a message is not sent any more, unless another sender has taken it over."""
    mine(delivery).update(state=Delivery.State.CANCELLED, claimed_at=None, claimed_by=None)


def mine(delivery: Delivery) -> QuerySet[Delivery]:
    """The message, if it is still claimed by who claimed it then."""
    return Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.SENDING, claimed_at=delivery.claimed_at)


@transaction.atomic
def record_failure(delivery: Delivery, error: str, now: dt.datetime, *, status: int | None = None) -> None:
    """Record that a message could not be sent, and when to try again; after about three days it has failed."""
    Attempt.objects.create(delivery=delivery, outcome=Attempt.Outcome.FAILED, status=three_digits(status), error=error)
    gap = next_gap(delivery.attempt_count + 1, random.random())  # noqa: S311  spreads load, guards nothing
    mine(delivery).update(
        state=Delivery.State.FAILED if gap is None else Delivery.State.PENDING,
        attempt_count=F("attempt_count") + 1,
        next_try_at=now + (gap or dt.timedelta()),
        claimed_at=None,
        claimed_by=None,
    )
