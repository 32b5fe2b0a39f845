"""Claiming messages: which are due, and whose sender died."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from psycopg import sql

from procurement.alerts.carried import with_contents
from procurement.alerts.leaving import STOPPED
from procurement.alerts.models import Delivery
from procurement.common.clock import database_now
from procurement.delivery.recording import record_cancelled, record_held
from procurement.delivery.waiting import waiting

#: A claim is dead when the database session that made it has ended. A session that began after this one listed the
#: sessions may have made its claim since: claims this young are left alone.
YOUNG = dt.timedelta(seconds=2)
#: A claim this old is dead even if its session exists (a pool may keep one for a dead worker).
OLD = dt.timedelta(minutes=10)
#: So many messages are handed to one destination at once, by all workers together: a slow one holds no more. Hosts that
#: an administrator trusts have a share of their own (WEBHOOK_HOSTS_AT_ONCE).
PER_DESTINATION = 4
#: Among so many of the messages that have waited longest every destination gets its turn.
IN_VIEW = 500

_MESSAGES = sql.SQL(
    """procurement_delivery delivery
      JOIN procurement_subscription subscription ON subscription.id = delivery.subscription_id
      JOIN procurement_channel channel ON channel.id = subscription.channel_id"""
)
_SHARE = sql.SQL("CASE WHEN channel.destination = ANY (%(trusted)s) THEN %(trusted_share)s ELSE %(share)s END")
#: Ranks what waits within its destination, and claims what is within the destination's share. A claim that is lost with
#: the server leaves a message that is sent again with its id, so nobody waits for the disk.
CLAIM = sql.SQL(
    """
WITH unhurried AS MATERIALIZED (
    SELECT set_config('synchronous_commit', 'off', true)
), taken AS (
    SELECT channel.destination, count(*) AS number FROM {messages}
     WHERE delivery.state = 'sending' GROUP BY channel.destination
), waiting AS (
    SELECT delivery.id, delivery.next_try_at, channel.destination, {share} - COALESCE(taken.number, 0) AS room
      FROM {messages} LEFT JOIN taken ON taken.destination = channel.destination
     WHERE delivery.state = 'pending' AND delivery.next_try_at <= %(now)s AND COALESCE(taken.number, 0) < {share}
     ORDER BY delivery.next_try_at, delivery.id LIMIT %(in_view)s
), ranked AS (
    SELECT id, next_try_at, room, row_number() OVER (PARTITION BY destination ORDER BY next_try_at, id) AS place
      FROM waiting
), chosen AS (
    SELECT id FROM ranked WHERE place <= room ORDER BY place, next_try_at, id LIMIT %(limit)s
), locked AS (
    SELECT id FROM procurement_delivery
     WHERE id IN (SELECT id FROM chosen) AND state = 'pending' AND next_try_at <= %(now)s
     ORDER BY id FOR UPDATE SKIP LOCKED
)
UPDATE procurement_delivery delivery
   SET state = 'sending', claimed_at = %(now)s, claimed_by = pg_backend_pid()
  FROM locked, unhurried
 WHERE delivery.id = locked.id
RETURNING delivery.id
"""
).format(messages=_MESSAGES, share=_SHARE)

#: Channels before messages, as everybody locks them.
NUMBER = """
WITH new AS (
    SELECT delivery.id, subscription.channel_id,
           row_number() OVER (PARTITION BY subscription.channel_id ORDER BY delivery.next_try_at, delivery.id) AS place
      FROM procurement_delivery delivery
      JOIN procurement_subscription subscription ON subscription.id = delivery.subscription_id
     WHERE delivery.id = ANY (%(ids)s) AND delivery.sequence_of_id IS DISTINCT FROM subscription.channel_id
), more AS (
    SELECT channel_id, count(*) AS number FROM new GROUP BY channel_id
), locked AS (
    SELECT channel.id FROM procurement_channel channel
     WHERE channel.id IN (SELECT channel_id FROM more)
     ORDER BY channel.id
       FOR NO KEY UPDATE
), advanced AS (
    UPDATE procurement_channel channel
       SET last_sequence = channel.last_sequence + more.number
      FROM more, locked
     WHERE channel.id = more.channel_id AND channel.id = locked.id
    RETURNING channel.id, channel.last_sequence - more.number AS before
)
UPDATE procurement_delivery delivery
   SET sequence = advanced.before + new.place, sequence_of_id = advanced.id
  FROM new, advanced
 WHERE delivery.id = new.id AND advanced.id = new.channel_id
