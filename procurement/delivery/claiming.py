"""Claiming messages: which are due, and whose sender died."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from django.db import connection, transaction
from django.db.models import Count, F, Q

from procurement.alerts.leaving import STOPPED
from procurement.alerts.models import Channel, Delivery
from procurement.common.clock import database_now
from procurement.delivery.recording import record_cancelled, record_held

#: Messages whose channel is paused.
PAUSED = Q(subscription__channel__paused_at__isnull=False)
#: A claim is dead when the database session that made it has ended. A session that began after this one listed the
#: sessions may have made its claim since: claims this young are left alone.
YOUNG = dt.timedelta(seconds=2)
#: A claim this old is dead even if its session exists (a pool may keep one for a dead worker).
OLD = dt.timedelta(minutes=10)
#: So many messages are handed to one destination at once, by all workers together: a slow one holds no more.
PER_DESTINATION = 4


def take_due(limit: int, *, held: Collection[int]) -> tuple[int, list[Delivery]]:
    """Claim so many messages at most; how many, and those of them that are sent, each with its number.

    Whether a message is still wanted is asked last, before it is handed over: what was switched off is cancelled, and
    what is for a paused channel is held.
    """
    now = database_now()
    heed_clock(now)
    claimed = claim(now, limit=limit, held=held)
    wanted = put_away(claimed)
    number(wanted)
    return len(claimed), wanted


def put_away(claimed: Sequence[Delivery]) -> list[Delivery]:
    """Record of claimed messages those that are not sent, or not now; returns the others."""
    ids = [delivery.pk for delivery in claimed]
    stopped = set(Delivery.objects.filter(STOPPED, pk__in=ids).values_list("pk", flat=True))
    paused = set(Delivery.objects.filter(PAUSED, pk__in=ids).values_list("pk", flat=True))
    for delivery in claimed:
        if delivery.pk in stopped:
            record_cancelled(delivery)
        elif delivery.pk in paused:
            record_held(delivery, database_now())
    return [delivery for delivery in claimed if delivery.pk not in stopped | paused]


def heed_clock(now: dt.datetime) -> None:
    """Make due at once what was put off before the database's clock was set back: it would wait for the old time."""
    put_off = Delivery.objects.filter(state=Delivery.State.PENDING, waits_since__gt=now)
    put_off.update(next_try_at=now, waits_since=now)


@transaction.atomic
def claim(now: dt.datetime, *, limit: int = 1, held: Collection[int] = ()) -> list[Delivery]:
    """Claim the messages that have waited longest, and those whose sender died; `held` are the caller's own.

    No destination gets more than its share. Two workers that claim at the same moment may together give it a few more.
    """
    room = _taken()
    full = [destination for destination, number in room.items() if number >= PER_DESTINATION]
    pending = Q(state=Delivery.State.PENDING, next_try_at__lte=now) & ~Q(subscription__channel__destination__in=full)
    dead = Q(state=Delivery.State.SENDING) & (abandoned(now) | Q(claimed_at__lt=now - OLD)) & ~Q(pk__in=held)
    rows = Delivery.objects.filter(pending | dead).select_related("subscription__channel").order_by("next_try_at", "id")
    found = list(rows.select_for_update(skip_locked=True, of=("self",))[:limit])
    taken = [row for row in found if row.state == Delivery.State.SENDING or _fits(row, room)]
    _mark(taken, now)
    return taken


def _taken() -> Counter[str]:
    """How many messages are being handed to each destination."""
    rows = Delivery.objects.filter(state=Delivery.State.SENDING).order_by()
    return Counter(dict(rows.values_list("subscription__channel__destination").annotate(Count("pk"))))


def _fits(row: Delivery, room: Counter[str]) -> bool:
    destination = row.subscription.channel.destination
    room[destination] += 1
    return room[destination] <= PER_DESTINATION


def _mark(rows: Iterable[Delivery], now: dt.datetime) -> None:
    mine = session()
    for row in rows:
        row.state, row.claimed_at, row.claimed_by = Delivery.State.SENDING, now, mine
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=Delivery.State.SENDING, claimed_at=now, claimed_by=mine
    )


def abandoned(now: dt.datetime) -> Q:
    """Claims whose session has ended, or is this one, which knows what it holds.

    A claim of the future was made before the clock was set back.
    """
    settled = Q(claimed_at__lt=now - YOUNG) | Q(claimed_at__gt=now)
    return settled & ~Q(claimed_by__in=other_sessions())


def session() -> int:
    """The process id of this database session."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def other_sessions() -> list[int]:
    """The process ids of all other sessions with this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return [pid for (pid,) in cursor.fetchall()]


@transaction.atomic
def number(deliveries: Iterable[Delivery]) -> None:
    """Give each claimed message its number at its channel, once: a retry keeps it.

    In a transaction of its own, channels before messages, as everybody locks them. Numbers have no gaps: a gap that a
    receiver sees is a message that it did not get.
    """
    new = [row for row in deliveries if row.sequence_of_id != row.subscription.channel_id]
    for row in sorted(new, key=lambda row: row.subscription.channel_id):
        channel = Channel.everything.filter(pk=row.subscription.channel_id)
        channel.update(last_sequence=F("last_sequence") + 1)
        row.sequence = channel.values_list("last_sequence", flat=True).get()
        row.sequence_of_id = row.subscription.channel_id
    Delivery.objects.bulk_update(new, ["sequence", "sequence_of"]) if new else None
