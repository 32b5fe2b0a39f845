"""From events to the outbox: which subscriptions get an alert, and in which message."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from procurement.alerts.context import Surroundings
from procurement.alerts.events import Happening
from procurement.alerts.matching import Criteria, asks_for, covers
from procurement.alerts.models import Alert, Notice, Subscription
from procurement.alerts.muting import mute_of, mutes_of
from procurement.alerts.packing import Packed, pack_new
from procurement.alerts.widening import circles_of, stored

Identity = tuple[str, str, int]


def route(happenings: Sequence[Happening], *, now: dt.datetime) -> int:
    """Store alerts for the events that subscriptions ask for, and put messages in the outbox; returns how many."""
    return route_news(happenings, now=now).messages


@transaction.atomic(savepoint=False)  # a savepoint costs two turns with the server
def route_news(happenings: Sequence[Happening], *, now: dt.datetime) -> Packed:
    """Store alerts for the events that subscriptions ask for, and put what is to be told at once in the outbox.

    What follows a moment after the first news of a subject, or comes in quiet hours, waits (alerts/packing.py), as what
    is for digests does; what is muted is only recorded. Safe to repeat and to race: an alert is unique per event and
    row, a notice per subscription and alert, and a notice already in a delivery is not added to another.
    """
    today = timezone.localdate(now)
    criteria = all_criteria(today) if happenings else []
    asked = [(wanted, h) for wanted in criteria for h in happenings if asks_for(wanted, h)]
    if not asked:
        return Packed()
    around = Surroundings(list({h.identity: h for _, h in asked}.values()), today)
    recipients = recipients_of(asked, around)
    alerts = _store([h for h in happenings if h.identity in recipients], around)
    _notify(recipients, alerts, {h.identity: h for _, h in asked}, now)
    return pack_new(alerts.values(), now=now)


def _notify(
    recipients: Mapping[Identity, Collection[int]],
    alerts: Mapping[Identity, int],
    happenings: Mapping[Identity, Happening],
    now: dt.datetime,
) -> None:
    """Note which subscription gets which alert, and which would have, had it not been muted."""
    mutes = mutes_of({pk for ids in recipients.values() for pk in ids}, now=now)
    notices = [
        Notice(subscription_id=pk, alert_id=alerts[key], muted_by_id=mute_of(happenings[key], mutes.get(pk, ())))
        for key, ids in recipients.items()
        for pk in ids
    ]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)


def all_criteria(today: dt.date) -> list[Criteria]:
    """What every active subscription asks for. At most five queries, for however many."""
    rows = Subscription.objects.listening().prefetch_related("programs", "organizations").order_by("pk")
    asked = [stored(row) for row in rows]
    circles = circles_of(asked, today)
    return [circles.criteria(each) for each in asked]


def recipients_of(asked: Iterable[tuple[Criteria, Happening]], around: Surroundings) -> dict[Identity, list[int]]:
    """Who gets which alert; if one row is several events, a subscription gets the first that it asks for."""
    rates = around.rates_to(wanted.currency for wanted, _ in asked)
    recipients: dict[Identity, list[int]] = defaultdict(list)
    heard: set[tuple[int, str, int]] = set()
    for wanted, happening in asked:
        key = (wanted.subscription_id, happening.origin_table, happening.origin_id)
        if key not in heard and covers(wanted, around.place(happening), rates):
            heard.add(key)
            recipients[happening.identity].append(wanted.subscription_id)
    return recipients


def _store(happenings: Collection[Happening], around: Surroundings) -> dict[Identity, int]:
    rows = [
        Alert(
            event=h.event,
            origin_table=h.origin_table,
            origin_id=h.origin_id,
            happened_at=h.happened_at,
            late=h.late,
            program_id=h.program_id,
            contract_id=h.contract_id,
            summary=h.summary,
            payload=around.payload(h),
        )
        for h in happenings
    ]
    Alert.objects.bulk_create(rows, ignore_conflicts=True)
    wanted = {h.identity for h in happenings}
    # all three, as they are the columns of its index
    events, tables, ids = (set(each) for each in zip(*wanted, strict=True)) if wanted else (set(), set(), set())
    kept = Alert.objects.filter(event__in=events, origin_table__in=tables, origin_id__in=ids)
    found = {(a.event, a.origin_table, a.origin_id): a.pk for a in kept.only("event", "origin_table", "origin_id")}
    return {identity: found[identity] for identity in wanted}
