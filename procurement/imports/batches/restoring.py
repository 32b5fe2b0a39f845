"""Restoring what a batch had corrected: with its correction taken back, the row that it corrected stands again."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from procurement.imports.models import ImportBatch
from procurement.imports.posting.attribution import as_batch, batches_of, noted
from procurement.sources.appending import append, key_of, revisions_of
from procurement.sources.facts import Fact, rows_of
from procurement.sources.recording import Recorder
from procurement.sources.reversing import copied


def restore(recorder: Recorder[Any], facts: Sequence[Fact], batch: ImportBatch) -> list[Fact]:
    """Append again what facts of a batch had corrected, as next revisions; in the transaction that takes those back.

    A row whose own batch was taken back stays gone. A restored row is noted as its own batch's, so that it goes with
    that one. Safe to repeat: facts that are taken back already are not given here again.
    """
    found: dict[int | None, list[Fact]] = defaultdict(list)
    for of_batch, _, row in restored(recorder, facts, batch):
        found[of_batch].append(row)
    for of_batch, rows in found.items():
        with as_batch(of_batch):
            append(rows, [frozenset()] * len(rows))
    return [row for rows in found.values() for row in rows]


def restored(recorder: Recorder[Any], facts: Sequence[Fact], batch: ImportBatch) -> list[tuple[int | None, Fact, Fact]]:
    """What facts of a batch had corrected, as unsaved next revisions: the batch of each, the fact, and the row."""
    corrected = _corrected(recorder, facts, batch)
    if not corrected:
        return []
    of_batches = batches_of(recorder.model._meta.db_table, [row.pk for row, _ in corrected])
    gone = set(
        ImportBatch.objects.filter(
            pk__in=set(of_batches.values()), state__in=[ImportBatch.State.UNDOING, ImportBatch.State.UNDONE]
        ).values_list("pk", flat=True)
    )
    return [
        (of_batch, fact, copied(former, revision=fact.revision + 1, **_kept(former)))
        for former, fact in corrected
        if (of_batch := of_batches.get(former.pk)) not in gone
    ]


def _kept(former: Fact) -> dict[str, Any]:
    return {"source_key": former.source_key, "entered_by_id": former.entered_by_id}


def _corrected(recorder: Recorder[Any], facts: Sequence[Fact], batch: ImportBatch) -> list[tuple[Any, Fact]]:
    """The rows that facts of a batch had corrected: their former revisions, which it had taken back."""
    later = {(*key_of(fact)[:-1], fact.revision - 1): fact for fact in facts if fact.revision > 1}
    if not later:
        return []
    model = recorder.model
    former = {row.pk: row for row in revisions_of(list(later.values())) if key_of(row) in later}
    reversals = dict(rows_of(model).filter(reverses__in=former).values_list("pk", "reverses"))
    own = noted(model._meta.db_table, list(reversals), batch.pk)
    return [(former[reversals[pk]], later[key_of(former[reversals[pk]])]) for pk in sorted(own)]
