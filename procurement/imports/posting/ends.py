"""Later news of when contracts end: what a newer file says replaces what an earlier import wrote, and no more.

What each file said is kept with the day of its record (StatedEnd). A file changes a stored end only if its record is
the newer one; if an import made the contract; and if no person has changed the end since: then it waits for one.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connection
from django.utils import timezone

from procurement.contracts.models import Contract
from procurement.imports.models import Standing, StatedEnd
from procurement.imports.posting.attribution import Attribution, batches_of
from procurement.imports.posting.edits import edited_by_a_person, kept_as
from procurement.imports.posting.end_news import End, Verdict, Word, newest, verdict
from procurement.imports.posting.new_rows import Fresh
from procurement.sources.models import Document

#: The columns that say when a contract ends.
ENDS = ("ends_on", "ends_precision")
#: The order of words that are not stored yet: behind all that are.
NOT_STORED = 2**62
_UPDATE = """
UPDATE procurement_contract c SET ends_on = u.ends_on, ends_precision = u.ends_precision
  FROM unnest(%s::bigint[], %s::date[], %s::text[]) AS u (id, ends_on, ends_precision)
 WHERE c.id = u.id
"""


@dataclass(frozen=True)
class Outcome:
    """What is to be said of a file's word about a contract's end."""

    updated: str = ""
    queued: str = ""
    differs: str = ""


@dataclass
class Known:
    """One contract and what was said of its end, while a set of rows is posted."""

    row: Contract
    #: The set itself makes it.
    is_fresh: bool
    #: It was withdrawn: what it held counts no more.
    returns: bool
    stored: End
    words: list[Word] = field(default_factory=list)

    @property
    def is_own(self) -> bool:
        """Whether nothing said before counts but what this file says."""
        return self.is_fresh or self.returns


class EndNews:
    """The words of one set of rows about ends of contracts. Needs a transaction, which keeps the contracts' locks."""

    def __init__(self, attribution: Attribution) -> None:
        self.attribution = attribution
        self.given: list[tuple[int, Known, Word]] = []
        self.contracts: dict[int, Known] = {}

    def add(self, place: int, row: Contract, columns: Mapping[str, Any], *, is_fresh: bool) -> None:
        """Add what the row at a place of the set says."""
        known = self.contracts.setdefault(
            row.pk, Known(row, is_fresh, not is_fresh and row.withdrawn_at is not None, end_of(row))
        )
        if columns.get("ends_on"):
            end = End(columns["ends_on"], columns.get("ends_precision") or "day")
            self.given.append((place, known, Word(said_on(columns), end, self.attribution.batch_id or 0)))

    def settle(self) -> dict[int, Outcome]:
        """Take what is newer; the outcome by place. Broken off and repeated, it says again what it had taken."""
        if not self.given or self.attribution.batch_id is None:
            return {}
        self._read_words()
        dates = self._dates_of_sources()
        taking = self._taking(dates)
        for pk, stored in locked_ends(taking).items():
            self.contracts[pk].stored = stored
        makers = batches_of(Contract._meta.db_table, taking)
        by_hand = edited_by_a_person(Contract, taking, ENDS) if taking else set()
        settling = _Settling(self.attribution, makers, by_hand, dates)
        outcomes = {place: settling.outcome(known, word) for place, known, word in self.given}
        settling.store()
        return {place: each for place, each in outcomes.items() if each is not None}

    def _taking(self, dates: Mapping[int, dt.date | None]) -> set[int]:
        """The stored contracts whose end may change."""
        return {
            known.row.pk
            for _, known, word in self.given
            if not known.is_fresh
            and verdict(word, known.stored, known.words, dates.get(known.row.source_id), is_own=known.is_own)
            == Verdict.TAKE
        }

    def _read_words(self) -> None:
        ids = [pk for pk, known in self.contracts.items() if not known.is_fresh]
        stood = StatedEnd.objects.filter(contract__in=ids, standing=Standing.STANDS).order_by("pk") if ids else ()
        for each in stood:
            self.contracts[each.contract_id].words.append(word_of(each))

    def _dates_of_sources(self) -> dict[int, dt.date | None]:
        """The days of the documents of contracts of which no file said before when they end."""
        wanted = {
            known.row.source_id
            for _, known, word in self.given
            if not (known.words or known.is_own) and known.stored != word.end
        }
        found = Document.everything.filter(pk__in=wanted) if wanted else ()
        return {each.pk: dated(each) for each in found}


