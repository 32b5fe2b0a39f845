"""What a message says, and to which subscriptions: several may have asked for the same at one address."""

from dataclasses import dataclass
from typing import Any

from django.db import models

from procurement.alerts.leaving import WANTED
from procurement.alerts.models import Alert, Delivery, Notice, Subscription


@dataclass(frozen=True)
class Carried:
    """The alerts of a message in their order, and the subscriptions that asked for them, its own first."""

    alerts: list[Alert]
    subscriptions: list[Subscription]


def _notices() -> models.QuerySet[Notice]:
    return Notice.objects.select_related("alert").annotate(is_wanted=WANTED).order_by("alert__happened_at", "alert")


def with_contents(rows: models.QuerySet[Delivery]) -> models.QuerySet[Delivery]:
    """Messages that are read together with what they say: one query for all, and none for each."""
    return rows.prefetch_related(models.Prefetch("notices", _notices(), to_attr="contents"))


def carried_by(delivery: Delivery) -> Carried:
    """What a message says: what somebody asked for who still listens, or everything, if it is sent all the same."""
    notices: list[Any] = getattr(delivery, "contents", None) or list(_notices().filter(delivery=delivery))
    asked = [row for row in notices if row.is_wanted] or notices
    alerts = {row.alert_id: row.alert for row in asked}
    others = {row.subscription_id for row in asked} - {delivery.subscription_id}
    found = Subscription.everything.filter(pk__in=others).order_by("pk") if others else ()
    return Carried([*alerts.values()], [delivery.subscription, *found])
