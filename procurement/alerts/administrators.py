"""Subscriptions that administrators get by themselves, to what concerns the service and not its subject."""

import datetime as dt

from django.contrib.auth.models import User

from procurement.alerts.events import SERVICE_EVENTS
from procurement.alerts.models import Channel, Subscription, administers

#: The subscription that is created for an administrator without one; if switched off, it stays off.
NAME = "The service itself"


def subscribe_administrators(event: str, *, now: dt.datetime) -> None:
    """Let administrators with an address hear of an event of the service, unless they ever did. In a transaction."""
    for user in User.objects.filter(is_active=True).exclude(email="").order_by("pk").select_for_update(no_key=True):
        if administers(user):
            _subscribe(user, event, now)


def _subscribe(user: User, event: str, now: dt.datetime) -> None:
    """Give an administrator a subscription, unless there is or was one. The lock of the user prevents a second one."""
    known = Subscription.everything.filter(owner=user).values_list("events", flat=True)
    heard = {each for events in known for each in events}
    if event in heard:
        return
    trusted = {"verified_at": now}  # an administrator entered the address of the account
    channel, _ = Channel.objects.get_or_create(owner=user, kind="email", address=user.email, defaults=trusted)
    events = [each for each in SERVICE_EVENTS if each not in heard]
    made = Subscription.objects.create(owner=user, name=NAME, channel=channel, events=events)
    Subscription.objects.filter(pk=made.pk).update(created_at=now)  # so that this event reaches it
