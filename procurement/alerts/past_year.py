"""What happened in a period that subscribers could have heard of, from the facts and the events of flags.

Not from stored alerts, which are there only for what somebody subscribed to. Of each kind of row only the newest are
read, so that a question over millions of facts stays one of seconds.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from procurement.alerts import expiring
from procurement.alerts.events import (
    CONTRACT_STATUS_CHANGED,
    DELIVERY_DUE,
    EXPIRING,
    FIGURE_DISPUTED,
    FLAG_EVENTS,
    PAYMENT_DUE,
    STATUS_CHANGED,
    STATUS_DISPUTED,
    STILL_OPEN,
    Happening,
)
from procurement.alerts.falling_due import due_happenings, fell_due
from procurement.alerts.flagged import flag_happenings
from procurement.alerts.models import Reminder
from procurement.alerts.rechecks import Noted
from procurement.alerts.statuses import contract_happenings, status_happenings
from procurement.alerts.still_open import BEGINS, ENDS, PERIOD, reminders_of, were_due
from procurement.contracts.models import ContractStatusChange, ProgramAllocation
from procurement.flags.models import Flag, FlagEvent
from procurement.programs.models import StatusChange
from procurement.sources.models import Recheck

#: How many rows of one kind are looked at, the newest first.
MOST = 5_000


@dataclass(frozen=True)
class Period:
    """From one moment through another, of some programs or of all, and of some rules or of all."""

    since: dt.datetime
    until: dt.datetime
    programs: frozenset[int] = frozenset()
    rules: frozenset[str] = frozenset()

    def days(self, ahead: dt.timedelta) -> tuple[dt.date, dt.date]:
        """The first and last day of what was told so long before."""
        return timezone.localdate(self.since) + ahead, timezone.localdate(self.until) + ahead

    def of_programs(self, rows: QuerySet[Any], path: str = "program") -> QuerySet[Any]:
        """The rows about its programs."""
        return rows.filter(**{f"{path}__in": self.programs}) if self.programs else rows

    def of_contracts(self, rows: QuerySet[Any], path: str = "contract") -> QuerySet[Any]:
        """The rows about contracts that were ever allocated to its programs."""
        allocated = ProgramAllocation.objects.filter(program__in=self.programs).values("contract")
        return rows.filter(**{f"{path}__in": allocated}) if self.programs else rows

    def of_flags(self, rows: QuerySet[Any], path: str = "flag__") -> QuerySet[Any]:
        """The rows about flags of its programs and rules."""
        found = self.of_programs(rows, f"{path}program")
        return found.filter(**{f"{path}rule__in": self.rules}) if self.rules else found


@dataclass(frozen=True)
class Found:
    """What happened, and the events of which older ones were left out."""

    happenings: tuple[Happening, ...] = ()
    cut: frozenset[str] = frozenset()


Part = tuple[list[Happening], bool]


def happened(events: Collection[str], period: Period) -> Iterator[Found]:
    """What happened in a period, one kind of row after another; of what nobody asks for nothing is read."""
    for kinds, look in SOURCES.items():
        if wanted := kinds.intersection(events):
            found, is_cut = look(period)
            yield Found(tuple(found), wanted if is_cut else frozenset())


def _newest(rows: QuerySet[Any]) -> tuple[list[Any], bool]:
    found = list(rows[: MOST + 1])
    return found[:MOST], len(found) > MOST


# what changed


def _statuses(period: Period) -> Part:
    notes, is_cut = _notes(period.of_programs(StatusChange._base_manager.all()), period)
    return status_happenings(notes), is_cut


def _contract_statuses(period: Period) -> Part:
    notes, is_cut = _notes(period.of_contracts(ContractStatusChange._base_manager.all()), period)
    return contract_happenings(notes, today=timezone.localdate(period.until)), is_cut


def _notes(rows: QuerySet[Any], period: Period) -> tuple[list[Noted], bool]:
    """Facts that began to count in a period, as the queue had them."""
    first, last = period.days(dt.timedelta())
    counted = Q(recorded_at__gte=period.since) | Q(effective_on__gte=first, effective_on__gt=F("recorded_at__date"))
    began = rows.filter(counted, recorded_at__lte=period.until, effective_on__lte=last).order_by("-id")
    found, is_cut = _newest(began.values_list("pk", "recorded_at", "effective_on"))
    return [_note(rows.model._meta.db_table, *row) for row in found], is_cut


def _note(table: str, pk: int, recorded_at: dt.datetime, effective_on: dt.date) -> Noted:
    return Noted(Recheck(fact_table=table, fact_id=pk, recorded_at=recorded_at), effective_on, waits=False)


def _flags(period: Period) -> Part:
    events = FlagEvent.objects.filter(kind__in=FLAG_EVENTS, at__range=(period.since, period.until), replayed=False)
    rows = period.of_flags(events).select_related("flag").defer("evidence", "flag__evidence").order_by("-id")
    found, is_cut = _newest(rows)
    return flag_happenings(found, {}, in_full=False), is_cut


# what fell due, stayed open or came to an end


def _due(period: Period) -> Part:
    rows, is_cut = _newest(period.of_contracts(fell_due(*period.days(dt.timedelta()))).order_by("-due_on", "-pk"))
    return due_happenings(rows, timezone.localdate(period.until)), is_cut


def _ended(period: Period) -> Part:
    ahead, before = period.days(expiring.AHEAD), period.days(expiring.BEFORE_ACCEPTANCE)
    contracts, more = _newest(period.of_contracts(expiring.contracts_with_ends(ahead), "pk").order_by("-ends_on"))
    given, most = _newest(period.of_contracts(expiring.guarantees_with_ends(ahead)).order_by("-valid_until"))
    accepted, all_of = _newest(period.of_flags(expiring.acceptances_with_ends(before)).order_by("-pk"))
    found = chain(
        expiring.contracts_ending(contracts),
        expiring.guarantees_ending(given),
        expiring.acceptances_ending(accepted),
    )
    return list(found), more or most or all_of


def _stayed_open(period: Period) -> Part:
    was_open = Q(resolved_at=None) | Q(resolved_at__gte=period.since)
    rows = Flag.objects.filter(was_open, opened_at__lte=period.until - PERIOD).defer("evidence").order_by("-id")
    flags, is_cut = _newest(period.of_flags(rows, ""))
    by_id = {flag.pk: flag for flag in flags}
    events = FlagEvent.objects.filter(flag__in=by_id, kind__in=BEGINS | ENDS, replayed=False).order_by("id")
    waited = were_due(events.values_list("flag_id", "kind", "at"), period.until)
    reminders = reminders_of([each for each in waited if each.at >= period.since], by_id)
    # each would have been a row of its own
    table = Reminder._meta.db_table
    return [replace(each, origin_table=table, origin_id=n) for n, each in enumerate(reminders)], is_cut


#: By the events that a kind of row makes, what reads it.
SOURCES: Mapping[frozenset[str], Callable[[Period], Part]] = {
    frozenset({STATUS_CHANGED}): _statuses,
    frozenset({CONTRACT_STATUS_CHANGED}): _contract_statuses,
    frozenset({*FLAG_EVENTS.values(), STATUS_DISPUTED, FIGURE_DISPUTED}): _flags,
    frozenset({PAYMENT_DUE, DELIVERY_DUE}): _due,
    frozenset({EXPIRING}): _ended,
    frozenset({STILL_OPEN}): _stayed_open,
}
