"""Digests: at the end of a subscriber's period, one message with everything from that period."""

import datetime as dt

from django.db import transaction
from django.db.models import Q

from procurement.alerts.models import Delivery, Notice, Subscription
from procurement.alerts.periods import last_end

#: An alert that seems to come so much later was made while the database's clock was ahead.
AHEAD = dt.timedelta(hours=1)


def make_digests(*, now: dt.datetime) -> int:
    """Put a digest in the outbox for each subscription whose period has ended with something to say; returns how many.

    `now` is the database's, which dates alerts. Safe to repeat and to race: there is one digest per subscription and
    period (unique), and a notice has one message.
    """
    waiting = Notice.objects.filter(delivery=None).values("subscription")
    return sum(_make_digest(row, now) for row in Subscription.objects.listening().filter(pk__in=waiting).order_by("pk"))


@transaction.atomic
def _make_digest(subscription: Subscription, now: dt.datetime) -> bool:
    until = last_end(now, cadence=subscription.cadence, local_time=subscription.local_time, zone=subscription.zone)
    # what came while the clock was ahead is not kept until it says that again
    came = Q(alert__created_at__lt=until) | Q(alert__created_at__gt=now + AHEAD)
    waiting = Notice.objects.filter(came, subscription=subscription, delivery=None)
    if not waiting.exists():
        return False
    delivery, made = Delivery.objects.get_or_create(subscription=subscription, digest_until=until)
    if made:
        waiting.update(delivery=delivery)
    return made
