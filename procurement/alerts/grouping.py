"""Grouping: the first news of a subject goes at once, and what follows while it keeps changing is one message."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q

from procurement.alerts.models import Grouping
from procurement.alerts.tallying import MOST_WINDOWS
from procurement.alerts.waiting import Key

#: A change that seems to come so much later was noted before the clock was set back. Packings that overlap read their
#: clocks minutes apart at most.
AHEAD = dt.timedelta(minutes=5)
#: Groupings that ended so long ago are forgotten. Not earlier: a packing that has not committed may be using one.
KEPT = dt.timedelta(days=1)

#: Under the lock of each row, so of two packings the second sees what the first did. A window that is open, or whose
#: messages wait to be packed, goes on for as long again from now on, up to its bound. Any other begins anew.
OPEN = """
INSERT INTO procurement_grouping AS g (subscription_id, subject, opened_at, changed_at, ends_at, waits, opened_by)
SELECT given.subscription, given.subject, %(now)s, %(now)s,
       %(now)s + given.seconds * interval '1 second', false, %(me)s
  FROM unnest(%(subscriptions)s::bigint[], %(subjects)s::text[], %(seconds)s::integer[])
       AS given (subscription, subject, seconds)
 ORDER BY given.subscription, given.subject
    ON CONFLICT (subscription_id, subject) DO UPDATE
   SET (opened_at, changed_at, ends_at, waits, opened_by) = (
       SELECT CASE WHEN found.is_open THEN g.opened_at ELSE excluded.opened_at END,
              excluded.changed_at,
              CASE WHEN found.is_open
                   THEN least(greatest(g.ends_at, excluded.ends_at),
                              g.opened_at + %(most)s * (excluded.ends_at - excluded.opened_at))
                   ELSE excluded.ends_at END,
              found.is_open OR (g.waits AND NOT %(takes_all)s),
              CASE WHEN found.is_open THEN g.opened_by ELSE excluded.opened_by END
         FROM (SELECT g.changed_at <= %(now)s + %(ahead)s
                      AND (g.ends_at > %(now)s OR (g.waits AND NOT %(takes_all)s)) AS is_open) AS found)
RETURNING g.subscription_id, g.subject, g.id, g.ends_at, g.opened_by = %(me)s
"""


@dataclass(frozen=True)
class Opened:
    """A window of a subject: whether its news are the first and go at once, or else until when they wait."""

    grouping_id: int
    ends_at: dt.datetime
    is_first: bool


def open_groupings(seconds: Mapping[Key, int], *, now: dt.datetime, takes_all: bool) -> dict[Key, Opened]:
    """Open a window of so many seconds for each subject, or go on with the one that is open. One statement.

    `takes_all` says that the caller packs whatever waits: then a window that has ended is open no more. Safe to race:
    of two the second waits for the first one's commit, and rows are locked in one order.
    """
    if not seconds:
        return {}
    given: dict[str, Any] = {
        "now": now, "me": uuid.uuid4(), "most": MOST_WINDOWS, "ahead": AHEAD, "takes_all": takes_all,
        "subscriptions": [key[0] for key in seconds], "subjects": [key[1] for key in seconds],
        "seconds": list(seconds.values()),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(OPEN, given)
        return {(row[0], row[1]): Opened(*row[2:]) for row in cursor.fetchall()}


def ended(now: dt.datetime) -> Q:
    """Notices whose grouping has ended; one of the future was noted before the clock was set back."""
    return Q(grouping__ends_at__lte=now) | Q(grouping__changed_at__gt=now + AHEAD)


def forget_ended(*, now: dt.datetime) -> None:
    """Forget windows that nothing follows any more."""
    Grouping.objects.filter(ends_at__lt=now - KEPT, notices=None).delete()
