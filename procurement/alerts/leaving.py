"""Leaving: what is switched off or deleted. Nothing more is sent; what was sent stays on record."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery

from procurement.alerts.models import Channel, Delivery, Notice, Subscription

#: Messages whose subscription or channel was deleted.
ENDED = Q(subscription__deleted_at__isnull=False) | Q(subscription__channel__deleted_at__isnull=False)
#: Messages that nobody gets any more, at least for now: their subscription is off, or its owner was deactivated.
STOPPED = ENDED | Q(subscription__active=False) | Q(subscription__owner__is_active=False)
#: Notices of subscriptions for which messages are sent.
WANTED = Q(
    subscription__active=True, subscription__owner__is_active=True, subscription__channel__deleted_at__isnull=True
)


@transaction.atomic
def switch_off(subscription_id: int) -> bool:
    """Switch a subscription off, and cancel its messages that wait; whether it was on. Safe to repeat and to race."""
    was_on = Subscription.objects.filter(pk=subscription_id, active=True).update(active=False)
    _cancel([subscription_id])
    return bool(was_on)


@transaction.atomic
def delete_subscription(subscription_id: int, *, now: dt.datetime) -> None:
    """Delete a subscription, and cancel its messages that wait. Its messages and alerts stay readable to its owner.

    Safe to repeat and to race with workers: who makes or sends a message meanwhile finds out before it goes out
    (delivery/sending.py). One that is already being handed over arrives.
    """
    kept = Subscription.everything.filter(pk=subscription_id, deleted_at=None)
    kept.update(deleted_at=now, active=False)
    _cancel([subscription_id])


@transaction.atomic
def delete_channel(channel_id: int, *, now: dt.datetime) -> None:
    """Delete a channel and its secrets, switch off the subscriptions that use it, and cancel their waiting messages.

    These subscriptions may be given another channel. Safe to repeat and to race: see `delete_subscription`. Who lets a
    subscription use the channel meanwhile holds it locked (alerts/subscribing.py), and is waited for.
    """
    using = Subscription.everything.filter(channel=channel_id)
    list(using.order_by("pk").select_for_update(no_key=True))  # before the channel, as who changes them does
    list(Channel.everything.filter(pk=channel_id).select_for_update(no_key=True))
    Channel.everything.filter(pk=channel_id, deleted_at=None).update(deleted_at=now, settings={})
    using.update(active=False)
    _cancel(list(using.values_list("pk", flat=True)))


def _cancel(subscription_ids: Sequence[int]) -> None:
    waiting = (Delivery.State.PENDING, Delivery.State.HELD)
    cancel(Delivery.objects.filter(subscription__in=subscription_ids, state__in=waiting))


def cancel(rows: "QuerySet[Delivery]") -> None:
    """Cancel messages, unless another subscription asked for what they say and still listens: then it bears them.

    Inside a transaction. They are locked first: who puts news of another subscription in one of them locks it too
    (alerts/packing.py), and is either seen here or sees that it is cancelled. A digest is its subscription's own: what
    another one asked for of it waits for its own next message.
    """
    ids = list(rows.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    locked = Delivery.objects.filter(pk__in=ids)
    others = Notice.objects.filter(WANTED, delivery__in=ids)
    others.filter(delivery__digest_until__isnull=False).update(delivery=None)
    heir = Notice.objects.filter(WANTED, delivery=OuterRef("pk")).order_by("subscription").values("subscription")[:1]
    inherited = locked.filter(digest_until=None, pk__in=others.values("delivery"))
    inherited.update(subscription=Subquery(heir), state=Delivery.State.PENDING, claimed_at=None, claimed_by=None)
    left = locked.exclude(pk__in=Notice.objects.filter(WANTED, delivery__in=ids).values("delivery"))
    left.update(state=Delivery.State.CANCELLED, claimed_at=None, claimed_by=None)


def has_ended(delivery_id: int) -> bool:
    """Whether a message's subscription or channel was deleted, as it is at this moment."""
    return Delivery.objects.filter(ENDED, pk=delivery_id).exists()


def has_stopped(delivery_id: int) -> bool:
    """Whether nothing is sent for a message's subscription, as it is at this moment."""
    return Delivery.objects.filter(STOPPED, pk=delivery_id).exists()
