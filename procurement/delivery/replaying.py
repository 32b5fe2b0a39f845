"""Sending again what was not sent."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet

from procurement.alerts.leaving import STOPPED, has_ended, has_stopped
from procurement.alerts.models import Delivery, in_order
from procurement.common.errors import Refused

#: What can be sent again.
UNSENT = (Delivery.State.FAILED, Delivery.State.CANCELLED)
#: So many messages one request puts back.
MOST = 1000


@dataclass(frozen=True)
class Chosen:
    """Which messages: failed ones, of a channel or subscription, made in a time; cancelled ones too if asked for."""

    channel: int | None = None
    subscription: int | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    cancelled: bool = False

    def condition(self) -> Q:
        """The messages as a condition."""
        states = UNSENT if self.cancelled else (Delivery.State.FAILED,)
        named = {
            "subscription__channel": self.channel,
            "subscription": self.subscription,
            "created_at__gte": self.since,
            "created_at__lt": self.until,
        }
        return Q(state__in=states, **{name: value for name, value in named.items() if value is not None})


@dataclass(frozen=True)
class Replayed:
    """How many messages are in the outbox again, how many cannot be, and whether there are more than were taken."""

    replayed: int
    left: int
    more: bool


@transaction.atomic
def replay(delivery_id: int, *, now: dt.datetime) -> Delivery:
    """Put a message that was given up or cancelled back into the outbox, with a new three days and the same message id.

    Raises Refused when it is neither, or nothing is sent for its subscription. Safe to repeat and to race: a
    conditional update, of which one succeeds.
    """
    taken = _put_back(Delivery.objects.filter(~STOPPED, pk=delivery_id, state__in=UNSENT), now)
    delivery = Delivery.objects.get(pk=delivery_id)
    if not taken:
        raise Refused({"state": _why_not(delivery)})
    return delivery


@transaction.atomic
def replay_all(rows: "QuerySet[Delivery]", chosen: Chosen, *, now: dt.datetime) -> Replayed:
    """The same for many of some messages, the oldest first.

    Safe to repeat and to race: the messages are locked in one order, and what another has put back is not put back
    again.
    """
    asked = rows.filter(chosen.condition())
    found = list(asked.filter(~STOPPED).order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    put_back = _put_back(in_order(Delivery.objects.filter(pk__in=found[:MOST], state__in=UNSENT)), now)
    return Replayed(put_back, asked.filter(STOPPED).count(), more=len(found) > MOST)


def _put_back(rows: "QuerySet[Delivery]", now: dt.datetime) -> int:
    return rows.update(state=Delivery.State.PENDING, attempt_count=0, next_try_at=now, waits_since=now)


def _why_not(delivery: Delivery) -> str:
    if has_ended(delivery.pk):
        return "the subscription or channel of this delivery was deleted; nothing more is sent"
    if has_stopped(delivery.pk):
        return "the subscription of this delivery is switched off; switch it on first"
    return f"this delivery is {delivery.state}; only a failed one, or one that was cancelled, can be replayed"
