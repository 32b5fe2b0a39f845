"""What a subscription would have sent over the past year, before or after it is saved. Nothing is stored."""

import datetime as dt
import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from django.contrib.auth.models import User
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from procurement.access.limits.reached import TooSlow
from procurement.access.limits.statements import is_stopped
from procurement.alerts.context import Surroundings
from procurement.alerts.events import EVENTS, Happening
from procurement.alerts.manners import complain_of_manners
from procurement.alerts.matching import Criteria, asks_for
from procurement.alerts.models import Subscription
from procurement.alerts.past_year import Found, Period, happened
from procurement.alerts.quiet import Quiet
from procurement.alerts.routing import recipients_of
from procurement.alerts.subscribing import (
    SubscriptionInput,
    complain_of_selection,
    complain_of_time,
    let_behave,
    let_select,
)
from procurement.alerts.tallying import Manners, Messages, News, tally
from procurement.alerts.waiting import subject_of
from procurement.alerts.widening import Selection, circles_of, stored
from procurement.common.errors import Complaints

YEAR = dt.timedelta(days=365)
#: How many events are shown.
SHOWN = 20
#: How long a preview may work in the database, in seconds: each statement, and all together.
SECONDS = 10


@dataclass(frozen=True)
class Told:
    """One event that it would have told of."""

    event: str
    program: str | None
    contract: int | None
    summary: str
    happened_at: dt.datetime


@dataclass(frozen=True)
class Preview:
    """What a subscription would have sent between two moments."""

    since: dt.datetime
    until: dt.datetime
    #: how many of each event that it asks for
    events: Mapping[str, int]
    messages: Messages
    newest: Sequence[Told]
    #: events that only a digest would have had, because they were recorded late or as history
    only_in_digests: int
    #: events of which only the newest rows were looked at
    cut: Collection[str]

    @property
    def count(self) -> int:
        """How many events it would have told of."""
        return sum(self.events.values())


def preview_of(given: SubscriptionInput, *, owner: User, now: dt.datetime) -> Preview:
    """What a subscription that is not stored would have sent. Raises Refused, and TooSlow."""
    row = Subscription(owner=owner)
    let_select(row, given)
    let_behave(row, given)
    complaints = Complaints()
    complain_of_selection(row, complaints)
    complain_of_time(row, complaints)
    complain_of_manners(row, complaints)
    complaints.refuse_if_any()
    asked = Selection(row, [each.pk for each in given.programs], [each.pk for each in given.organizations])
    return _in_time(asked, now)


def preview_of_stored(row: Subscription, *, now: dt.datetime) -> Preview:
    """What a stored subscription would have sent, had it been there for a year. Raises TooSlow."""
    return _in_time(stored(row), now)


def _in_time(asked: Selection, now: dt.datetime) -> Preview:
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{SECONDS}s"])
            found = _previewed(asked, now)
            transaction.set_rollback(True)  # the settings of this session are as they were
    except OperationalError as error:
        if is_stopped(error):
            raise TooSlow("a preview", SECONDS) from error
        raise
    return found


def _previewed(asked: Selection, now: dt.datetime) -> Preview:
    criteria = circles_of([asked], timezone.localdate(now)).criteria(asked, since=now - YEAR)
    found = _found(criteria, now)
    wanted = [each for each in found.happenings if asks_for(replace(criteria, is_digest=True), each)]
    around = Surroundings(wanted, timezone.localdate(now), in_full=criteria.min_outstanding is not None)
    heard = recipients_of([(criteria, each) for each in wanted], around)
    told = [each for each in wanted if each.identity in heard]
    sent = [each for each in told if asks_for(criteria, each)]
    row = asked.row
    counted = Counter(each.event for each in sent)
    return Preview(
        since=criteria.since,
        until=now,
        events={event: counted[event] for event in EVENTS if event in criteria.events},
        messages=tally(map(_news, sent), _manners(row)),
        newest=[_told(each, around) for each in sorted(sent, key=_latest_first)[:SHOWN]],
        only_in_digests=len(told) - len(sent),
        cut=[event for event in EVENTS if event in found.cut],
    )


def _found(criteria: Criteria, now: dt.datetime) -> Found:
    """What happened in the year. Raises TooSlow where reading it takes too long in all."""
    began = time.monotonic()
    happenings, cut = list[Happening](), set[str]()
    for part in happened(criteria.events, Period(criteria.since, now, criteria.programs, criteria.rules)):
        happenings += [each for each in part.happenings if each.happened_at <= now]
        cut |= part.cut
        if time.monotonic() - began > SECONDS:
            raise TooSlow("a preview", SECONDS)
    return Found(tuple(happenings), frozenset(cut))


def _news(each: Happening) -> News:
    subject = subject_of(each.program_id, each.contract_id, each.origin_table, each.origin_id)
    return News(each.happened_at, subject, each.severity)


def _manners(row: Subscription) -> Manners:
    quiet = Quiet(row.quiet_from, row.quiet_until, row.zone, row.quiet_passes)
    return Manners(row.cadence, row.local_time, row.zone, dt.timedelta(seconds=row.group_seconds), quiet)


def _latest_first(happening: Happening) -> tuple[float, str, int]:
    return -happening.happened_at.timestamp(), happening.origin_table, -happening.origin_id


def _told(each: Happening, around: Surroundings) -> Told:
    program = None if each.program_id is None else around.programs[each.program_id].code
    return Told(each.event, program, each.contract_id, each.summary, each.happened_at)
