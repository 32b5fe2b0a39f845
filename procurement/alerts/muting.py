"""Muting: what a user does not want to hear of until a moment, and whether that covers an event."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from procurement.alerts.events import Happening
from procurement.alerts.models import Mute, Notice, Subscription
from procurement.alerts.models.mutes import LONGEST, NONE_OF_THEM, TARGETS
from procurement.common.advisory_locks import lock_keys
from procurement.common.errors import Complaints
from procurement.contracts.models import Contract
from procurement.flags.rules import all_rules
from procurement.programs.models import Program

EXPECTED = f"name one of {', '.join(TARGETS)}"


@dataclass(frozen=True)
class MuteInput:
    """What is muted until when: exactly one of the four."""

    until: dt.datetime
    program: Program | None = None
    contract: Contract | None = None
    rule: str = ""
    subscription: Subscription | None = None
    snooze: bool = False


@dataclass(frozen=True)
class Muted:
    """A mute, as it is compared with events."""

    pk: int
    program_id: int | None
    contract_id: int | None
    rule: str
    subscription_id: int | None


@transaction.atomic
def create_mute(given: MuteInput, *, owner: User, now: dt.datetime) -> Mute:
    """Mute something for its owner, in the place of what was said of it before; what waits of it is muted too.

    Raises Refused. Safe to repeat and to race: an owner's mutes are made one after the other (a lock), and one for each
    target is in force (unique). A worker that has read the mutes before may still put a message in the outbox.
    """
    row = Mute(owner=owner, **vars(given))
    refuse_bad_mute(row, now)
    lock_keys([f"mutes of {owner.pk}"])
    target = next(name for name in TARGETS if vars(given)[name])
    before = Mute.objects.filter(owner=owner, **{target: vars(given)[target]})
    same = before.filter(until=row.until, snooze=row.snooze).first()
    if same is not None:
        return same
    before.update(deleted_at=now)
    row.save(force_insert=True)
    row.refresh_from_db()
    if not row.snooze:
        _mute_waiting(row)
    return row


def end_mute(mute_id: int, *, now: dt.datetime) -> None:
    """Take a mute back: what was muted stays so, and what was kept is sent. Safe to repeat and to race."""
    Mute.objects.filter(pk=mute_id).update(deleted_at=now)


def refuse_bad_mute(row: Mute, now: dt.datetime) -> None:
    """Raise Refused when a mute is of nothing or of too much, of what does not exist, or ends in no time or never."""
    complaints = Complaints()
    named = [name for name in TARGETS if getattr(row, name) != NONE_OF_THEM[name]]
    if len(named) != 1:
        for name in named or ("program",):
            complaints.add(name, f"{EXPECTED}, and no other")
    if row.rule and row.rule not in [rule.code for rule in all_rules()]:
        known = ", ".join(rule.code for rule in all_rules())
        complaints.add("rule", f"unknown: {row.rule[:80]}; accepted: {known}")
    _complain_of_subscription(row, complaints)
    last = now + LONGEST - dt.timedelta(days=1)
    if not now < row.until <= last:
        said = f"must lie in the future, and within a year: {last.isoformat(timespec='minutes')} would be accepted"
        complaints.add("until", said)
    complaints.refuse_if_any()


def _complain_of_subscription(row: Mute, complaints: Complaints) -> None:
    if row.subscription is None:
        if row.snooze:
            complaints.add("snooze", "only a subscription keeps what comes meanwhile; name one, or leave this out")
    elif row.subscription.owner_id != row.owner_id:
        complaints.add("subscription", "belongs to somebody else; give one of your own")
    elif row.subscription.deleted_at is not None:
        complaints.add("subscription", "was deleted; give another one")


def mutes_of(subscription_ids: Collection[int], *, now: dt.datetime) -> Mapping[int, list[Muted]]:
    """What the owners of subscriptions have muted, by subscription. One query."""
    rows = Mute.objects.in_force(now).filter(snooze=False, owner__subscriptions__in=subscription_ids).order_by("pk")
    found: dict[int, list[Muted]] = defaultdict(list)
    columns = ("owner__subscriptions", *Muted.__dataclass_fields__)
    for of, *values in rows.values_list(*columns):
        muted = Muted(*values)
        if muted.subscription_id in {None, of}:
            found[of].append(muted)
    return found


def mute_of(happening: Happening, mutes: Iterable[Muted]) -> int | None:
    """The mute that covers an event, if one does; what several programs share is muted when all of them are."""
    known = list(mutes)
    programs = {each.program_id for each in known} - {None}
    if programs and happening.programs and happening.programs <= programs:
        return next(each.pk for each in known if each.program_id in happening.programs)
    return next((each.pk for each in known if _covers(each, happening)), None)


def _covers(muted: Muted, happening: Happening) -> bool:
    if muted.contract_id is not None:
        return muted.contract_id == happening.contract_id
    return muted.subscription_id is not None or (bool(muted.rule) and muted.rule == happening.rule)


def _mute_waiting(row: Mute) -> None:
    """Mute what waits for a message already; of a contract that programs share, what is told under this program."""
    about = {
        "program": Q(alert__program=row.program_id),
        "contract": Q(alert__contract=row.contract_id),
        "rule": Q(alert__payload__rule=row.rule),
        "subscription": Q(subscription=row.subscription_id),
    }
    target = next(name for name in TARGETS if getattr(row, name) != NONE_OF_THEM[name])
    waiting = Notice.objects.waiting().filter(about[target], subscription__owner=row.owner_id)
    waiting.locked().update(muted_by=row, grouping=None)
