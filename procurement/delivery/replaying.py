"""Sending again what could not be sent."""

import datetime as dt

from django.db import transaction

from procurement.alerts.leaving import ENDED, has_ended
from procurement.alerts.models import Delivery
from procurement.common.errors import Refused


@transaction.atomic
def replay(delivery_id: int, *, now: dt.datetime) -> Delivery:
    """Put a failed message back into the outbox, with a new three days and the same message id.

    Raises Refused when it is not failed, or its subscription or channel was deleted. Safe to repeat and to race: a
    conditional update, of which one succeeds.
    """
    failed = Delivery.objects.filter(~ENDED, pk=delivery_id, state=Delivery.State.FAILED)
    taken = failed.update(state=Delivery.State.PENDING, attempt_count=0, next_try_at=now)
    delivery = Delivery.objects.get(pk=delivery_id)
    if not taken and has_ended(delivery_id):
        raise Refused({"state": "the subscription or channel of this delivery was deleted; nothing more is sent"})
    if not taken:
        raise Refused({"state": f"this delivery is {delivery.state}; only a failed one can be replayed"})
    return delivery
