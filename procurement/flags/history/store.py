"""Storing the past of flags: what replaying sees, for facts that were loaded long after they were public."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate

from procurement.common.errors import Refused
from procurement.contracts.models import Contract
from procurement.exposure.snapshot import one_moment
from procurement.flags.evaluation.scope import Scope, of_contracts, of_programs
from procurement.flags.history.replay import FEW, ONE_DAY, Key, Past, Turn, turns
from procurement.flags.history.turning_days import first_day
from procurement.flags.models import Flag, FlagEvent
from procurement.flags.rules import all_rules
from procurement.flags.screening import store
from procurement.flags.screening.screen import lock_scope, screen_unasked
from procurement.flags.thresholds.values import limits_in_force
from procurement.programs.models import Program
from procurement.sources.models import Recheck


@dataclass(frozen=True)
class Replayed:
    """What came of one program, or of some contracts without one: how many flags and events."""

    program: int | None
    #: flags that were not stored, and some that were and have a past now
    made: int = 0
    added_to: int = 0
    #: flags whose past was stored before, and which were left as they are
    had_theirs: int = 0
    #: past events by kind, and those of today's screening
    past: Counter[str] = field(default_factory=Counter)
    today: Counter[str] = field(default_factory=Counter)


def replay(
    program_ids: Collection[int] | None = None, *, first: dt.date | None = None, today: dt.date, now: dt.datetime
) -> Iterator[Replayed]:
    """Store what flags went through before today, from a day or the first fact on, and screen at today.

    Of some programs or, with contracts that never were a program's, of all. What a flag went through is what each day
    would have seen of what was public on it. A flag that is not stored is made; of one that is stored nothing changes
    but that events from before its first one are added. Nobody is alerted of them: they are marked as told.
    One program after the other, each in a transaction of its own. So this may be killed; repeated, it leaves alone
    every flag that has replayed events; and it may run beside anything, under the locks of screening. Must not run in
    a transaction, which would hold them to its end. Raises Refused when the first day is not past.
    """
    if first is not None and first >= today:
        raise Refused({"from": f"{first} is not past; a day before {today} would be accepted"})
    for scope in _scopes(program_ids):
        yield _store(scope, _turns(scope, first, today), today=today, now=now)


def _scopes(program_ids: Collection[int] | None) -> Iterator[Scope]:
    """Programs one by one, with the days before and after on which their contracts were nobody's; then the others."""
    everyone = Program.everything.order_by("id").values_list("id", flat=True)
    yield from (of_programs([program]) for program in (everyone if program_ids is None else sorted(program_ids)))
    if program_ids is None:
        yield from _without_program()


def _without_program() -> Iterator[Scope]:
    """Contracts that never were a program's, some at a time."""
    alone = Contract.everything.filter(programallocation_set=None).order_by("id").values_list("id", flat=True)
    after = 0
    while some := list(alone.filter(pk__gt=after)[:FEW]):
        after = some[-1]
        yield of_contracts(some)


def _turns(scope: Scope, first: dt.date | None, today: dt.date) -> list[Turn]:
    """What happened before today, read as of one moment and without a lock."""
    with one_moment():
        begins = first or first_day(scope)
        if begins is None or begins >= today:
            return []
        return list(turns(Past(begins, today - ONE_DAY, all_rules(), limits_in_force(), scope)))


@transaction.atomic
def _store(scope: Scope, found: Sequence[Turn], *, today: dt.date, now: dt.datetime) -> Replayed:
    lock_scope(scope)
    if _news_waits(scope, now):  # a flag that it opens is told of as ever, so it must not be made here in silence
        screen_unasked(scope, today)
    by_flag: dict[Key, list[Turn]] = defaultdict(list)
    for turn in found:
        by_flag[turn.finding.key].append(turn)
    stored = {(flag.rule, flag.program_id, flag.contract_id): flag for flag in _stored(scope)}
    had_theirs = {key for key in by_flag if key in stored and stored[key].is_replayed}  # type: ignore[attr-defined]
    made = {key: _made(key, theirs[-1], now) for key, theirs in by_flag.items() if key not in stored}
    Flag.objects.bulk_create(made.values(), store.BATCH)
    past = _past({key: theirs for key, theirs in by_flag.items() if key not in had_theirs}, stored | made, now)
    FlagEvent.objects.bulk_create(past, store.BATCH)
    events = screen_unasked(scope, today, known=frozenset(flag.pk for flag in made.values())).events
    return Replayed(
        program=next(iter(scope.programs or ()), None),
        made=len(made),
        added_to=len({event.flag_id for event in past}) - len(made),
        had_theirs=len(had_theirs),
        past=Counter(event.kind for event in past),
        today=Counter(event.kind for event in events),
    )


def _news_waits(scope: Scope, now: dt.datetime) -> bool:
    """Whether a fact that is not history, and that nobody looked at yet, is about what is in scope."""
    waits = Q(not_before=None) | Q(not_before__lte=now) | Q(failures__gt=0)
    mine = Q(program_id__in=scope.programs) | Q(contract_id__in=scope.contracts)
    return Recheck.objects.filter(waits, mine, historical=False).exists()


def _stored(scope: Scope) -> "QuerySet[Flag]":
    """The flags about a scope, with the day of their first event, and whether any of them is replayed."""
    mine = Q(program__in=scope.programs) | Q(program=None, contract__in=scope.contracts)
    return Flag.objects.filter(mine).annotate(
        first_on=Min(Coalesce("events__as_of", TruncDate("events__at"))),
        is_replayed=Exists(FlagEvent.objects.filter(flag=OuterRef("pk"), replayed=True)),
    )


def _made(key: Key, last: Turn, now: dt.datetime) -> Flag:
    """A flag as it was after its last turn."""
    rule, program, contract = key
    flag = Flag(rule=rule, program_id=program, contract_id=contract)
    store.describe(flag, last.finding)
    if last.kind == FlagEvent.Kind.RESOLVED:
        store.resolve(flag)
        flag.condition_holds, flag.resolved_at = False, now
    return flag


def _past(by_flag: Mapping[Key, Sequence[Turn]], flags: Mapping[Key, Flag], now: dt.datetime) -> list[FlagEvent]:
    """The events of the turns in the order of days, without those from when a flag was stored already."""
    found = [
        (turn, flags[key])
        for key, theirs in by_flag.items()
        for turn in theirs
        if turn.day < (getattr(flags[key], "first_on", None) or dt.date.max)
    ]
    return [_event(flag, turn, now) for turn, flag in sorted(found, key=lambda each: each[0].day)]


def _event(flag: Flag, turn: Turn, now: dt.datetime) -> FlagEvent:
    return FlagEvent(
        flag=flag,
        kind=turn.kind,
        reason=turn.reason,
        severity=turn.finding.severity,
        summary=turn.finding.summary,
        evidence=dict(turn.finding.evidence),
        as_of=turn.day,
        replayed=True,
        historical=True,
        routed_at=now,
    )
