"""Reminders of what is about to end: contracts, guarantees, and the acceptance of flags."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from procurement.alerts.changes import counts_from
from procurement.alerts.events import EXPIRING, Happening
from procurement.alerts.models import Reminder
from procurement.alerts.rechecks import was_loaded_late
from procurement.alerts.statuses import held, programs_of, status_at
from procurement.common.money import in_full
from procurement.contracts.models import Contract, Guarantee
from procurement.contracts.states import ENDED
from procurement.flags.models import Flag, FlagEvent

#: How long before its end a contract or guarantee is announced, and how long before its last day an acceptance.
AHEAD, BEFORE_ACCEPTANCE = dt.timedelta(days=30), dt.timedelta(days=7)
#: What people do that sets the last day of an acceptance.
ACCEPTING = (FlagEvent.Kind.ACCEPTED, FlagEvent.Kind.PROLONGED, FlagEvent.Kind.SHORTENED)
#: What ends a guarantee before its time: it was given back, or paid out.
OVER = (Guarantee.Event.RELEASED, Guarantee.Event.CALLED)

Days = tuple[dt.date, dt.date]


def expiring(*, now: dt.datetime) -> list[Happening]:
    """What ends soon, and was not told yet."""
    today = timezone.localdate(now)
    soon, sooner = (today, today + AHEAD), (today, today + BEFORE_ACCEPTANCE)
    flags = Flag.objects.filter(state=Flag.State.ACCEPTED, accepted_until__range=sooner)
    return [
        *contracts_ending(_untold(contracts_with_ends(soon), "ends_on"), at=now),
        *guarantees_ending(_untold(guarantees_with_ends(soon), "valid_until")),
        *acceptances_ending(_newest(FlagEvent.objects.filter(flag__in=_untold(flags, "accepted_until")))),
    ]


def _untold(rows: QuerySet[Any], column: str) -> QuerySet[Any]:
    told = Reminder.objects.filter(
        event=EXPIRING, origin_table=rows.model._meta.db_table, origin_id=OuterRef("pk"), day=OuterRef(column)
    )
    return rows.filter(~Exists(told))


def _newest(events: QuerySet[Any]) -> QuerySet[Any]:
    """Of each flag the event that set the last day of its acceptance."""
    accepting = events.filter(kind__in=ACCEPTING).select_related("flag")
    return accepting.order_by("flag", "-id").distinct("flag")


# contracts


def contracts_with_ends(days: Days) -> QuerySet[Any]:
    """Contracts whose last day is one of those from a day through another."""
    return Contract.objects.filter(is_remainder=False, ends_on__range=days).order_by("pk")


def contracts_ending(rows: Iterable[Contract], *, at: dt.datetime | None = None) -> list[Happening]:
    """The reminders of contracts that had not ended at a moment; without one, when the reminder was due."""
    known = [(row, _moment(row.created_at, row.ends_on, AHEAD)) for row in rows]
    ids = {row.pk for row, _ in known}
    states, programs = held(ids), programs_of(ids, timezone.localdate())
    return [
        _contract_ends(row, moment, programs.get(row.pk, ()))
        for row, moment in known
        if status_at(states.get(row.pk, ()), at or moment) not in ENDED
    ]


def _contract_ends(row: Contract, moment: dt.datetime, programs: tuple[int, ...]) -> Happening:
    summary = f"Contract {row} ends on {row.ends_on}"
    late = was_loaded_late(row.created_at, _near_from(row.ends_on), since=row.signed_on)
    return _ending(row, summary, moment=moment, day=row.ends_on, programs=programs, late=late)


def _ending(
    row: Contract | Guarantee,
    summary: str,
    *,
    moment: dt.datetime,
    day: dt.date | None,
    programs: tuple[int, ...],
    late: bool,
) -> Happening:
    return Happening(
        event=EXPIRING,
        origin_table=row._meta.db_table,
        origin_id=row.pk,
        happened_at=moment,
        summary=summary,
        program_id=programs[0] if programs else None,
        contract_id=row.pk if isinstance(row, Contract) else row.contract_id,
        programs=frozenset(programs),
        late=late,
        day=day,
        facts=_facts(str(row._meta.verbose_name), day),
    )


def _moment(known_since: dt.datetime, end: dt.date | None, ahead: dt.timedelta) -> dt.datetime:
    """When the reminder is due: some days before the end, or when the row was recorded, if that is later."""
    return counts_from(known_since, _near_from(end, ahead), timezone.get_current_timezone())


def _near_from(end: dt.date | None, ahead: dt.timedelta = AHEAD) -> dt.date:
    """The day from which an end is near."""
    return (end or dt.date.max) - ahead


def _facts(what: str, day: dt.date | None) -> dict[str, Any]:
    return {"ends": what, "ends_on": None if day is None else day.isoformat()}


# guarantees


def guarantees_with_ends(days: Days) -> QuerySet[Any]:
    """Guarantees valid until one of those days, unless they were released or called before they were to be told."""
    over = Guarantee.objects.unreversed().filter(
        contract=OuterRef("contract"),
        kind=OuterRef("kind"),
        amount=OuterRef("amount"),
        event__in=OVER,
        effective_on__gte=OuterRef("effective_on"),
        effective_on__lte=OuterRef("valid_until"),
    )
    given = Guarantee.objects.unreversed().filter(event=Guarantee.Event.GIVEN, valid_until__range=days)
    return given.filter(~Exists(over)).select_related("contract").order_by("pk")


def guarantees_ending(rows: Iterable[Guarantee]) -> list[Happening]:
    """The reminders of guarantees."""
    known = list(rows)
    programs = programs_of({row.contract_id for row in known}, timezone.localdate())
    return [_guarantee_ends(row, programs.get(row.contract_id, ())) for row in known]


def _guarantee_ends(row: Guarantee, programs: tuple[int, ...]) -> Happening:
    kind = "Guarantee" if row.kind == Guarantee.Kind.UNKNOWN else f"{Guarantee.Kind(row.kind).label} guarantee"
    summary = f"{kind} of {in_full(row.amount, row.contract.currency)} for {row.contract} ends on {row.valid_until}"
    moment = _moment(row.recorded_at, row.valid_until, AHEAD)
    late = was_loaded_late(row.recorded_at, _near_from(row.valid_until), since=row.effective_on)
    return _ending(row, summary, moment=moment, day=row.valid_until, programs=programs, late=late)


# the acceptance of flags


def acceptances_with_ends(days: Days) -> QuerySet[Any]:
    """Events that set such a last day of an acceptance, where nobody ended or changed it before it was to be told."""
    later = FlagEvent.objects.filter(
        flag=OuterRef("flag"), pk__gt=OuterRef("pk"), at__date__lte=OuterRef("accepted_until") - BEFORE_ACCEPTANCE
    ).exclude(kind__in=(FlagEvent.Kind.REFRESHED, FlagEvent.Kind.ESCALATED))
    events = FlagEvent.objects.filter(kind__in=ACCEPTING, accepted_until__range=days, replayed=False)
    return events.filter(~Exists(later)).select_related("flag").order_by("pk")


def acceptances_ending(events: Iterable[FlagEvent]) -> list[Happening]:
    """The reminders of flags that were accepted until a day."""
    return [_acceptance_ends(each) for each in events]


def _acceptance_ends(event: FlagEvent) -> Happening:
    flag, until = event.flag, event.accepted_until
    return Happening(
        event=EXPIRING,
        origin_table=flag._meta.db_table,
        origin_id=flag.pk,
        happened_at=_moment(event.at, until, BEFORE_ACCEPTANCE),
        summary=f"The acceptance by {event.owner} ends after {until}: {event.summary}",
        program_id=flag.program_id,
        contract_id=flag.contract_id,
        programs=frozenset() if flag.program_id is None else frozenset({flag.program_id}),
        rule=flag.rule,
        severity=flag.severity,
        day=until,
        facts=_facts("acceptance", until) | {"flag": flag.pk, "rule": flag.rule, "severity": flag.severity},
    )
