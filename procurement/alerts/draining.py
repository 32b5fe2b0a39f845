"""Draining the queue: from facts and flag events to the outbox."""

import datetime as dt
import logging
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F
from django.utils import timezone

from procurement.alerts.events import Happening
from procurement.alerts.flagged import flag_happenings
from procurement.alerts.rechecks import Noted, noted, reached
from procurement.alerts.routing import route, route_news
from procurement.alerts.statuses import contract_happenings, status_happenings
from procurement.alerts.telling import untold
from procurement.flags.models import FlagEvent
from procurement.flags.screening.screen import screen
from procurement.sources.models import LONGEST_GAP, Recheck

log = logging.getLogger(__name__)

#: Small, because a drain writes, and `recorded_by` cannot be later than the start of the oldest open writer.
BATCH = 200
FIRST_GAP = dt.timedelta(seconds=5)


@dataclass(frozen=True)
class Drained:
    """The result of one batch: facts processed, facts that failed, messages for the outbox, whether more wait."""

    facts: int = 0
    failed: int = 0
    deliveries: int = 0
    more: bool = False
    #: when the first of what was grouped is due
    due_at: dt.datetime | None = None
    #: what happened to flags, by kind
    flags: Counter[str] = field(default_factory=Counter)


def drain(*, now: dt.datetime, limit: int = BATCH) -> Drained:
    """Process a batch of queued facts and flag events: screen their programs, alert subscribers, and dequeue them.

    One transaction: if it is killed anywhere, nothing has happened and the queue is unchanged. Two drains at once take
    different rows (SKIP LOCKED), and alerts are unique. If the batch fails, each of its facts gets a transaction of its
    own, and a fact that fails is put back for later, so that it does not stop the others.
    """
    try:
        return _drain_batch(now, limit)
    except (InterfaceError, OperationalError):
        raise  # the database is unavailable or broke a deadlock: nothing is wrong with the facts
    except Exception:
        log.exception("draining a batch failed; each fact is tried on its own")
        return _drain_one_by_one(now, limit)


@transaction.atomic
def _drain_batch(now: dt.datetime, limit: int) -> Drained:
    claimed = list(Recheck.objects.due(now).select_for_update(skip_locked=True)[:limit])
    today = timezone.localdate(now)
    notes = noted(claimed, today=today)
    about = reached(notes)
    made = screen(about.scope, today=today, historical=about.is_history)
    found_by = {event.pk: about.of(event.flag) for event in made}
    events = _claim_events(limit + len(found_by))
    packed = route_news([*untold(_changes(notes, today)), *flag_happenings(events, found_by)], now=now)
    _strike_off(notes, events, now)
    more = len(notes) == limit or len(events) >= limit
    return Drained(len(notes), 0, packed.messages, more, packed.due_at, Counter(event.kind for event in made))


def _changes(notes: Collection[Noted], today: dt.date) -> list[Happening]:
    """What the facts that have taken effect changed about statuses."""
    in_effect = [note for note in notes if not note.waits]
    return [*status_happenings(in_effect), *contract_happenings(in_effect, today=today)]


def _claim_events(limit: int) -> list[FlagEvent]:
    rows = FlagEvent.objects.unrouted().select_related("flag")
    return list(rows.select_for_update(skip_locked=True, of=("self",))[:limit])


def _strike_off(notes: Collection[Noted], events: Collection[FlagEvent], now: dt.datetime) -> None:
    """Dequeue the processed facts; a fact that takes effect on a later day stays queued until then."""
    waiting = [note for note in notes if note.waits]
    for note in waiting:
        day = dt.datetime.combine(note.effective_on, dt.time.min, tzinfo=timezone.get_current_timezone())
        Recheck.objects.filter(pk=note.recheck.pk).update(not_before=day, failures=0)
    kept = {note.recheck.pk for note in waiting}
    Recheck.objects.filter(pk__in=[n.recheck.pk for n in notes if n.recheck.pk not in kept]).delete()
    FlagEvent.objects.filter(pk__in=[event.pk for event in events]).update(routed_at=now)


def _drain_one_by_one(now: dt.datetime, limit: int) -> Drained:
    facts = list(Recheck.objects.due(now).values_list("pk", flat=True)[:limit])
    events = list(FlagEvent.objects.unrouted().values_list("pk", flat=True)[:limit])
    failed = deliveries = 0
    flags: Counter[str] = Counter()
    for pk in facts:
        try:
            messages, happened = _drain_fact(pk, now)
            deliveries, flags = deliveries + messages, flags + happened
        except Exception:
            log.exception("fact could not be processed", extra={"recheck": pk})
            failed += 1
            _put_back(pk, now)
    for pk in events:
        try:
            deliveries += _drain_event(pk, now)
        except Exception:
            log.exception("flag event could not be routed", extra={"flag_event": pk})
    return Drained(len(facts), failed, deliveries, len(facts) == limit, flags=flags)


@transaction.atomic
def _drain_fact(pk: int, now: dt.datetime) -> tuple[int, Counter[str]]:
    claimed = list(Recheck.objects.due(now).filter(pk=pk).select_for_update(skip_locked=True))
    today = timezone.localdate(now)
    notes = noted(claimed, today=today)
    about = reached(notes)
    made = screen(about.scope, today=today, historical=about.is_history)
    deliveries = route(untold(_changes(notes, today)), now=now)
    _strike_off(notes, [], now)
    return deliveries, Counter(event.kind for event in made)


@transaction.atomic
def _drain_event(pk: int, now: dt.datetime) -> int:
    rows = FlagEvent.objects.unrouted().filter(pk=pk).select_related("flag")
    events = list(rows.select_for_update(skip_locked=True, of=("self",)))
    deliveries = route(flag_happenings(events, {}), now=now)
    _strike_off([], events, now)
    return deliveries


def _put_back(pk: int, now: dt.datetime) -> None:
    """Retry a fact later, after waiting times that grow to an hour; it is never given up."""
    failures = Recheck.objects.filter(pk=pk).values_list("failures", flat=True).first() or 0
    gap = min(FIRST_GAP * 2 ** min(failures, 20), LONGEST_GAP)
    Recheck.objects.filter(pk=pk).update(failures=F("failures") + 1, not_before=now + gap)
