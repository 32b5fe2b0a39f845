"""Signs that no worker does what is due: facts that nobody looks at, news and messages that nobody packs and sends."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Min

from procurement.alerts.models import Delivery, Mute, Notice, NoticeQuerySet
from procurement.alerts.periods import IMMEDIATE
from procurement.delivery.models import Attempt
from procurement.sources.models import Recheck

#: How long news and messages may wait before somebody is told. A large import takes some minutes.
AFTER = dt.timedelta(minutes=10)


def overdue(now: dt.datetime) -> Iterator[str]:
    """What waits though it was due long ago, by the database's clock."""
    yield from facts_and_news(now)
    yield from messages(now)


def facts_and_news(now: dt.datetime) -> Iterator[str]:
    """The part of it that workers of the default queue do."""
    facts = Recheck.objects.filter(historical=False, failures=0, not_before=None, recorded_at__lt=now - AFTER)
    if since := facts.aggregate(since=Min("recorded_at"))["since"]:
        yield f"facts wait since {since.isoformat(timespec='seconds')}, and no worker takes them"
    if since := _grouped(now).aggregate(since=Min("grouping__ends_at"))["since"]:
        yield f"news wait since {since.isoformat(timespec='seconds')}, and none is put in a message"


def messages(now: dt.datetime) -> Iterator[str]:
    """The part of it that workers of deliveries do."""
    unsent = Delivery.objects.filter(state=Delivery.State.PENDING, next_try_at__lt=now - AFTER)
    since = unsent.aggregate(since=Min("next_try_at"))["since"]
    if since and not Attempt.objects.filter(at__gte=now - AFTER).exists():
        yield f"messages wait since {since.isoformat(timespec='seconds')}, and none is tried"


def _grouped(now: dt.datetime) -> NoticeQuerySet:
    """Notices that no task packs, though their subscription is neither snoozed nor ever quiet."""
    snoozed = Mute.objects.in_force(now).filter(snooze=True).values("subscription")
    due = Notice.objects.waiting().filter(grouping__ends_at__lt=now - AFTER, subscription__deleted_at=None)
    return due.filter(subscription__cadence=IMMEDIATE, subscription__quiet_from=None).exclude(subscription__in=snoozed)
