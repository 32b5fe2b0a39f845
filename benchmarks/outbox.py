"""Subscribers and full outboxes, stored as the service stores them."""

import datetime as dt
from collections.abc import Iterator
from itertools import count, cycle, islice

from django.contrib.auth.models import User
from django.db import transaction

from procurement.alerts.models import Alert, Channel, Delivery, Notice, Subscription
from procurement.common.clock import database_now
from procurement.programs.models import Program

SECRET = "whsec_" + "c2VjcmV0" * 4
TABLE = "benchmark"
_numbers = count(1)


def subscriber(kind: str, address: str) -> Subscription:
    """Somebody who wants to hear of every status change at once."""
    owner = User.objects.create_user(f"subscriber-{next(_numbers)}")
    channel = Channel.objects.create(
        owner=owner, kind=kind, address=address, settings={"secret": SECRET} if kind == "webhook" else {}
    )
    return Subscription.objects.create(owner=owner, name="benchmark", channel=channel, events=["status.changed"])


@transaction.atomic
def fill_outbox(subscription: Subscription, messages: int) -> None:
    """Put so many messages in the outbox, one alert in each; all appear at once."""
    now, programs = database_now(), cycle(Program.objects.order_by("-pk")[:500])
    alerts = Alert.objects.bulk_create(map(_alert, islice(programs, messages), cycle([now])))
    deliveries = Delivery.objects.bulk_create(Delivery(subscription=subscription) for _ in alerts)
    Notice.objects.bulk_create(_notices(subscription, alerts, deliveries))


def _alert(program: Program, now: dt.datetime) -> Alert:
    about = {"code": program.code, "name": program.name, "status": "suspended", "disputed": False}
    return Alert(
        event="status.changed",
        origin_table=TABLE,
        origin_id=next(_numbers),
        happened_at=now,
        program=program,
        summary=f"{program.name} is now suspended (was active), by decision of today",
        payload={"event": "status.changed", "program": about, "outstanding": [{"currency": "JPY", "amount": "1200"}]},
    )


def _notices(subscription: Subscription, alerts: list[Alert], deliveries: list[Delivery]) -> Iterator[Notice]:
    for alert, delivery in zip(alerts, deliveries, strict=True):
        yield Notice(subscription=subscription, alert=alert, delivery=delivery)
