"""Recording facts: appending, repeating, reversing and correcting, the same way for every fact table."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from procurement.common.advisory_locks import lock_keys
from procurement.common.dates import PRECISIONS, precision_fault
from procurement.common.errors import Complaints, Conflict, Refused
from procurement.common.prepared_statements import Question, Rows, ask
from procurement.common.validation import complain_of_fields, day_in, missing_references
from procurement.fiscal.reading import fiscal_years
from procurement.sources.appending import Recorded, append, drafted
from procurement.sources.facts import Fact
from procurement.sources.models import Document
from procurement.sources.oddities import complain_of_fiscal_days, has_fiscal_days, odd_days
from procurement.sources.references import KEY_SHARE, Reading, read_references, reading
from procurement.sources.reversing import Taking, copied, not_before, refuse_reversed, reversal_lock, reversals
from procurement.sources.twins import nearness, said_of_twin, subject_locks, twins_among

F = TypeVar("F", bound=Fact)

NO_SOURCE = "every fact names its source; give a document's id, or one inline with url and title"


def complain_of_fact(fact: Fact, complaints: Complaints, missing: Iterable[str]) -> None:
    """Check what every fact must have: a source, what it is about, sound columns, a date that fits its precision."""
    for name in missing:
        complaints.add(name, NO_SOURCE if name == "source" else "must be given")
    complain_of_fields(fact, complaints)
    effective_on = day_in(fact, "effective_on")
    if effective_on and fact.effective_precision in PRECISIONS:
        fault = precision_fault(effective_on, fact.effective_precision)
        if fault:
            complaints.add("effective_on", fault)


@dataclass(frozen=True)
class Checked:
    """What is wrong with each of some rows, and the ids of `Recorder.holds` that were read under their lock."""

    errors: Sequence[Mapping[str, Sequence[str]]]
    held: Collection[int] = ()


@dataclass(frozen=True)
class Amending:
    """Who takes a fact back, on what ground: the reversal's own source, publication date and note."""

    source: Document
    note: str = ""
    published_on: dt.date | None = None
    by: User | None = None


#: What became of a row that waits for a second person, or a draft or fact that contradicts it.
Held = Recorded[F] | Conflict
#: How sound rows are stored: `Recorder.put`, or without holding any back.
Put = Callable[
    [Sequence[F], Sequence[frozenset[str]], Collection[int], Sequence[Question]],
    tuple[list[Recorded[F] | Conflict], list[Rows]],
]


