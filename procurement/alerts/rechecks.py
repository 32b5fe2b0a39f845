"""Taking queued facts (re-checks), with what alerts must know about each."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.utils import timezone

from procurement.contracts.models import ProgramAllocation
from procurement.flags.evaluation.scope import Scope, of_programs
from procurement.flags.models import Flag
from procurement.sources.facts import Fact, fact_models
from procurement.sources.models import Recheck

#: A fact that took effect longer before it was recorded is history: only digests mention it.
LATE_AFTER = dt.timedelta(days=30)


@dataclass(frozen=True)
class Noted:
    """One fact to process: its queue row, and the day it takes effect."""

    recheck: Recheck
    effective_on: dt.date
    #: it takes effect on a later day and must be processed then
    waits: bool

    @property
    def is_history(self) -> bool:
        """Whether it is history, not news: marked so, or recorded long after it took effect."""
        recorded_on = timezone.localdate(self.recheck.recorded_at)
        return self.recheck.historical or is_late(self.effective_on, recorded_on)

    @property
    def happened_at(self) -> dt.datetime:
        """From when it counts; subscriptions created later get no alert."""
        return max(self.recheck.recorded_at, self.recheck.not_before or self.recheck.recorded_at)

    @property
    def reach(self) -> "Reach":
        """What it means for the programs and contracts it is about."""
        return Reach(self.is_history, self.happened_at)


@dataclass(frozen=True)
class Reach:
    """What a batch of queued facts means for one program or contract: history only if all of them are."""

    historical: bool
    happened_at: dt.datetime

    def __or__(self, other: "Reach") -> "Reach":
        return Reach(self.historical and other.historical, max(self.happened_at, other.happened_at))


@dataclass(frozen=True)
class Reached:
    """What a batch is about: whole programs, contracts, and the programs of those contracts."""

    programs: Mapping[int, Reach]
    contracts: Mapping[int, Reach]
    around: Mapping[int, Reach]

    @property
    def scope(self) -> Scope:
        """What is to be screened. One query where programs are named."""
        return of_programs(self.programs) | Scope(frozenset(self.around), frozenset(self.contracts))

    def of(self, flag: Flag) -> Reach:
        """What the queued facts mean for a flag that their screening changed."""
        near = self.around.get(flag.program_id or 0) if flag.contract_id is None else None
        named = (self.programs.get(flag.program_id or 0), self.contracts.get(flag.contract_id or 0), near)
        # a contract of a named program, but under another program: take what applies to any program
        reaches = [each for each in named if each is not None] or [*self.programs.values()]
        return reduce(or_, reaches)

    def is_history(self, flag: Flag) -> bool:
        """Whether only facts of history can have changed a flag."""
        return self.of(flag).historical


def is_late(effective_on: dt.date, recorded_on: dt.date) -> bool:
    """Whether a fact was recorded too long after it took effect to be news."""
    return recorded_on - effective_on > LATE_AFTER


def was_loaded_late(recorded_at: dt.datetime, due_from: dt.date, *, since: dt.date | None) -> bool:
    """Whether something was recorded when it was due to be told already, long after it began or nobody knows when."""
    recorded_on = timezone.localdate(recorded_at)
    return recorded_on > due_from and (since is None or is_late(since, recorded_on))


def noted(claimed: Collection[Recheck], *, today: dt.date) -> list[Noted]:
    """The queue rows with their facts' effective days."""
    days = _effective_days(claimed)
    dated = [(each, days[each.fact_table, each.fact_id]) for each in claimed]
    return [Noted(each, effective_on, waits=effective_on > today) for each, effective_on in dated]


def _effective_days(claimed: Iterable[Recheck]) -> dict[tuple[str, int], dt.date]:
    ids: dict[str, list[int]] = defaultdict(list)
    for each in claimed:
        ids[each.fact_table].append(each.fact_id)
    tables: dict[str, type[Fact]] = {model._meta.db_table: model for model in fact_models()}
    return {
        (table, pk): day
        for table, pks in ids.items()
        for pk, day in tables[table]._base_manager.filter(pk__in=pks).values_list("pk", "effective_on")
    }


def reached(notes: Collection[Noted]) -> Reached:
    """What to screen: the named programs, and the named contracts with the flags of their programs."""
    contracts = _gathered((n.recheck.contract_id, n.reach) for n in notes)
    programs = _gathered((n.recheck.program_id, n.reach) for n in notes if n.recheck.contract_id is None)
    programs_of = _ever_allocated(contracts)
    around = _gathered((program, contracts[each]) for each, found in programs_of.items() for program in found)
    return Reached(programs, contracts, around)


def _gathered(pairs: Iterable[tuple[int | None, Reach]]) -> dict[int, Reach]:
    found: dict[int, Reach] = {}
    for key, reach in pairs:
        if key is not None:
            found[key] = found[key] | reach if key in found else reach
    return found


def _ever_allocated(contract_ids: Collection[int]) -> dict[int, set[int]]:
    rows = ProgramAllocation.objects.filter(contract__in=contract_ids).order_by()
    found: dict[int, set[int]] = defaultdict(set)
    for contract_id, program_id in rows.values_list("contract_id", "program_id").distinct():
        found[contract_id].add(program_id)
    return found
