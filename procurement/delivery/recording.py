"""Recording how a message fared: sent, to be tried again, given up, held back, or not sent any more."""

import datetime as dt
import logging
import random

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from procurement.alerts.models import Channel, Delivery
from procurement.common.clock import database_now
from procurement.delivery.backoff import next_gap
from procurement.delivery.carrying import Tried
from procurement.delivery.failing import must_pause
from procurement.delivery.models import Attempt
from procurement.delivery.pausing import pause

log = logging.getLogger(__name__)

UNCLAIMED = {"claimed_at": None, "claimed_by": None}


def record(delivery: Delivery, tried: Tried) -> None:
    """Record how an attempt went."""
    now = database_now()
    if not tried.error:
        record_sent(delivery, now, tried)
        return
    log.warning("delivery failed", extra={"delivery": delivery.pk, "error": tried.error})
    record_failure(delivery, tried, now)


def mine(delivery: Delivery) -> QuerySet[Delivery]:
    """The message, if it is still claimed by who claimed it then."""
    return Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.SENDING, claimed_at=delivery.claimed_at)


@transaction.atomic
def record_sent(delivery: Delivery, now: dt.datetime, tried: Tried | None = None) -> None:
    """Record that a message was sent, even if another sender has taken it over meanwhile."""
    failing = Channel.everything.filter(pk=delivery.subscription.channel_id, failures__gt=0)
    failing.update(failures=0, failing_since=None)
    _note(delivery, Attempt.Outcome.SENT, tried or Tried(), now)
    Delivery.objects.filter(pk=delivery.pk).exclude(state=Delivery.State.SENT).update(
        state=Delivery.State.SENT, sent_at=now, attempt_count=F("attempt_count") + 1, **UNCLAIMED
    )


@transaction.atomic
def record_failure(delivery: Delivery, tried: Tried, now: dt.datetime) -> None:
    """Record that a message could not be sent, and when to try again; or that it is given up.

    It is given up after about three days, or at once where the receiver refuses it for good. A channel that keeps
    failing is paused here, and its message waits with the others. Channels are locked before messages.
    """
    blamed = tried.by_receiver and _blame(delivery.subscription.channel_id, tried, now)
    _note(delivery, Attempt.Outcome.FAILED, tried, now)
    gap = next_gap(delivery.attempt_count + 1, random.random(), asked=tried.retry_after)  # noqa: S311  spreads load
    if tried.permanent or gap is None:
        log.warning("message given up", extra={"delivery": delivery.pk, "permanent": tried.permanent})
        state = Delivery.State.FAILED
    else:
        state = Delivery.State.HELD if blamed else Delivery.State.PENDING
    mine(delivery).update(
        state=state,
        attempt_count=F("attempt_count") + 1,
        next_try_at=now + (gap or dt.timedelta()),
        waits_since=now,
        **UNCLAIMED,
    )


def _note(delivery: Delivery, outcome: Attempt.Outcome, tried: Tried, now: dt.datetime) -> None:
    Attempt.objects.create(
        delivery=delivery,
        at=now,
        outcome=outcome,
        status=tried.answer.status,
        answer=tried.answer.text,
        milliseconds=tried.milliseconds,
        error=tried.error,
    )


def _blame(channel_id: int, tried: Tried, now: dt.datetime) -> bool:
    """Count a failure against a channel, and pause it if it is one too many; whether it is paused."""
    row = Channel.everything.select_for_update(no_key=True).get(pk=channel_id)
    since = row.failing_since or now
    Channel.everything.filter(pk=channel_id).update(
        failures=F("failures") + 1, failing_since=Coalesce("failing_since", now)
    )
    if row.paused_at is not None or not must_pause(row.failures + 1, now - since, gone=tried.gone):
        return row.paused_at is not None
    pause(channel_id, because=tried.error, now=now)
    return True


def record_cancelled(delivery: Delivery) -> None:
    """Record that a message is not sent any more, unless another sender has taken it over."""
    mine(delivery).update(state=Delivery.State.CANCELLED, **UNCLAIMED)


@transaction.atomic
def record_held(delivery: Delivery, now: dt.datetime) -> None:
    """Record that a message waits for its paused channel; it is due again if the channel was resumed meanwhile.

    Under the channel's lock, which who resumes it takes too: no message is held by a channel that sends.
    """
    channel = Channel.everything.select_for_update(no_key=True).get(pk=delivery.subscription.channel_id)
    state = Delivery.State.PENDING if channel.paused_at is None else Delivery.State.HELD
    mine(delivery).update(state=state, next_try_at=now, waits_since=now, **UNCLAIMED)
