"""Recording facts: appending, repeating, reversing and correcting, the same way for every fact table."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from django.contrib.auth.models import User
from django.db import connection, models, transaction
from django.utils import timezone

from procurement.common.advisory_locks import lock_keys
from procurement.common.dates import precision_fault
from procurement.common.errors import Complaints, Conflict, Refused
from procurement.common.validation import complain_of_fields, day_in, missing_references
from procurement.fiscal.reading import fiscal_years
from procurement.sources.facts import Fact, rows_of
from procurement.sources.models import Document
from procurement.sources.oddities import has_fiscal_days, odd_days
from procurement.sources.twins import lock_subjects, said_of_twin, twins_among

F = TypeVar("F", bound=Fact)

#: Columns that do not say what a fact claims, only how it came in.
NOT_CONTENT = frozenset({"id", "recorded_at", "entered_by", "revision", "reverses"})
NO_SOURCE = "every fact names its source; give a document's id, or one inline with url and title"


@dataclass(frozen=True)
class Recorded(Generic[F]):
    """A posted fact; `created` is false when it was there already."""

    fact: F
    created: bool = True
    warnings: tuple[str, ...] = field(default_factory=tuple)


def complain_of_fact(fact: Fact, complaints: Complaints) -> None:
    """Check what every fact must have: a source, what it is about, sound columns, a date that fits its precision."""
    for name in missing_references(fact):
        complaints.add(name, NO_SOURCE if name == "source" else "must be given")
    complain_of_fields(fact, complaints)
    effective_on = day_in(fact, "effective_on")
    if effective_on and fact.effective_precision in Fact.Precision.values:
        fault = precision_fault(effective_on, fact.effective_precision)
        if fault:
            complaints.add("effective_on", fault)


@dataclass(frozen=True)
class Amending:
    """Who takes a fact back, on what ground: the reversal's own source, publication date and note."""

    source: Document
    note: str = ""
    published_on: dt.date | None = None
    by: User | None = None


class Recorder(Generic[F]):
    """The verbs of one fact table. A table's own rules are the hooks below; the way of a fact is the same for all."""

    model: type[F]

    # hooks

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

    def lock(self, rows: Sequence[F]) -> None:
        """Take the locks under which `settle` may decide."""

    def settle(self, rows: Sequence[F]) -> None:
        """Raise Refused when the rows, now stored, break a rule over several rows; all is then undone."""

    def gather(self, facts: Sequence[F]) -> Any:  # noqa: ARG002  (a hook)
        """What stored rows are compared with when they are looked at for what is odd."""
        return None

    def warnings(self, row: F, known: Any) -> Iterable[str]:  # noqa: ARG002  (a hook)
        """What is odd about a stored row but accepted; `known` was gathered."""
        return ()

    # verbs

    @transaction.atomic
    def record(self, row: F) -> Recorded[F]:
        """Append one fact, or return the stored one when its source_key and content were posted before.

        Raises Refused, or Conflict naming the stored row when the key is taken by other content. Safe to repeat and
        to race: an advisory lock on the key makes two posters one.
        """
        return self.record_all([row])[0]

    @transaction.atomic
    def record_all(self, rows: Sequence[F]) -> list[Recorded[F]]:
        """Append several facts together, all or none; with several, an error's field is `index.field`."""
        posted = self.append_all(rows)
        remarks = self.remarks([each.fact for each in posted])
        return [replace(each, warnings=warnings) for each, warnings in zip(posted, remarks, strict=True)]

    @transaction.atomic
    def append_all(self, rows: Sequence[F]) -> list[Recorded[F]]:
        """Do so without a word on what is odd, for who asks for `remarks` when more is appended."""
        complaints = Complaints()
        left_open = [self.left_open(row) for row in rows]
        for index, row in enumerate(rows):
            one = self._complaints(row)
            for field_name, said in one.errors.items():
                for each in said:
                    complaints.add(f"{index}.{field_name}" if len(rows) > 1 else field_name, each)
        complaints.refuse_if_any()
        lock_subjects([row for row in rows if not row.source_key])
        self.lock(rows)
        if keys := [_key_of(row) for row in rows if row.source_key]:
            lock_keys(keys)
        posted = [self._post(row, free) for row, free in zip(rows, left_open, strict=True)]
        self.settle([each.fact for each in posted if each.created])
        return posted

    def remarks(self, facts: Sequence[F]) -> list[tuple[str, ...]]:
        """What is odd about each of some stored facts, as it stands beside the others and what was there before."""
        if not facts:
            return []
        twins, known, today = twins_among(facts), self.gather(facts), timezone.localdate()
        fiscal = has_fiscal_days(facts)
        calendars = fiscal_years() if fiscal else {}
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
        append_reversal(row, amending, self.opposite(row))
        revision = next_revision(row, amending, changes)
        if amending.published_on is None and "published_on" not in changes:  # the corrected row may have happened later
            revision.published_on = _not_before(row, self.default_published_on(revision))
        return self.record(revision)

    def _complaints(self, row: F) -> Complaints:
        complaints = Complaints()
        missing = missing_references(row)
        if "published_on" in self.left_open(row) and "source" not in missing:
            row.published_on = self.default_published_on(row)
        complain_of_fact(row, complaints)
        if not set(missing) - {"source"}:
            self.complain(row, complaints)
        return complaints

    def _post(self, row: F, free: frozenset[str]) -> Recorded[F]:
        stored = _same_key(row)
        if stored is not None:
            for name in row.SUBJECT:  # the same rows, which are read already
                setattr(stored, name, getattr(row, name))
            return Recorded(_same_content(stored, row, free), created=False)
        row.save(force_insert=True)
        return Recorded(row)


