"""Reminding subscribers: of flags that stay open, and of what is about to end."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import replace

from django.db import transaction

from procurement.alerts.events import Happening
from procurement.alerts.expiring import expiring
from procurement.alerts.models import Reminder
from procurement.alerts.routing import route
from procurement.alerts.still_open import still_open

Key = tuple[str, str, int, dt.date | None]


def tell_reminders(*, now: dt.datetime) -> int:
    """Put in the outbox what subscribers are to be reminded of; returns the number of messages.

    Safe to repeat and to race: that a row was due is stored (`Reminder`, unique per row, event and day) in the
    transaction that alerts of it, and the alert is unique per reminder. A run that is killed has done all of that or
    nothing, and of two at once the second finds the reminders of the first. A reminder is stored if nobody wants it,
    too: whoever subscribes later hears only of what is due from then on, as of everything.
    """
    messages = _tell(expiring(now=now), now)
    after = 0
    while due := still_open(now, after=after):
        messages, after = messages + _tell(due, now), due[-1].origin_id
    return messages


@transaction.atomic
def _tell(due: Collection[Happening], now: dt.datetime) -> int:
    if not due:
        return 0
    Reminder.objects.bulk_create([Reminder(**_columns(each)) for each in due], ignore_conflicts=True)
    ids = _stored(due)
    table = Reminder._meta.db_table
    return route([replace(each, origin_table=table, origin_id=ids[_key(each)]) for each in due], now=now)


def _columns(happening: Happening) -> dict[str, object]:
    return dict(zip(("event", "origin_table", "origin_id", "day"), _key(happening), strict=True))


def _key(happening: Happening) -> Key:
    return (*happening.identity, happening.day)


def _stored(due: Iterable[Happening]) -> dict[Key, int]:
    rows = Reminder.objects.filter(
        origin_table__in={each.origin_table for each in due}, origin_id__in={each.origin_id for each in due}
    )
    found = rows.values_list("event", "origin_table", "origin_id", "day", "pk")
    return {(event, table, row, day): pk for event, table, row, day, pk in found}