@dataclass
class _Settling:
    """What is decided about a set of words, and what is to be stored for it."""

    attribution: Attribution
    makers: Mapping[int, int]
    by_hand: set[int]
    dates: Mapping[int, dt.date | None]
    notes: list[StatedEnd] = field(default_factory=list)
    updates: dict[int, Known] = field(default_factory=dict)

    def outcome(self, known: Known, word: Word) -> Outcome | None:
        """Decide about one word; those before it in the set count."""
        stored_on = self.dates.get(known.row.source_id)
        decided = verdict(word, known.stored, known.words, stored_on, is_own=known.is_own)
        if decided == Verdict.NOTHING:
            return self._said_again(known, word)
        if decided == Verdict.TAKE:
            return self._refused(known, word) or self._taken(known, word, stored_on)
        if decided == Verdict.NOTE or (decided == Verdict.OLDER and known.words):
            self._note(known, word)  # what it is worth if what is newer is taken back
        if decided == Verdict.NOTE:
            return None
        why = "a newer record says so" if decided == Verdict.OLDER else "nothing says which of the two is newer"
        return Outcome(differs=f"ends_on: {word.end} given, {known.stored} stored, which stays: {why}")

    def _refused(self, known: Known, word: Word) -> Outcome | None:
        """Why newer news is not taken."""
        pk, starts_on, both = known.row.pk, known.row.starts_on, f"ends_on: {word.end} given, {known.stored} stored"
        if not known.is_own and pk not in self.makers:
            return Outcome(differs=f"{both} by a person, which stays; edit contract {pk} if it is wrong")
        if not known.is_own and pk in self.by_hand:
            said = f"contract {pk}, whose end a person has changed, says otherwise ({both})"
            return Outcome(queued=f"{said}; edit it, or leave it")
        if starts_on and word.end.on and word.end.on < starts_on:
            return Outcome(differs=f"{both}, which stays: the contract starts on {starts_on.isoformat()}")
        return None

    def _taken(self, known: Known, word: Word, stored_on: dt.date | None) -> Outcome | None:
        before, last = known.stored, newest(known.words)
        is_own = known.is_own or (last is not None and last.batch_id == self.attribution.batch_id)
        if last is None and before.on and not is_own:  # loaded before words were kept: an undo must find it
            self._note(known, Word(stored_on, before, self.makers[known.row.pk]))
        self._change(known, word.end)
        self._note(known, word, replaced=None if is_own else before)
        return None if is_own else Outcome(updated=_updated(known.row.pk, word, before))

    def _said_again(self, known: Known, word: Word) -> Outcome | None:
        """What an earlier process said, if the batch was broken off after it had stored this word."""
        if not self.attribution.is_resumed:
            return None
        said = {"said_on": word.said_on, "ends_on": word.end.on, "ends_precision": word.end.precision}
        noted = StatedEnd.objects.filter(batch=word.batch_id, contract=known.row.pk, is_update=True, **said).first()
        if noted is None:
            return None
        return Outcome(updated=_updated(known.row.pk, word, End(noted.replaced_on, noted.replaced_precision)))

    def _change(self, known: Known, end: End) -> None:
        if not known.is_fresh:
            self.updates[known.row.pk] = known
        known.stored = end
        known.row.ends_on, known.row.ends_precision = end.on, end.precision

    def _note(self, known: Known, word: Word, *, replaced: End | None = None) -> None:
        note = StatedEnd(batch_id=word.batch_id, contract_id=known.row.pk, said_on=word.said_on)
        note.ends_on, note.ends_precision = word.end.on, word.end.precision
        if replaced is not None:
            note.is_update, note.replaced_on, note.replaced_precision = True, replaced.on, replaced.precision
        self.notes.append(note)
        known.words.append(replace(word, order=NOT_STORED + len(self.notes)))

    def store(self) -> None:
        """Store the ends of contracts that were stored before, and the words. New contracts are stored with theirs."""
        change_ends({pk: known.stored for pk, known in self.updates.items()}, self.attribution.batch_id)
        fresh = Fresh(StatedEnd, len(self.notes))
        for note in self.notes:
            fresh.add(note)
        fresh.store()


def change_ends(ends: Mapping[int, End], batch_id: int | None) -> None:
    """Set the ends of contracts, which are locked; their history keeps the batch."""
    if not ends:
        return
    columns: list[Any] = [
        sorted(ends),
        [ends[pk].on for pk in sorted(ends)],
        [ends[pk].precision for pk in sorted(ends)],
    ]
    with kept_as(batch_id), connection.cursor() as cursor:
        cursor.execute(_UPDATE, columns)


# reading


def locked_ends(ids: Collection[int]) -> dict[int, End]:
    """When some contracts end; nobody edits them until the transaction ends."""
    if not ids:
        return {}
    rows = Contract.everything.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    return {pk: End(on, precision) for pk, on, precision in rows.values_list("pk", *ENDS)}


def end_of(row: Contract) -> End:
    """When a contract ends."""
    return End(row.ends_on, row.ends_precision)


def word_of(row: StatedEnd) -> Word:
    """A word as it was noted."""
    return Word(row.said_on, End(row.ends_on, row.ends_precision), row.batch_id, row.pk)


def said_on(columns: Mapping[str, Any]) -> dt.date | None:
    """The day of the record from which a row is: its own, else that of its document."""
    day: dt.date | None = columns.get("said_on")
    return day or (dated(columns["source"]) if "source" in columns else None)


def dated(source: Document) -> dt.date | None:
    """The day of a document: of publication, by this citation, else of retrieval."""
    return source.dated or (timezone.localdate(source.retrieved_at) if source.retrieved_at else None)


def _updated(pk: int, word: Word, before: End) -> str:
    by = f", by a record of {word.said_on.isoformat()}" if word.said_on else ""
    return f"updates contract {pk} (ends_on: {word.end} given{by}, {before} stored before)"
