"""Makers of users, channels and subscriptions."""

from itertools import count
from typing import Any

from django.contrib.auth.models import User

from procurement.alerts.events import EVENTS
from procurement.alerts.models import Subscription
from procurement.alerts.subscribing import SubscriptionInput, create_subscription
from procurement.delivery.addressing import create_channel

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