def _key_of(fact: Fact) -> str:
    """The name of the lock that makes two posters of a source_key one."""
    subject = ":".join(str(getattr(fact, f"{name}_id")) for name in fact.SUBJECT)
    return f"{fact._meta.db_table}:{subject}:{fact.source_key}"


def _same_key(fact: F) -> F | None:
    if not fact.source_key:
        return None
    subject = {name: getattr(fact, name) for name in fact.SUBJECT}
    rows: models.QuerySet[F] = rows_of(type(fact)).filter(**subject, source_key=fact.source_key, revision=fact.revision)
    return rows.first()


def content(fact: Fact) -> dict[str, Any]:
    """What a fact claims: its columns without those that say how it came in."""
    return {
        f.attname: f.to_python(getattr(fact, f.attname))
        for f in fact._meta.concrete_fields
        if f.name not in NOT_CONTENT
    }


def _same_content(stored: F, fact: F, free: frozenset[str]) -> F:
    had, has = content(stored), content(fact)
    differing = sorted(name for name in has if has[name] != had[name] and name not in free)
    if differing:
        raise Conflict(
            {
                "source_key": f"“{fact.source_key}” was used before, by row {stored.pk}, with other content "
                f"({', '.join(differing)}); repeat that content, use another key, or correct row {stored.pk}"
            },
            existing=stored.pk,
        )
    return stored


def copied(fact: F, **changes: Any) -> F:
    """An unsaved row with a fact's content and some of it changed."""
    skipped = NOT_CONTENT | {"source_key"}
    # a changed row goes by its name: the old row's id beside it would win
    kept = [f for f in fact._meta.concrete_fields if f.name not in skipped and f.name not in changes]
    same = {f.attname: getattr(fact, f.attname) for f in kept}
    model: Any = type(fact)
    row: F = model(**same | changes)
    return row


def append_reversal(fact: F, amending: Amending, opposite: Mapping[str, Any]) -> F:
    """Append the row that takes a fact back; `Recorder.reverse` says what is raised."""
    lock_keys([f"reverse:{fact._meta.db_table}:{fact.pk}"])
    _refuse_reversing(fact, amending)
    row = copied(
        fact,
        **dict(opposite),
        source_id=amending.source.pk,
        published_on=amending.published_on or _not_before(fact, amending.source.dated),
        note=amending.note,
        reverses_id=fact.pk,
        entered_by=amending.by,
    )
    complaints = Complaints()
    complain_of_fact(row, complaints)
    complaints.refuse_if_any()
    row.save(force_insert=True)
    return row


def _refuse_reversing(fact: Fact, amending: Amending) -> None:
    if fact.is_reversal:
        raise Refused({"reverses": f"row {fact.pk} is itself a reversal; post the fact again instead"})
    taken_back_by = rows_of(type(fact)).filter(reverses=fact.pk).first()
    if taken_back_by is not None:
        raise Conflict(
            {"reverses": f"row {fact.pk} was reversed before, by row {taken_back_by.pk}"}, existing=taken_back_by.pk
        )
    if amending.published_on and fact.published_on and amending.published_on < fact.published_on:
        raise Refused(
            {"published_on": f"must not be before the fact's own, {fact.published_on.isoformat()}, which it takes back"}
        )


def _not_before(fact: Fact, day: dt.date | None) -> dt.date | None:
    """A day on which a row that amends a fact could be known: not before the fact itself, and unknown where that is."""
    return max(fact.published_on, day) if fact.published_on and day else day


def next_revision(fact: F, amending: Amending, changes: Mapping[str, Any]) -> F:
    """An unsaved new revision of a fact, with the same source_key, for the second half of a correction."""
    defaults: dict[str, Any] = {"source": amending.source, "note": amending.note, "entered_by": amending.by}
    defaults["published_on"] = amending.published_on or _not_before(fact, amending.source.dated)
    return copied(fact, **defaults | {"source_key": fact.source_key, "revision": fact.revision + 1} | dict(changes))


@contextmanager
def historical() -> Iterator[None]:
    """Mark the facts of this transaction as history: alerts mention them in digests only. Needs a transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('procurement.historical', 'on', true)")
        yield
        cursor.execute("SELECT set_config('procurement.historical', 'off', true)")