class Recorder(Generic[F]):
    """The verbs of one fact table. A table's own rules are the hooks below; the way of a fact is the same for all."""

    model: type[F]
    #: The rows pointed to by which a row is checked, beside its source and what it is about.
    reads: ClassVar[tuple[str, ...]] = ()
    #: Of those, the one that is locked as its foreign key does when it is read: see `lock`.
    holds: ClassVar[str] = ""

    # hooks

    @property
    def holds_back(self) -> bool:
        """Whether any act may have to wait for a second person; asked where looking at each would cost much."""
        return False

    def complain(self, row: F, complaints: Complaints) -> None:
        """Add what is wrong with a row that reverses nothing."""

    def default_published_on(self, row: F) -> dt.date | None:
        """The day the public could know of a row: its source's date; None where the source has none (unknown)."""
        return row.source.dated

    def left_open(self, row: F) -> frozenset[str]:
        """The columns that a row leaves to us; they follow from rows that may change, so no repeat need meet them."""
        return frozenset(name for name in ("published_on",) if getattr(row, name) is None)

    def opposite(self, row: F) -> Mapping[str, Any]:  # noqa: ARG002  (a hook)
        """The columns that a reversal turns around."""
        return {}

    def lock(self, rows: Sequence[F], held: Collection[int] = ()) -> None:
        """Take the locks under which `settle` may decide; `held` are the ids of `holds` that were read under theirs."""

    def settle(self, rows: Sequence[F]) -> None:
        """Raise Refused when the rows, now stored, break a rule over several rows; all is then undone."""

    def questions(self, facts: Sequence[F]) -> list[Question]:  # noqa: ARG002  (a hook)
        """What must be read to see what is odd about rows."""
        return []

    def gather(self, facts: Sequence[F], answers: Sequence[Rows]) -> Any:  # noqa: ARG002  (a hook)
        """What stored rows are compared with, from what was read."""
        return None

    def warnings(self, row: F, known: Any) -> Iterable[str]:  # noqa: ARG002  (a hook)
        """What is odd about a stored row but accepted; `known` was gathered."""
        return ()

    def hold_back(self, rows: Sequence[F], left_open: Sequence[frozenset[str]]) -> Mapping[int, Held[F]]:  # noqa: ARG002  (a hook)
        """Of sound new rows, by place, those that wait for a second person: see Recorded, and Conflict."""
        return {}

    def hold_back_amending(self, row: F, amending: Amending, revision: F | None = None) -> Recorded[F] | None:  # noqa: ARG002  (a hook)
        """What stands for a reversal, or a correction by a revision, if it waits for a second person; else None.

        Raises as reversing and correcting do.
        """
        return None

    # verbs

    def draft(self, **columns: Any) -> F:
        """An unsaved fact from its columns (`contract_id`, not `contract`): as the model's own call, but quick."""
        return drafted(self.model, columns)

    def record(self, row: F) -> Recorded[F]:
        """Append one fact, or return the stored one when its source_key and content were posted before.

        Raises Refused, or Conflict naming the stored row when the key is taken by other content. Safe to repeat and
        to race: the index of keys makes two posters one.
        """
        return self.record_all([row])[0]

    @transaction.atomic
    def record_all(self, rows: Sequence[F]) -> list[Recorded[F]]:
        """Append several facts together, all or none; with several, an error's field is `index.field`.

        As many statements for a thousand as for one.
        """
        return self._recorded(rows, self.put)

    @transaction.atomic
    def append_all(self, rows: Sequence[F]) -> list[Recorded[F]]:
        """Do so without a word on what is odd, for who asks for `remarks` when more is appended.

        None is held back: the caller has asked for each whether it may be stored.
        """
        return self._append_all(rows, self.store)[0]

    def _recorded(self, rows: Sequence[F], put: Put[F]) -> list[Recorded[F]]:
        posted, answers = self._append_all(rows, put, and_look=True)
        stored = [each.fact for each in posted if each.draft is None]
        remarks = iter(self._remarks(stored, answers) if len(stored) == len(posted) else self.remarks(stored))
        return [each if each.draft is not None else each.with_warnings(next(remarks)) for each in posted]

    def _append_all(
        self, rows: Sequence[F], put: Put[F], *, and_look: bool = False
    ) -> tuple[list[Recorded[F]], list[Rows]]:
        if not rows:
            return [], []
        left_open = [self.left_open(row) for row in rows]
        checked = self.check(rows)
        refuse_if_any(checked.errors)
        found, answers = put(rows, left_open, checked.held, self._looks(rows) if and_look else [])
        return [_unless_conflicting(each) for each in found], answers

    def check(self, rows: Sequence[F]) -> Checked:
        """Read what some rows rest on, locked where they need it to stay, and say what is wrong with each of them.

        What they left open is filled in.
        """
        held: Collection[int] = ()
        locks, readings = subject_locks([row for row in rows if not row.source_key]), self._readings(rows)
        answers = ask([*locks, *(each.question for each in readings)])[len(locks) :]
        for each, answer in zip(readings, answers, strict=True):
            read = each.place(answer)
            held = read if each.field.name == self.holds else held
        return Checked([each.errors for each in self._all_complaints(rows)], held)

    def _all_complaints(self, rows: Sequence[F]) -> list[Complaints]:
        """What is wrong with each row; calendars and buyers are read only where a date may end a fiscal year."""
        found = [self._complaints(row) for row in rows]
        sound = [(row, each) for row, each in zip(rows, found, strict=True) if not each.errors and not row.is_reversal]
        if sound and has_fiscal_days([row for row, _ in sound]):
            _read_buyers([row for row, _ in sound])
            calendars = fiscal_years()
            for row, complaints in sound:
                complain_of_fiscal_days(row, row.buyer_country, calendars, complaints)
        return found

    def _readings(self, rows: Sequence[F]) -> list[Reading]:
        undated = [row for row in rows if row.published_on is None]
        found = [reading(undated, "source")]
        found += [
            reading(rows, name, KEY_SHARE if name == self.holds else "")
            for name in dict.fromkeys((*self.model.SUBJECT, *self.reads))
        ]
        return [each for each in found if each is not None]

    def put(
        self,
        rows: Sequence[F],
        left_open: Sequence[frozenset[str]],
        held: Collection[int] = (),
        then: Sequence[Question] = (),
    ) -> tuple[list[Recorded[F] | Conflict], list[Rows]]:
        """Store sound rows, in the transaction that checked them; `then` is asked with them in place.

        Those that wait for a second person are held back.
        """
        waiting = self.hold_back(rows, left_open)
        if not waiting:
            return self.store(rows, left_open, held, then)
        others = [place for place in range(len(rows)) if place not in waiting]
        found, answers = self.store([rows[n] for n in others], [left_open[n] for n in others], held, then)
        outcomes = dict(zip(others, found, strict=True)) | dict(waiting)
        return [outcomes[place] for place in range(len(rows))], answers

    def store(
        self,
        rows: Sequence[F],
        left_open: Sequence[frozenset[str]],
        held: Collection[int] = (),
        then: Sequence[Question] = (),
    ) -> tuple[list[Recorded[F] | Conflict], list[Rows]]:
        """Do so, and hold none back."""
        self.lock(rows, held)
        found, answers = append(rows, left_open, then)
        self.settle([each.fact for each in found if isinstance(each, Recorded) and each.created])
        return found, answers

    def remarks(self, facts: Sequence[F]) -> list[tuple[str, ...]]:
        """What is odd about each of some stored facts, as it stands beside the others and what was there before."""
        return self._remarks(facts, ask(self._looks(facts)))

    def _looks(self, facts: Sequence[F]) -> list[Question]:
        """What facts are compared with."""
        return [nearness(facts), *self.questions(facts)] if facts else []

    def _remarks(self, facts: Sequence[F], answers: Sequence[Rows]) -> list[tuple[str, ...]]:
        if not facts:
            return []
        twins, known, today = twins_among(facts, answers[0]), self.gather(facts, answers[1:]), timezone.localdate()
        fiscal = has_fiscal_days(facts)
        calendars = fiscal_years() if fiscal else {}
        if fiscal:
            _read_buyers(facts)
        return [
            (
                *self.warnings(fact, known),
                *odd_days(fact, today, fact.buyer_country if fiscal else "", calendars),
                *([said_of_twin(fact, twins[fact.pk])] if fact.pk in twins else ()),
            )
            for fact in facts
        ]

    @transaction.atomic
    def take_back(self, row: F, amending: Amending) -> Recorded[F]:
        """Append the row that takes a fact back, at the same effective date.

        Raises Conflict when it was taken back before, Refused when it is itself a reversal or the reversal would be
        public before the fact. Races end in one reversal: the fact's key is locked.
        """
        self.lock([row])
        waiting = self.hold_back_amending(row, amending)
        if waiting is not None:
            return waiting
        reversal = append_reversal(row, amending, self.opposite(row))
        self.settle([reversal])
        return Recorded(reversal, warnings=tuple(odd_days(reversal, timezone.localdate(), "", {}, "published_on")))

    def reverse(self, row: F, amending: Amending) -> F:
        """Take a fact back: see take_back."""
        return self.take_back(row, amending).fact

    @transaction.atomic
    def correct(self, row: F, amending: Amending, changes: Mapping[str, Any]) -> Recorded[F]:
        """Reverse a fact and append its next revision, in one step. Raises as `reverse` and `record` do."""
        self.lock([row])
        revision = next_revision(row, amending, changes)
        if amending.published_on is None and "published_on" not in changes:  # the corrected row may have happened later
            revision.published_on = not_before(row, self.default_published_on(revision))
        waiting = self.hold_back_amending(row, amending, revision)
        if waiting is not None:
            return waiting
        append_reversal(row, amending, self.opposite(row))
        return self._recorded([revision], self.store)[0]

    def _complaints(self, row: F) -> Complaints:
        complaints = Complaints()
        missing = missing_references(row)
        if row.published_on is None and "source" not in missing:
            row.published_on = self.default_published_on(row)
        complain_of_fact(row, complaints, missing)
        if not set(missing) - {"source"}:
            self.complain(row, complaints)
        return complaints


