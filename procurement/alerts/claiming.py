"""Taking up the notes that facts left, with what alerts must know about each fact."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils import timezone

from procurement.alerts.events import is_late
from procurement.contracts.models import ProgramAllocation
from procurement.sources.facts import Fact, fact_models
from procurement.sources.models import Recheck


@dataclass(frozen=True)
class Noted:
    """One fact to look at: its note, and the day it takes effect."""

    recheck: Recheck
    effective_on: dt.date

    @property
    def is_history(self) -> bool:
        """Whether it is no news: marked as history, or recorded long after it took effect."""
        recorded_on = timezone.localdate(self.recheck.recorded_at)
        return self.recheck.historical or is_late(self.effective_on, recorded_on)

    @property
    def happened_at(self) -> dt.datetime:
        """When it came to matter: subscriptions made later do not hear of it."""
        return max(self.recheck.recorded_at, self.recheck.not_before or self.recheck.recorded_at)

    def waits(self, today: dt.date) -> bool:
        """Whether it takes effect on a later day and must be looked at again then."""
        return self.effective_on > today


@dataclass(frozen=True)
class Reach:
    """What a batch of notes means for one program."""

    historical: bool
    happened_at: dt.datetime


def noted(claimed: Collection[Recheck]) -> list[Noted]:
    """The notes with their facts' days."""
    days = _effective_days(claimed)
    return [Noted(each, days[each.fact_table, each.fact_id]) for each in claimed]


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


def reached(notes: Collection[Noted]) -> dict[int, Reach]:
    """The programs to screen: those named, and each that a contract named was ever allocated to.

    A program is screened as history only when all of its notes are history.
    """
    programs_of = _ever_allocated({n.recheck.contract_id for n in notes if n.recheck.contract_id is not None})
    found: dict[int, Reach] = {}
    for note in notes:
        named = {note.recheck.program_id} if note.recheck.program_id is not None else set()
        for program_id in named | programs_of.get(note.recheck.contract_id or 0, set()):
            before = found.get(program_id, Reach(True, note.happened_at))
            found[program_id] = Reach(before.historical and note.is_history, max(before.happened_at, note.happened_at))
    return found


def _ever_allocated(contract_ids: Collection[int]) -> dict[int, set[int]]:
    rows = ProgramAllocation.objects.filter(contract__in=contract_ids).order_by()
    found: dict[int, set[int]] = defaultdict(set)
    for contract_id, program_id in rows.values_list("contract_id", "program_id").distinct():
        found[contract_id].add(program_id)
    return found
