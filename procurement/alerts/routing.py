"""From events to the outbox: which subscriptions get an alert, and in which message."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from procurement.alerts.context import Surroundings
from procurement.alerts.events import Happening
from procurement.alerts.matching import Criteria, asks_for, covers
from procurement.alerts.models import Alert, Delivery, Notice, Subscription
from procurement.alerts.periods import IMMEDIATE
from procurement.parties.linking import Bodies
from procurement.parties.reading import bodies_now

Identity = tuple[str, str, int]


@transaction.atomic
def route(happenings: Sequence[Happening], *, now: dt.datetime) -> int:
    """Store alerts for the events that subscriptions ask for, and put one message per subscriber in the outbox.

    Returns the number of messages. All alerts of one call for one immediate subscription go in one message; those for
    digests wait for the end of the period. Safe to repeat and to race: an alert is unique per event and row, a notice
    per subscription and alert, and a notice already in a delivery is not added to another.
    """
    asked = [(wanted, h) for wanted in all_criteria() for h in happenings if asks_for(wanted, h)] if happenings else []
    if not asked:
        return 0
    around = Surroundings(list({h.identity: h for _, h in asked}.values()), timezone.localdate(now))
    recipients = _recipients(asked, around)
    alerts = _store([h for h in happenings if h.identity in recipients], around)
    notices = [Notice(subscription_id=s, alert_id=alerts[key]) for key, ids in recipients.items() for s in ids]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    return pack_immediate(alerts.values())


def all_criteria() -> list[Criteria]:
    """What every active subscription asks for."""
    rows = Subscription.objects.listening().prefetch_related("programs", "organizations").order_by("pk")
    found = [criteria_of(row) for row in rows]
    return _widened(found, bodies_now()) if any(each.organizations for each in found) else found


def _widened(found: Iterable[Criteria], bodies: Bodies) -> list[Criteria]:
    """Let whoever asks for an organization hear of all that are one with it."""
    return [replace(each, organizations=frozenset(bodies.all_of(each.organizations))) for each in found]


def criteria_of(row: Subscription) -> Criteria:
    """What one subscription asks for."""
    return Criteria(
        subscription_id=row.pk,
        since=row.created_at,
        events=frozenset(row.events),
        is_digest=row.cadence != IMMEDIATE,
        programs=frozenset(p.pk for p in row.programs.all()),
        organizations=frozenset(o.pk for o in row.organizations.all()),
        countries=frozenset(row.countries),
        rules=frozenset(row.rules),
        min_severity=row.min_severity,
        min_outstanding=row.min_outstanding,
        currency=row.currency,
    )


def _recipients(asked: Iterable[tuple[Criteria, Happening]], around: Surroundings) -> dict[Identity, list[int]]:
    """Who gets which alert; if one row is several events, a subscription gets the first that it asks for."""
    recipients: dict[Identity, list[int]] = defaultdict(list)
    heard: set[tuple[int, str, int]] = set()
    for wanted, happening in asked:
        key = (wanted.subscription_id, happening.origin_table, happening.origin_id)
        if key not in heard and covers(wanted, around.place(happening)):
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
    stored = Alert.objects.filter(origin_id__in={h.origin_id for h in happenings})
    wanted = {h.identity for h in happenings}
    found = {(a.event, a.origin_table, a.origin_id): a.pk for a in stored.only("event", "origin_table", "origin_id")}
    return {identity: found[identity] for identity in wanted}


def pack_immediate(alert_ids: Iterable[int]) -> int:
    """Put the unsent alerts of each immediate subscription into one message."""
    waiting = Notice.objects.filter(
        alert__in=list(alert_ids),
        delivery=None,
        subscription__cadence=IMMEDIATE,
        subscription__deleted_at=None,
    ).order_by("pk")
    notices: dict[int, list[int]] = defaultdict(list)
    for pk, subscription_id in waiting.values_list("pk", "subscription_id"):
        notices[subscription_id].append(pk)
    for subscription_id, ids in notices.items():
        delivery = Delivery.objects.create(subscription_id=subscription_id)
        Notice.objects.filter(pk__in=ids).update(delivery=delivery)
    return len(notices)
