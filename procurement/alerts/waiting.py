"""Notices of immediate subscriptions that are in no message yet, and what decides when each goes where."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q

from procurement.alerts.models import Mute, Notice, carrier
from procurement.alerts.periods import IMMEDIATE
from procurement.alerts.quiet import Quiet

#: A subscription and a subject.
Key = tuple[int, str]


@dataclass(frozen=True)
class Waiting:
    """A notice that waits."""

    pk: int
    alert_id: int
    subscription_id: int
    channel_id: int
    #: what it is about
    subject: str
    #: how long its subject's news are grouped; 0: not at all
    seconds: int
    #: whether its subscription says nothing now: it is snoozed, or has quiet hours
    rests: bool
    #: the message that brings the same alert to the same channel
    carrier: int | None

    @property
    def key(self) -> Key:
        """Whose news of what it is."""
        return self.subscription_id, self.subject


MANNERS = ("group_seconds", "quiet_from", "quiet_until", "quiet_passes", "zone")
COLUMNS = (
    "pk", "alert_id", "subscription_id", "subscription__channel_id", *(f"subscription__{name}" for name in MANNERS),
    "alert__program_id", "alert__contract_id", "alert__origin_table", "alert__origin_id", "alert__payload__severity",
    "is_snoozed", "carrier",
)  # fmt: skip


def lock_waiting(which: Q, now: dt.datetime) -> list[Waiting]:
    """Some of those that wait, locked to the end of the transaction; what others are just packing is left to them."""
    immediate = Q(subscription__cadence=IMMEDIATE, subscription__deleted_at=None)
    snoozes = Mute.objects.in_force(now).filter(subscription=OuterRef("subscription"), snooze=True)
    rows = Notice.objects.waiting().filter(which, immediate).annotate(is_snoozed=Exists(snoozes), carrier=carrier())
    locked = rows.order_by("pk").select_for_update(skip_locked=True, no_key=True, of=("self",))
    return [_read(row, now) for row in locked.values(*COLUMNS)]


def _read(row: Mapping[str, Any], now: dt.datetime) -> Waiting:
    about = [row[f"alert__{column}"] for column in ("program_id", "contract_id", "origin_table", "origin_id")]
    of = {name: row[f"subscription__{name}"] for name in MANNERS}
    quiet = Quiet(of["quiet_from"], of["quiet_until"], of["zone"], of["quiet_passes"])
    return Waiting(
        pk=row["pk"],
        alert_id=row["alert_id"],
        subscription_id=row["subscription_id"],
        channel_id=row["subscription__channel_id"],
        subject=subject_of(*about),
        seconds=of["group_seconds"],
        rests=row["is_snoozed"] or quiet.keeps(str(row["alert__payload__severity"] or ""), now),
        carrier=row["carrier"],
    )


def subject_of(program_id: int | None, contract_id: int | None, origin_table: str, origin_id: int) -> str:
    """What an alert is about: its program, else its contract, else its row."""
    if program_id is not None:
        return f"program {program_id}"
    return f"contract {contract_id}" if contract_id is not None else f"{origin_table} {origin_id}"