def _read_buyers(facts: Sequence[Fact]) -> None:
    for name in facts[0].SUBJECT:
        subjects = [each for fact in facts if (each := getattr(fact, name)) is not None]
        if subjects and hasattr(subjects[0], "buyer_id"):
            read_references(subjects, "buyer")


def refuse_if_any(errors: Sequence[Mapping[str, Sequence[str]]]) -> None:
    """Raise Refused with what is wrong with some rows; with several, an error's field is `index.field`."""
    complaints = Complaints()
    for index, each in enumerate(errors):
        for name, said in each.items():
            for reason in said:
                complaints.add(f"{index}.{name}" if len(errors) > 1 else name, reason)
    complaints.refuse_if_any()


def _unless_conflicting(found: Recorded[F] | Conflict) -> Recorded[F]:
    if isinstance(found, Conflict):
        raise found
    return found


def append_reversal(fact: F, amending: Amending, opposite: Mapping[str, Any]) -> F:
    """Append the row that takes a fact back; `Recorder.reverse` says what is raised."""
    refuse_reversing(fact, amending)
    published_on = amending.published_on or not_before(fact, amending.source.dated)
    taking = Taking(fact, amending.source.pk, published_on)
    row: F = reversals([taking], lambda _: opposite, note=amending.note, by=amending.by)[0]
    complaints = Complaints()
    complain_of_fact(row, complaints, missing_references(row))
    complaints.refuse_if_any()
    append([row], [frozenset()])
    return row


