"""Watching a program: a user's own subscription to everything about it, and nothing else."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from procurement.alerts.events import EVENTS, NEWS
from procurement.alerts.leaving import delete_subscription
from procurement.alerts.models import Channel, Subscription, SubscriptionQuerySet
from procurement.alerts.subscribing import SubscriptionInput, create_subscription, locked_channel
from procurement.programs.models import Program


def watches(user: User, program: Program) -> SubscriptionQuerySet:
    """The active subscriptions of a user to one program alone, that leave out nothing of it."""
    own: SubscriptionQuerySet = Subscription.objects.owned_by(user)
    others = Program.everything.exclude(pk=program.pk)
    return (
        own.filter(active=True, programs=program, organizations=None, countries=[], rules=[], min_severity="")
        .filter(min_outstanding=None, domains=[], words=[], from_statuses=[], to_statuses=[])
        .filter(events__contains=list(NEWS))  # those that are older than reminders watch too
        .exclude(pk__in=own.filter(programs__in=others).values("pk"))
    )


@transaction.atomic
def watch(program: Program, channel: Channel, *, owner: User, name: str, zone: str = "UTC") -> Subscription:
    """Subscribe a user to everything about a program, with its parts and successors. Raises Refused.

    Who watches it already goes on.
    """
    locked_channel(channel)  # of two that begin at once the second finds what the first made
    already = watches(owner, program).first()
    if already is not None:
        return already
    given = SubscriptionInput(name=name[:200], channel=channel, events=EVENTS, programs=[program], zone=zone)
    return create_subscription(given, owner=owner)


@transaction.atomic
def stop_watching(program: Program, *, owner: User) -> None:
    """End the subscriptions that watch a program; others that include it stay. Safe to repeat."""
    for pk in watches(owner, program).values_list("pk", flat=True):
        delete_subscription(pk, now=timezone.now())
