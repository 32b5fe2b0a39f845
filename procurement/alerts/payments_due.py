"""Alerts about payments that fall due."""

import datetime as dt

from django.db.models import Exists, OuterRef
from django.utils import timezone

from procurement.alerts.changes import counts_from
from procurement.alerts.events import PAYMENT_DUE, Happening
from procurement.alerts.models import Alert
from procurement.alerts.routing import route
from procurement.alerts.statuses import programs_of
from procurement.common.money import in_full
from procurement.contracts.models import Milestone
from procurement.ledger.models import LedgerEntry

#: How long before its due day a payment is announced.
AHEAD = dt.timedelta(days=30)


def tell_payments_due(*, now: dt.datetime) -> int:
    """Put payments due within thirty days and not yet met in the outbox; returns the number of messages.

    Safe to repeat and to race: a milestone is announced once (an alert is unique per event and row).
    """
    today = timezone.localdate(now)
    met = LedgerEntry.objects.unreversed().filter(milestone=OuterRef("pk"))
    announced = Alert.objects.filter(event=PAYMENT_DUE, origin_table=Milestone._meta.db_table, origin_id=OuterRef("pk"))
    due = Milestone.objects.unreversed().filter(
        ~Exists(met), ~Exists(announced), kind=Milestone.Kind.PAYMENT, due_on__range=(today, today + AHEAD)
    )
    rows = list(due.select_related("contract").order_by("due_on", "pk"))
    programs = programs_of({row.contract_id for row in rows}, today)
    return route([_due(row, programs.get(row.contract_id, ())) for row in rows], now=now)


def _due(row: Milestone, programs: tuple[int, ...]) -> Happening:
    currency = row.contract.currency
    amount = "an unknown amount" if row.amount is None else in_full(row.amount, currency)
    return Happening(
        event=PAYMENT_DUE,
        origin_table=row._meta.db_table,
        origin_id=row.pk,
        happened_at=counts_from(row.recorded_at, row.due_on - AHEAD, timezone.get_current_timezone()),
        summary=f"Payment of {amount} due {row.due_on.isoformat()} under {row.contract}",
        program_id=programs[0] if programs else None,
        contract_id=row.contract_id,
        programs=frozenset(programs),
        facts={"due_on": row.due_on.isoformat(), "amount": str(row.amount) if row.amount is not None else None},
    )
