"""Reminders of flags that stay open and that nobody acknowledges: after thirty days, and every thirty days again."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection

from procurement.alerts.events import STILL_OPEN, Happening
from procurement.flags.models import Flag, FlagEvent

PERIOD = dt.timedelta(days=30)
#: How many are told in one transaction.
MOST = 1000
#: Flags that wait since they were last opened, with the full periods since then, unless the last of these was told.
#: Periods have days of 24 hours.
DUE = """
WITH waiting AS (
    SELECT f.id AS flag_id, COALESCE(
           (SELECT max(e.at) FROM procurement_flagevent e
             WHERE e.flag_id = f.id AND e.kind IN ('opened', 'reopened') AND NOT e.replayed), f.opened_at) AS open_since
      FROM procurement_flag f WHERE f.state = 'open' AND f.id > %(after)s
), due AS (
    SELECT flag_id, open_since,
           %(days)s * floor(EXTRACT(EPOCH FROM %(now)s - open_since) / %(seconds)s)::int AS days
      FROM waiting
)
SELECT flag_id, open_since, days FROM due
 WHERE days > 0 AND NOT EXISTS (
       SELECT FROM procurement_reminder r
        WHERE r.origin_table = 'procurement_flag' AND r.origin_id = flag_id AND r.event = %(event)s
          AND r.day = ((open_since + make_interval(hours => 24 * days)) AT TIME ZONE 'UTC')::date)
 ORDER BY flag_id LIMIT %(limit)s
"""
BEGINS = frozenset({FlagEvent.Kind.OPENED, FlagEvent.Kind.REOPENED})
#: What somebody did, or that the condition ended.
ENDS = frozenset({FlagEvent.Kind.ACKNOWLEDGED, FlagEvent.Kind.ACCEPTED, FlagEvent.Kind.RESOLVED})


class StillOpen(NamedTuple):
    """A flag, since when it is open, and after how many days subscribers are reminded of it."""

    flag_id: int
    open_since: dt.datetime
    days: int

    @property
    def at(self) -> dt.datetime:
        """When the reminder is due."""
        return self.open_since + dt.timedelta(days=self.days)


def still_open(now: dt.datetime, *, after: int = 0) -> list[Happening]:
    """The reminders that are due and were not told yet: the latest of each of the next flags, `MOST` at a time."""
    given: dict[str, Any] = {"now": now, "event": STILL_OPEN, "after": after, "limit": MOST}
    given |= {"days": PERIOD.days, "seconds": PERIOD.total_seconds()}
    with connection.cursor() as cursor:
        cursor.execute(DUE, given)
        waiting = [StillOpen(*row) for row in cursor.fetchall()]
    return reminders_of(waiting, Flag.objects.in_bulk([each.flag_id for each in waiting]))


def reminders_of(waiting: Sequence[StillOpen], flags: Mapping[int, Flag]) -> list[Happening]:
    """The events for flags that stay open."""
    return [_reminder(each, flags[each.flag_id]) for each in waiting]


def were_due(events: Iterable[tuple[int, str, dt.datetime]], until: dt.datetime) -> Iterator[StillOpen]:
    """The reminders that flags' events meant, of each flag in their order, up to a moment. Pure."""
    open_since: dict[int, dt.datetime] = {}
    for flag_id, kind, at in events:
        since = open_since.pop(flag_id, None) if kind in BEGINS | ENDS else None
        if since is not None:
            yield from _periods(flag_id, since, at)
        if kind in BEGINS:
            open_since[flag_id] = at
    for flag_id, since in open_since.items():
        yield from _periods(flag_id, since, until)


def _periods(flag_id: int, since: dt.datetime, until: dt.datetime) -> Iterator[StillOpen]:
    for number in range(1, (until - since) // PERIOD + 1):
        yield StillOpen(flag_id, since, number * PERIOD.days)


def _reminder(each: StillOpen, flag: Flag) -> Happening:
    return Happening(
        event=STILL_OPEN,
        origin_table=flag._meta.db_table,
        origin_id=flag.pk,
        happened_at=each.at,
        summary=f"Open for {each.days} days, and nobody has acknowledged it: {flag.summary}",
        program_id=flag.program_id,
        contract_id=flag.contract_id,
        programs=frozenset() if flag.program_id is None else frozenset({flag.program_id}),
        rule=flag.rule,
        severity=flag.severity,
        day=each.at.astimezone(dt.UTC).date(),
        facts={
            "flag": flag.pk,
            "rule": flag.rule,
            "severity": flag.severity,
            "open_since": each.open_since.isoformat(),
            "days": each.days,
        },
    )
