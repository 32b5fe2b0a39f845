"""Recording how a message fared: sent, to be tried again, given up, held back, or not sent any more."""

import datetime as dt
import logging
import random
from collections.abc import Collection
from contextlib import suppress

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from procurement.alerts.leaving import cancel
from procurement.alerts.models import Channel, Delivery, in_order
from procurement.common.clock import database_now
from procurement.delivery.backoff import next_gap
from procurement.delivery.carrying import Tried
from procurement.delivery.failing import must_pause
from procurement.delivery.models import Attempt
from procurement.delivery.pausing import pause
from procurement.delivery.waiting import channel_waits_for
from tracker.watching.counting import DELIVERIES

log = logging.getLogger(__name__)

UNCLAIMED = {"claimed_at": None, "claimed_by": None}


#: A message, and how an attempt to hand it over went.
Outcome = tuple[Delivery, Tried]


def record(outcomes: Collection[Outcome]) -> None:
    """Record how attempts went: those that succeeded together, each other one in a transaction of its own."""
    if not outcomes:
        return
    now = database_now()
    with suppress(OSError):  # where the disk is full nothing is counted
        for delivery, tried in outcomes:
            DELIVERIES.labels(delivery.subscription.channel.kind, "failed" if tried.error else "sent").inc()
    if sent := [each for each in outcomes if not each[1].error]:
        record_sent(sent, now)
    for delivery, tried in outcomes:
        if tried.error:
            log.warning("delivery failed", extra={"delivery": delivery.pk, "error": tried.error})
            record_failure(delivery, tried, now)


def mine(delivery: Delivery) -> QuerySet[Delivery]:
    """The message, if it is still claimed by who claimed it then."""
    return Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.SENDING, claimed_at=delivery.claimed_at)


@transaction.atomic
def record_sent(outcomes: Collection[Outcome], now: dt.datetime) -> None:
    """Record that messages were sent, even if another sender has taken them over meanwhile.

    Channels are locked before messages, and each in the order of their ids, as everybody locks them.
    """
    channels = {delivery.subscription.channel_id for delivery, _ in outcomes}
    failing = Channel.everything.filter(pk__in=channels, failures__gt=0).order_by("pk").select_for_update(no_key=True)
    if ids := list(failing.values_list("pk", flat=True)):
        Channel.everything.filter(pk__in=ids).update(failures=0, failing_since=None)
    Attempt.objects.bulk_create(_attempt(delivery, Attempt.Outcome.SENT, tried, now) for delivery, tried in outcomes)
    unsent = Delivery.objects.filter(pk__in=[delivery.pk for delivery, _ in outcomes]).exclude(
        state=Delivery.State.SENT
    )
    in_order(unsent).update(state=Delivery.State.SENT, sent_at=now, attempt_count=F("attempt_count") + 1, **UNCLAIMED)


@transaction.atomic
def record_failure(delivery: Delivery, tried: Tried, now: dt.datetime) -> None:
    """Record that a message could not be sent, and when to try again; or that it is given up.

    It is given up after about three days, or at once where the receiver refuses it for good. A channel that keeps
    failing is paused here, and its message waits with the others. Channels are locked before messages.
    """
    blamed = tried.by_receiver and _blame(delivery.subscription.channel_id, tried, now)
    _attempt(delivery, Attempt.Outcome.FAILED, tried, now).save(force_insert=True)
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


def _attempt(delivery: Delivery, outcome: Attempt.Outcome, tried: Tried, now: dt.datetime) -> Attempt:
    return Attempt(
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


@transaction.atomic
def record_cancelled(delivery: Delivery) -> None:
    """Record that a message is not sent any more, unless another sender has taken it over.

    If another subscription asked for the same, it is its message now, and due.
    """
    cancel(mine(delivery))


@transaction.atomic
def record_held(delivery: Delivery, now: dt.datetime) -> None:
    """Record that a message waits for its channel; it is due again if the channel was resumed or verified meanwhile.

    Under the channel's lock, which who does that takes too: no message is held by a channel that sends.
    """
    channel = Channel.everything.select_for_update(no_key=True).get(pk=delivery.subscription.channel_id)
    state = Delivery.State.HELD if channel_waits_for(channel) else Delivery.State.PENDING
    mine(delivery).update(state=state, next_try_at=now, waits_since=now, **UNCLAIMED)
