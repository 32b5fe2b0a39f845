"""Makers of users, channels and subscriptions."""

from itertools import count
from typing import Any

from django.contrib.auth.models import User
from django.db import connection

from procurement.alerts.events import EVENTS
from procurement.alerts.models import Subscription
from procurement.alerts.subscribing import SubscriptionInput, create_subscription
from procurement.delivery.addressing import create_channel
from tests import service_role

#: What procurement_moment() draws when it is asked first in a transaction, drawn for a moment of the past.
STAMP = """
SELECT setval('procurement_moment_at',
              (extract(epoch FROM clock_timestamp() - %s * interval '1 day') * 1000000)::bigint),
       setval('procurement_moment_xact', pg_current_xact_id()::text::bigint),
       set_config('procurement.stamp', pg_current_xact_id()::text, true)
"""
_numbers = count(1)


def make_user(name: str = "", **more: Any) -> User:
    """A user who may do nothing in particular."""
    return User.objects.create_user(name or f"user-{next(_numbers)}", **more)


def subscribe(owner: User | None = None, *, address: str = "reader@example.org", **given: Any) -> Subscription:
    """A subscription to everything, at once, by e-mail, unless told otherwise."""
    owner = owner or make_user()
    channel = create_channel(owner=owner, kind="email", address=address)
    defaults: dict[str, Any] = {"name": "Everything", "channel": channel, "events": EVENTS}
    return create_subscription(SubscriptionInput(**defaults | given), owner=owner)


def record_at(days_ago: float = 0) -> None:
    """Let what follows in this transaction be recorded at a moment, as by a transaction of that time."""
    with service_role.as_owner(), connection.cursor() as cursor:
        cursor.execute(STAMP, [days_ago])