RETURNING delivery.id, delivery.sequence, delivery.sequence_of_id
"""


def take_due(limit: int, *, held: Collection[int], thoroughly: bool = True) -> tuple[int, list[Delivery]]:
    """Claim so many messages at most; how many, and those of them that are sent, each with its number.

    Whether a message is still wanted is asked last, before it is handed over: what was switched off is cancelled, and
    what is for a channel that is paused, or not verified, is held.

    Only where it is done thoroughly are dead claims looked for, and clocks that were set back.
    """
    now = database_now()
    if thoroughly:
        heed_clock(now)
        claimed = claim(now, limit=limit, held=held)
    else:
        claimed = loaded(claim_waiting(now, limit))
    wanted = put_away(claimed)
    number(wanted)
    return len(claimed), wanted


def put_away(claimed: Sequence[Delivery]) -> list[Delivery]:
    """Record of claimed messages those that are not sent, or not now; returns the others."""
    ids = [delivery.pk for delivery in claimed]
    stopped = set(Delivery.objects.filter(STOPPED, pk__in=ids).values_list("pk", flat=True))
    held = set(Delivery.objects.filter(waiting(), pk__in=ids).values_list("pk", flat=True))
    for delivery in claimed:
        if delivery.pk in stopped:
            record_cancelled(delivery)
        elif delivery.pk in held:
            record_held(delivery, database_now())
    return [delivery for delivery in claimed if delivery.pk not in stopped | held]


def heed_clock(now: dt.datetime) -> None:
    """Make due at once what was put off before the database's clock was set back: it would wait for the old time."""
    put_off = Delivery.objects.filter(state=Delivery.State.PENDING, waits_since__gt=now)
    put_off.update(next_try_at=now, waits_since=now)


def claim(now: dt.datetime, *, limit: int = 1, held: Collection[int] = ()) -> list[Delivery]:
    """Claim messages whose sender died, and those that have waited longest; `held` are the caller's own.

    No destination gets more than its share. Two workers that claim at the same moment may together give it a few more.
    """
    dead = claim_dead(now, limit, held)
    return loaded([*dead, *claim_waiting(now, limit - len(dead))])


@transaction.atomic
def claim_dead(now: dt.datetime, limit: int, held: Collection[int] = ()) -> list[int]:
    """Claim messages whose sender died; they had been claimed within the share of their destination."""
    sending = Delivery.objects.filter(state=Delivery.State.SENDING).exclude(pk__in=held)
    rows = sending.filter(abandoned(now) | Q(claimed_at__lt=now - OLD)).order_by("pk")
    ids = list(rows.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:limit])
    if ids:
        Delivery.objects.filter(pk__in=ids).update(claimed_at=now, claimed_by=session())
    return ids


def claim_waiting(now: dt.datetime, limit: int) -> list[int]:
    """Claim messages that wait, in one statement: each destination in turn, and of each what has waited longest."""
    if limit <= 0:
        return []
    given: dict[str, Any] = {
        "now": now,
        "limit": limit,
        "in_view": max(IN_VIEW, limit),
        "share": PER_DESTINATION,
        "trusted": [host.lower() for host in settings.WEBHOOK_HOSTS],
        "trusted_share": settings.WEBHOOK_HOSTS_AT_ONCE,
    }
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, given)
        return [pk for (pk,) in cursor.fetchall()]


def loaded(ids: Collection[int]) -> list[Delivery]:
    """Messages with what their sending takes, those that have waited longest first."""
    rows = Delivery.objects.filter(pk__in=ids).select_related("subscription__channel").order_by("next_try_at", "pk")
    return list(with_contents(rows)) if ids else []


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


def number(deliveries: Iterable[Delivery]) -> None:
    """Give each claimed message its number at its channel, once: a retry keeps it.

    In a transaction of its own. Numbers have no gaps: a gap that a receiver sees is a message that it did not get.
    """
    new = {row.pk: row for row in deliveries if row.sequence_of_id != row.subscription.channel_id}
    if not new:
        return
    with connection.cursor() as cursor:
        cursor.execute(NUMBER, {"ids": list(new)})
        for pk, sequence, channel_id in cursor.fetchall():
            new[pk].sequence, new[pk].sequence_of_id = sequence, channel_id
