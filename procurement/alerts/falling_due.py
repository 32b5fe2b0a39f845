"""Alerts about payments and deliveries that fall due."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from procurement.alerts.changes import counts_from
from procurement.alerts.events import DELIVERY_DUE, PAYMENT_DUE, Happening
from procurement.alerts.models import Alert
from procurement.alerts.rechecks import was_loaded_late
from procurement.alerts.routing import route
from procurement.alerts.statuses import programs_of
from procurement.common.money import in_full
from procurement.contracts.models import Milestone
from procurement.ledger.models import LedgerEntry

#: How long before its due day a payment or delivery is announced.
AHEAD = dt.timedelta(days=30)
EVENTS_OF: Mapping[str, str] = {Milestone.Kind.PAYMENT: PAYMENT_DUE, Milestone.Kind.DELIVERY: DELIVERY_DUE}


def tell_what_falls_due(*, now: dt.datetime) -> int:
    """Put what is due within thirty days and not yet met in the outbox; returns the number of messages.

    Safe to repeat and to race: a milestone is announced once (an alert is unique per event and row).
    """
    today = timezone.localdate(now)
    met = LedgerEntry.objects.unreversed().filter(milestone=OuterRef("pk"))
    announced = Alert.objects.filter(
        event__in=EVENTS_OF.values(), origin_table=Milestone._meta.db_table, origin_id=OuterRef("pk")
    )
    due = Milestone.objects.unreversed().filter(~Exists(met), ~Exists(announced), due_on__range=(today, today + AHEAD))
    return route(due_happenings(_in_order(due), today), now=now)


def fell_due(first: dt.date, last: dt.date) -> QuerySet[Any]:
    """The milestones that were to be announced between two days, unless they were met by the day of that."""
    met = LedgerEntry.objects.unreversed().filter(
        milestone=OuterRef("pk"), effective_on__lte=OuterRef("due_on") - AHEAD
    )
    rows = Milestone.objects.unreversed().filter(~Exists(met), due_on__range=(first, last + AHEAD))
    return _in_order(rows.filter(due_on__gte=F("recorded_at__date")))


def _in_order(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("contract").order_by("due_on", "pk")


def due_happenings(rows: Collection[Milestone] | QuerySet[Any], today: dt.date) -> list[Happening]:
    """The events for milestones that fall due."""
    known = list(rows)
    programs = programs_of({row.contract_id for row in known}, today)
    return [_due(row, programs.get(row.contract_id, ())) for row in known]


def _due(row: Milestone, programs: tuple[int, ...]) -> Happening:
    return Happening(
        event=EVENTS_OF[row.kind],
        origin_table=row._meta.db_table,
        origin_id=row.pk,
        happened_at=counts_from(row.recorded_at, row.due_on - AHEAD, timezone.get_current_timezone()),
        summary=f"{_what(row)} due {row.due_on.isoformat()} under {row.contract}",
        program_id=programs[0] if programs else None,
        contract_id=row.contract_id,
        programs=frozenset(programs),
        late=was_loaded_late(row.recorded_at, row.due_on - AHEAD, since=row.effective_on),
        facts={
            "due_on": row.due_on.isoformat(),
            "amount": str(row.amount) if row.amount is not None else None,
            "description": row.description,
        },
    )


def _what(row: Milestone) -> str:
    """A payment of how much, or a delivery of what."""
    currency = row.contract.currency
    if row.kind == Milestone.Kind.PAYMENT:
        return f"Payment of {'an unknown amount' if row.amount is None else in_full(row.amount, currency)}"
    worth = "" if row.amount is None else f" worth {in_full(row.amount, currency)}"
    return f"Delivery of {row.description or 'goods or services'}{worth}"