def refuse_reversing(fact: Fact, amending: Amending) -> None:
    """Raise what `Recorder.take_back` raises, under the lock by which a fact is taken back once."""
    lock_keys([reversal_lock(fact)])
    if fact.is_reversal:
        raise Refused({"reverses": f"row {fact.pk} is itself a reversal; post the fact again instead"})
    refuse_reversed([fact])
    if amending.published_on and fact.published_on and amending.published_on < fact.published_on:
        raise Refused(
            {"published_on": f"must not be before the fact's own, {fact.published_on.isoformat()}, which it takes back"}
        )


def next_revision(fact: F, amending: Amending, changes: Mapping[str, Any]) -> F:
    """An unsaved new revision of a fact, with the same source_key, for the second half of a correction."""
    defaults: dict[str, Any] = {"source": amending.source, "note": amending.note, "entered_by": amending.by}
    defaults["published_on"] = amending.published_on or not_before(fact, amending.source.dated)
    return copied(fact, **defaults | {"source_key": fact.source_key, "revision": fact.revision + 1} | dict(changes))


@contextmanager
def historical() -> Iterator[None]:
    """Mark the facts of this transaction as history: alerts mention them in digests only. Needs a transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('procurement.historical', 'on', true)")
        yield
        cursor.execute("SELECT set_config('procurement.historical', 'off', true)")
