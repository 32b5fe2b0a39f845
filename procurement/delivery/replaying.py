"""Sending again what was not sent."""

import datetime as dt

from django.db import transaction

from procurement.alerts.leaving import STOPPED, has_ended, has_stopped
from procurement.alerts.models import Delivery
from procurement.common.errors import Refused

#: What can be sent again.
UNSENT = (Delivery.State.FAILED, Delivery.State.CANCELLED)


@transaction.atomic
def replay(delivery_id: int, *, now: dt.datetime) -> Delivery:
    """Put a message that was given up or cancelled back into the outbox, with a new three days and the same message id.

    Raises Refused when it is neither, or nothing is sent for its subscription. Safe to repeat and to race: a
    conditional update, of which one succeeds.
    """
    unsent = Delivery.objects.filter(~STOPPED, pk=delivery_id, state__in=UNSENT)
    taken = unsent.update(state=Delivery.State.PENDING, attempt_count=0, next_try_at=now, waits_since=now)
    delivery = Delivery.objects.get(pk=delivery_id)
    if not taken:
        raise Refused({"state": _why_not(delivery)})
    return delivery


def _why_not(delivery: Delivery) -> str:
    if has_ended(delivery.pk):
        return "the subscription or channel of this delivery was deleted; nothing more is sent"
    if has_stopped(delivery.pk):
        return "the subscription of this delivery is switched off; switch it on first"
    return f"this delivery is {delivery.state}; only a failed one, or one that was cancelled, can be replayed"
