"""Taking back what a batch edited in rows that it did not make: ends of contracts, names, identifiers.

Each in short transactions, and safe to kill and to repeat: what is done is marked on the batch's own notes.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction

from procurement.contracts.models import Contract
from procurement.imports.batches.stored_account import stored_issue
from procurement.imports.models import BatchRows, GivenName, ImportBatch, ImportIssue, Standing, StatedEnd
from procurement.imports.posting.edits import edited_by_a_person, kept_as
from procurement.imports.posting.end_news import End, Word, newest
from procurement.imports.posting.ends import ENDS, change_ends, locked_ends, word_of
from procurement.imports.rows import Issue
from procurement.parties.models import Organization, OrganizationIdentifier
from procurement.parties.recording import rename

#: How many notes one transaction takes back.
AT_ONCE = 500


def take_back_edits(batch: ImportBatch) -> Counter[str]:
    """Restore what the batch had changed, unless a person has changed it since: an issue names each that is left.

    Returns how many rows of each table have their former values again.
    """
    restored: Counter[str] = Counter()
    for model, act in ((StatedEnd, _restore_ends), (GivenName, _restore_names)):
        for notes in _standing(model, batch):
            act(batch, notes)
    remove_identifiers(batch)
    updates = StatedEnd.objects.filter(batch=batch, is_update=True)
    restored["contract"] = _told(batch, updates, "contract", "ends_on")
    restored["organization"] = _told(batch, GivenName.objects.filter(batch=batch), "organization", "name")
    return restored


def _standing(model: Any, batch: ImportBatch) -> Iterator[Sequence[Any]]:
    """The notes of a batch that are not taken back yet, some at a time."""
    while notes := list(model.objects.filter(batch=batch, standing=Standing.STANDS).order_by("pk")[:AT_ONCE]):
        yield notes


def _told(batch: ImportBatch, notes: Any, table: str, column: str) -> int:
    """Name the rows that were left; returns how many were restored."""
    left = notes.filter(standing=Standing.LEFT).values_list(table, flat=True).order_by(table).distinct()
    why = "was changed by a person since: that stays"
    ImportIssue.objects.bulk_create(
        stored_issue(batch, ImportIssue.Kind.UNDO, Issue("", 0, f"{table} {pk}", column, "", why)) for pk in left
    )
    back: int = notes.filter(standing=Standing.TAKEN_BACK).values(table).distinct().count()
    return back


# ends of contracts


@transaction.atomic
def _restore_ends(batch: ImportBatch, notes: Sequence[StatedEnd]) -> None:
    """Give contracts the end by the newest word that stands without those of the batch."""
    ids = {note.contract_id for note in notes}
    stored = locked_ends(ids)
    by_hand = edited_by_a_person(Contract, ids, ENDS)
    words: dict[int, list[Word]] = defaultdict(list)
    for each in StatedEnd.objects.filter(contract__in=ids, standing=Standing.STANDS).order_by("pk"):
        words[each.contract_id].append(word_of(each))
    updated = {note.contract_id for note in notes if note.is_update}
    changes, left = {}, set()
    for pk in ids:
        end = _end_without(batch, words[pk], is_update=pk in updated)
        if end is None or end == stored[pk]:
            continue
        if pk in by_hand:
            left.add(pk)
        else:
            changes[pk] = end
    change_ends(changes, batch.pk)
    _mark(StatedEnd.objects.filter(batch=batch, contract__in=ids, standing=Standing.STANDS), "contract", left)


def _end_without(batch: ImportBatch, words: Sequence[Word], *, is_update: bool) -> End | None:
    """The end that counts without a batch; None where its own word does not count now, or is the only one ever."""
    last, other = newest(words), newest(each for each in words if each.batch_id != batch.pk)
    if last is None or last.batch_id != batch.pk:
        return None
    if other is not None:
        return other.end
    return End() if is_update else None


def _mark(notes: Any, column: str, left: set[int]) -> None:
    """Mark notes as taken back, or as those whose rows were left."""
    notes.filter(**{f"{column}__in": left}).update(standing=Standing.LEFT)
    notes.exclude(**{f"{column}__in": left}).update(standing=Standing.TAKEN_BACK)


# names


@transaction.atomic
def _restore_names(batch: ImportBatch, notes: Sequence[GivenName]) -> None:
    """Give organizations the names back by which they were known before."""
    ids = {note.organization_id for note in notes}
    rows = Organization.everything.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").in_bulk()
    by_hand = edited_by_a_person(Organization, ids, ["name"])
    left = set()
    with kept_as(batch.pk):
        for note in notes:
            row = rows[note.organization_id]
            if row.name == note.after and row.pk not in by_hand:
                row.save(update_fields=rename(row, name=note.before))
            elif row.name != note.before:
                left.add(row.pk)
    _mark(GivenName.objects.filter(pk__in=[note.pk for note in notes]), "organization", left)


# identifiers


def remove_identifiers(batch: ImportBatch) -> None:
    """Remove the identifiers that the batch gave to organizations which it did not make. Safe to repeat."""
    made, given = set(_noted(batch, Organization)), _noted(batch, OrganizationIdentifier)
    for start in range(0, len(given), AT_ONCE):
        stored = OrganizationIdentifier.objects.filter(pk__in=given[start : start + AT_ONCE])
        rows = [row for row in stored if row.organization_id not in made]
        edited = edited_by_a_person(OrganizationIdentifier, [row.pk for row in rows], ["scheme", "value"])
        with kept_as(batch.pk), transaction.atomic():
            OrganizationIdentifier.objects.filter(pk__in=[row.pk for row in rows if row.pk not in edited]).delete()


def _noted(batch: ImportBatch, model: Any) -> list[int]:
    """The rows that a batch put into a table."""
    noted = BatchRows.objects.filter(batch=batch, table_name=model._meta.db_table).values_list("ids", flat=True)
    return [pk for ids in noted.iterator() for pk in ids]
