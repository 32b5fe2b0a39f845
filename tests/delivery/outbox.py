"""Makers of messages in the outbox."""

from itertools import count
from typing import Any

from django.utils import timezone

from procurement.alerts.models import Alert, Delivery, Notice, Subscription
from tests.alerts.subscribers import subscribe

_numbers = count(1)


def make_delivery(subscription: Subscription | None = None, *, alerts: int = 1, **given: Any) -> Delivery:
    """A message of some alerts, to be sent now; `payload`, `summary` and `late` are the alerts'."""
    about = {name: given.pop(name) for name in ("payload", "summary", "late") if name in given}
    delivery = Delivery.objects.create(subscription=subscription or subscribe(), **given)
    for _ in range(alerts):
        number = next(_numbers)
        alert = Alert.objects.create(
            **{"event": "status.changed", "origin_table": "t", "origin_id": number, "summary": f"news {number}"}
            | about,
            happened_at=timezone.now(),
        )
        Notice.objects.create(subscription=delivery.subscription, alert=alert, delivery=delivery)
    delivery.refresh_from_db()
    return delivery
