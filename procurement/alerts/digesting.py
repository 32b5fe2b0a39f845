"""Digests: at the end of a subscriber's period, one message with everything from that period."""

import datetime as dt
from collections.abc import Sequence
from itertools import groupby

from django.db import transaction
from django.db.models import Exists, Min, OuterRef, Q

from procurement.alerts.comparing import compared
from procurement.alerts.models import Alert, Delivery, Mute, Notice, NoticeQuerySet, Subscription
from procurement.alerts.packing import TURNS, put_in, still_arriving
from procurement.alerts.periods import IMMEDIATE, last_end
from procurement.common.advisory_locks import lock_keys

#: An alert that seems to come so much later was made while the database's clock was ahead.
AHEAD = dt.timedelta(hours=1)


def make_digests(*, now: dt.datetime) -> int:
    """Put a digest in the outbox for each subscription whose period has ended with something to say; returns how many.

    `now` is the database's, which dates alerts. Safe to repeat and to race: there is one digest per subscription and
    period (unique), a notice has one message, and who packs takes turns.
    """
    waiting = Notice.objects.waiting().values("subscription")
    snoozed = Mute.objects.in_force(now).filter(subscription=OuterRef("pk"), snooze=True)
    rows = Subscription.objects.listening().filter(~Exists(snoozed), pk__in=waiting).exclude(cadence=IMMEDIATE)
    by_channel = groupby(rows.order_by("channel", "pk"), key=lambda row: row.channel_id)
    return sum(_make_digests([*subscriptions], now) for _, subscriptions in by_channel)


@transaction.atomic
def _make_digests(subscriptions: Sequence[Subscription], now: dt.datetime) -> int:
    """Make those of one channel, so that the first names all that asked for what it tells."""
    lock_keys([TURNS])
    return sum(_make_digest(row, now) for row in subscriptions)


def _make_digest(subscription: Subscription, now: dt.datetime) -> bool:
    until = period_end(subscription, now)
    if Delivery.objects.filter(subscription=subscription, digest_until=until).exists():
        return False
    # what came while the clock was ahead is not kept until it says that again
    came = Q(alert__created_at__lt=until) | Q(alert__created_at__gt=now + AHEAD)
    waiting = Notice.objects.waiting().filter(came, subscription=subscription).locked()
    told_before = _leave_out_told(waiting)
    fresh = list(waiting.filter(delivery=None).order_by("pk").values_list("pk", "alert_id"))
    if not fresh:
        return False
    alerts = Alert.objects.filter(pk__in=[alert for _, alert in fresh]).order_by("happened_at", "id")
    figures = compared(alerts, since=_begin(subscription, waiting, until), until=until)
    delivery, made = Delivery.objects.get_or_create(
        subscription=subscription, digest_until=until, defaults={"sent_before": told_before, "figures": figures}
    )
    if made:
        put_in([(notice, delivery.pk) for notice, _ in fresh])
    return made


def period_end(subscription: Subscription, now: dt.datetime) -> dt.datetime:
    """The latest end of a subscription's periods up to now."""
    return last_end(now, cadence=subscription.cadence, local_time=subscription.local_time, zone=subscription.zone)


def _leave_out_told(waiting: NoticeQuerySet) -> int:
    """Note of what came to the same address in another message in which it did; how much that is."""
    found = waiting.carried()
    arriving = still_arriving({carrier for _, carrier in found})
    told = [(pk, carrier) for pk, carrier in found if carrier in arriving]
    put_in(told)
    return len(told)


def _begin(subscription: Subscription, waiting: NoticeQuerySet, until: dt.datetime) -> dt.datetime:
    """When the period began of which a digest tells: several, where those before had none or were snoozed."""
    first = waiting.aggregate(first=Min("alert__created_at"))["first"] or until
    return period_end(subscription, min(first, until - dt.timedelta(microseconds=1)))
