"""Taking a batch back: its facts by reversals, newest first, then the descriptive rows that nothing uses any more."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from procurement.common.errors import Conflict, Refused
from procurement.imports.batches.restoring import restore, restored
from procurement.imports.batches.restoring_edits import take_back_edits
from procurement.imports.batches.stored_account import stored_issue
from procurement.imports.batches.withdrawing import withdraw_unused
from procurement.imports.line_models import ImportedLine
from procurement.imports.models import STATEMENTS_AT_ONCE, BatchRows, ImportBatch, ImportIssue
from procurement.imports.posting.attribution import Attribution, as_batch, noted
from procurement.imports.posting.reversing import AT_ONCE, reverse_all
from procurement.imports.rows import Issue
from procurement.programs.approving import withdraw_of_batch
from procurement.recorders import FACT_TABLES
from procurement.sources.facts import Fact, fact_models, rows_of
from procurement.sources.recording import Amending, Recorder
from procurement.sources.reversing import Taking

#: So many facts are read at once.
READ_AT_ONCE = 10_000


def request_undo(batch_id: int, *, by: User | None, note: str = "") -> ImportBatch:
    """Note that a batch is to be taken back; a worker does that.

    Raises Conflict when it has not ended, or was taken back before. Safe to race: one conditional update wins.
    """
    ended = ImportBatch.objects.filter(pk=batch_id, state__in=ImportBatch.ENDED, dry_run=False)
    won = ended.update(state=ImportBatch.State.UNDOING, undone_by=by, undo_note=note)
    batch = ImportBatch.objects.get(pk=batch_id)
    if not won and batch.dry_run:
        raise Conflict({"state": "this is a preview, which stored nothing that could be taken back"})
    if not won:
        raise Conflict({"state": f"is “{batch.get_state_display()}”; one that is done or failed can be taken back"})
    return batch


def take_back(batch: ImportBatch) -> None:
    """Take back what a batch posted, in short transactions.

    What somebody corrected or took back since stays as it is, and so does a fact to which a standing fact of somebody
    else refers: an issue names each. Safe to kill and to repeat: what is reversed already is left alone, and the counts
    are read from the rows.
    """
    ImportIssue.objects.filter(batch=batch, kind=ImportIssue.Kind.UNDO).delete()
    proposed = withdraw_of_batch(batch.pk, by=batch.undone_by)
    taken: Counter[str] = Counter()
    left: Counter[str] = Counter()
    for table in reversed(FACT_TABLES):  # what refers to other facts comes first
        undo = _Undo(batch, table.recorder)
        undo.take_back()
        taken[table.name], left[table.name] = undo.taken, undo.left
    returned = take_back_edits(batch)
    withdrawn = withdraw_unused(batch)
    ImportedLine.objects.filter(batch=batch).delete()
    batch.state, batch.undone_at = ImportBatch.State.UNDONE, timezone.now()
    told = {"facts": taken, "left": left, "restored": returned, "withdrawn": withdrawn}
    told |= {"proposals": Counter(status_changes=proposed)} if proposed else {}
    batch.taken_back = {name: dict(+counted) for name, counted in told.items()}
    batch.save(update_fields=["state", "undone_at", "taken_back"])


class _Undo:
    """The facts of one batch in one table."""

    def __init__(self, batch: ImportBatch, recorder: Recorder[Any]) -> None:
        self.batch, self.recorder, self.model = batch, recorder, recorder.model
        self.table: str = recorder.model._meta.db_table
        self.attribution = Attribution(batch.pk, batch.undone_by)
        self.taken = self.left = 0

    def take_back(self) -> None:
        for ids in self.noted():
            facts = rows_of(self.model).filter(pk__in=ids, reverses=None)
            for group in by_subject(facts):
                standing = self.not_yet_reversed(group)
                used = self.used(standing)
                self.leave([fact for fact in standing if fact.pk in used], used)
                free = [fact for fact in standing if fact.pk not in used]
                waiting = self.held_back(free)
                self.leave([fact for fact in free if fact.pk in waiting], waiting)
                self.reverse([fact for fact in free if fact.pk not in waiting])

    def noted(self) -> Iterator[Collection[int]]:
        """The ids that the batch put in, some thousands at a time, the last statement first."""
        rows = BatchRows.objects.filter(batch=self.batch, table_name=self.table).order_by("-id")
        some: list[int] = []
        for ids in rows.values_list("ids", flat=True).iterator(chunk_size=STATEMENTS_AT_ONCE):
            some += ids
            if len(some) >= READ_AT_ONCE:
                yield some
                some = []
        yield some

    def not_yet_reversed(self, facts: Sequence[Fact]) -> list[Fact]:
        """The facts that stand. Those that the undo took back before it was broken off are counted; others are left."""
        reversals = rows_of(self.model).filter(reverses__in=[fact.pk for fact in facts]).select_related("entered_by")
        back = {row.reverses_id: row for row in reversals}
        own = noted(self.table, [row.pk for row in back.values()], self.batch.pk)
        self.taken += len(own)
        foreign = {pk: _amended(row) for pk, row in back.items() if row.pk not in own}
        self.leave([fact for fact in facts if fact.pk in foreign], foreign)
        return [fact for fact in facts if fact.pk not in back]

    def used(self, facts: Sequence[Fact]) -> dict[int, str]:
        """The facts to which standing facts refer, and which ones those are."""
        found: dict[int, str] = {}
        for model in fact_models():
            for field in model._meta.concrete_fields:
                if field.related_model is self.model and field.name != "reverses":
                    naming = rows_of(model).filter(**{f"{field.name}__in": facts}, reverses=None, reversed_by=None)
                    if model is self.model:  # one that revokes another is taken back with it
                        naming = naming.exclude(pk__in=[fact.pk for fact in facts])
                    for row in naming:
                        said = f"{row._meta.verbose_name} {row.pk} refers to it: take that back first"
                        found.setdefault(getattr(row, field.attname), said)
        return found

    def held_back(self, facts: Sequence[Fact]) -> dict[int, str]:
        """The facts that can be taken back only with the approval of a second person: that is proposed."""
        if not self.recorder.holds_back:
            return {}
        back = {fact.pk: (of_batch, row) for of_batch, fact, row in restored(self.recorder, facts, self.batch)}
        return {fact.pk: said for fact in facts if (said := self._proposed(fact, *back.get(fact.pk, (None, None))))}

    def _proposed(self, fact: Any, of_batch: int | None, row: Fact | None) -> str:
        note = self.batch.undo_note or f"import {self.batch.pk} was taken back"
        amending = Amending(fact.source, note, fact.published_on, self.attribution.by)
        try:
            with self.attribution.posting(), as_batch(of_batch or self.batch.pk):
                held = self.recorder.hold_back_amending(fact, amending, row)
        except Refused as refused:
            return str(refused)
        return "" if held is None else "taking it back waits for the approval of a second person"

    def reverse(self, facts: Sequence[Fact]) -> None:
        """Take facts back in one transaction or, where a rule refuses that, in halves."""
        if not facts:
            return
        takings = [Taking(fact, fact.source_id, fact.published_on) for fact in facts]
        note = self.batch.undo_note or f"import {self.batch.pk} was taken back"
        try:
            with self.attribution.posting():
                rows = reverse_all(self.recorder, takings, self.attribution, note=note)
                rows += restore(self.recorder, facts, self.batch)
                self.recorder.settle(rows)
            self.taken += len(facts)
        except Refused as refused:
            middle = len(facts) // 2
            if middle:
                self.reverse(facts[:middle])
                self.reverse(facts[middle:])
            else:
                self.leave(facts, {facts[0].pk: str(refused)})

    def leave(self, facts: Sequence[Fact], why: dict[int, str]) -> None:
        """Name facts that are left standing."""
        self.left += len(facts)
        ImportIssue.objects.bulk_create(
            stored_issue(
                self.batch,
                ImportIssue.Kind.UNDO,
                Issue("", 0, f"{fact._meta.verbose_name} {fact.pk} “{fact.source_key}”", "", "", why[fact.pk]),
            )
            for fact in facts
        )


def by_subject(facts: Iterable[Any]) -> Iterator[list[Any]]:
    """Cut facts into groups for a transaction each, newest first, and those of one subject together."""
    group: list[Any] = []
    ordered = sorted(facts, key=lambda fact: (_subject(fact), fact.pk), reverse=True)
    for _, of_one in groupby(ordered, key=_subject):
        group += of_one
        if len(group) >= AT_ONCE:
            yield group
            group = []
    if group:
        yield group


def _subject(fact: Fact) -> tuple[int, ...]:
    return tuple(getattr(fact, f"{name}_id") or 0 for name in fact.SUBJECT)


def _amended(reversal: Any) -> str:
    by = f", entered by {reversal.entered_by}" if reversal.entered_by else ""
    return f"was taken back or corrected since, by row {reversal.pk}{by}: that stays"
