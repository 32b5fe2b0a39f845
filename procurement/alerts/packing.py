"""Packing: which notices go in which message, now or later."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Q

from procurement.alerts.grouping import Opened, ended, forget_ended, open_groupings
from procurement.alerts.models import ARRIVING, Delivery
from procurement.alerts.waiting import Key, Waiting, lock_waiting
from procurement.common.advisory_locks import lock_keys

#: Who packs what has waited takes turns under this lock: the next one sees what the last one put in messages.
TURNS = "packing"

#: One statement, however many messages.
PUT = """
UPDATE procurement_notice n SET delivery_id = given.delivery, grouping_id = NULL
  FROM unnest(%s::bigint[], %s::bigint[]) AS given (notice, delivery) WHERE n.id = given.notice
"""
HOLD = """
UPDATE procurement_notice n SET grouping_id = given.grouping
  FROM unnest(%s::bigint[], %s::bigint[]) AS given (notice, grouping) WHERE n.id = given.notice
"""


@dataclass(frozen=True)
class Packed:
    """How many messages were made, and when the first of what was grouped is due."""

    messages: int = 0
    due_at: dt.datetime | None = None


@transaction.atomic(savepoint=False)
def pack_new(alert_ids: Collection[int], *, now: dt.datetime) -> Packed:
    """Put new alerts of immediate subscriptions in messages: the first news of a subject; what follows is grouped.

    The number of statements does not depend on that of subscriptions. Safe to repeat and to race: a notice is locked
    while it is packed, and which news of a subject is the first is decided under the lock of its grouping.
    """
    return _packed(lock_waiting(Q(alert__in=list(alert_ids)), now), now, takes_all=False)


@transaction.atomic
def pack_waiting(*, now: dt.datetime) -> Packed:
    """Put in messages what has waited long enough: for its subject to settle, for quiet hours or a snooze to end.

    Safe to repeat and to race: see `pack_new`; and those who pack what has waited take turns.
    """
    lock_keys([TURNS])
    found = _packed(lock_waiting(Q(grouping=None) | ended(now), now), now, takes_all=True)
    forget_ended(now=now)
    return found


def _packed(waiting: Iterable[Waiting], now: dt.datetime, *, takes_all: bool) -> Packed:
    ready = [each for each in waiting if not each.rests]
    windows = {each.key: each.seconds for each in ready if each.seconds}
    opened = open_groupings(windows, now=now, takes_all=takes_all)
    grouped = [each for each in ready if each.key in opened and not opened[each.key].is_first]
    _hold(grouped, opened)
    going = [each for each in ready if each.key not in opened or opened[each.key].is_first]
    due_at = min((opened[each.key].ends_at for each in grouped), default=None)
    return Packed(_put(going), due_at)


def _hold(grouped: Sequence[Waiting], opened: dict[Key, Opened]) -> None:
    if grouped:
        _update(HOLD, [(each.pk, opened[each.key].grouping_id) for each in grouped])


def _put(going: Sequence[Waiting]) -> int:
    """Put notices in messages; how many are new."""
    if not going:
        return 0
    arriving = still_arriving({each.carrier for each in going if each.carrier is not None})
    new = [each for each in going if each.carrier not in arriving]
    bearers = _bearers(new)
    made = Delivery.objects.bulk_create([Delivery(subscription_id=pk) for pk in sorted(set(bearers.values()))])
    messages = {row.subscription_id: row.pk for row in made}
    carried = [(each.pk, each.carrier) for each in going if each.carrier in arriving]
    put_in([*carried, *((each.pk, messages[bearers[each.channel_id, each.alert_id]]) for each in new)])
    return len(made)


def _bearers(new: Collection[Waiting]) -> dict[tuple[int, int], int]:
    """By channel and alert the subscription whose message brings it: of several that ask the one with most to tell."""
    number = Counter(each.subscription_id for each in new)
    bearers: dict[tuple[int, int], int] = {}
    for each in sorted(new, key=lambda each: (-number[each.subscription_id], each.subscription_id)):
        bearers.setdefault((each.channel_id, each.alert_id), each.subscription_id)
    return bearers


def still_arriving(delivery_ids: Collection[int]) -> set[int]:
    """Of these messages those that arrive or have; nobody cancels one before the transaction ends."""
    if not delivery_ids:
        return set()
    rows = Delivery.objects.filter(pk__in=delivery_ids, state__in=ARRIVING).order_by("pk")
    return set(rows.select_for_update(no_key=True).values_list("pk", flat=True))


def put_in(pairs: Sequence[tuple[int, int | None]]) -> None:
    """Note which notice is in which message. One statement."""
    _update(PUT, pairs)


def _update(statement: str, pairs: Sequence[tuple[int, int | None]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [[notice for notice, _ in pairs], [other for _, other in pairs]])
