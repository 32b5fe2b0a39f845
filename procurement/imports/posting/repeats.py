"""Facts whose key was posted before: unchanged, corrected, posted again after an undo, or queued for a person.

What needs the approval of a second person is held back as a draft, also here.

What a file says again changes nothing. What it says otherwise corrects the stored row, unless a person has corrected
or taken back that row since: then it waits for a person. What an undo took back becomes a new revision.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from procurement.common.errors import Conflict, Refused
from procurement.imports.posting.attribution import Attribution, noted
from procurement.imports.posting.reversing import reverse_all
from procurement.imports.posting.verdicts import (
    Posted,
    Stored,
    Verdict,
    corrected,
    differing,
    queued,
    repeated,
    taken_back,
    verdict,
)
from procurement.sources.appending import key_of, revisions_of
from procurement.sources.facts import rows_of
from procurement.sources.recording import Amending, Recorder
from procurement.sources.reversing import Taking, not_before

#: How many units one transaction settles.
AT_ONCE = 100


@dataclass(frozen=True)
class Settled:
    """What became of a fact: the stored one and what there is to say, or why it is refused, or waits for a person."""

    fact: Any
    created: bool = False
    warnings: Sequence[str] = ()
    corrected: str = ""
    taken_back: str = ""
    queued: str = ""
    column: str = ""
    refused: Refused | None = None
    #: it waits for the approval of a second person
    draft: Any = None


@dataclass
class Repeat:
    """Facts that are posted all or none, and what is to be done for them."""

    rows: Sequence[Any]
    left_open: Sequence[frozenset[str]]
    settled: list[Settled] = field(default_factory=list)
    appending: list[Any] = field(default_factory=list)
    taking: list[Taking] = field(default_factory=list)


class Repeats:
    """The facts of one table that are to be settled with what is stored."""

    def __init__(self, recorder: Recorder[Any], attribution: Attribution) -> None:
        self.recorder, self.attribution = recorder, attribution
        self.repeats: list[Repeat] = []

    def add(self, rows: Sequence[Any], left_open: Sequence[frozenset[str]]) -> None:
        """Add a unit; `left_open` says what its rows left to the service before they were checked."""
        self.repeats.append(Repeat(rows, left_open))

    def settle(self) -> list[list[Settled]]:
        """What becomes of each unit, in order. Broken off and repeated, it finds what it did."""
        if not self.repeats:
            return []
        stored = self._stored([row for each in self.repeats for row in each.rows])
        posted = self._posted(stored.values())
        for repeat in self.repeats:
            for row, left_open in zip(repeat.rows, repeat.left_open, strict=True):
                repeat.settled.append(self._decided(repeat, row, left_open, stored[_key(row)], posted))
        wanted = [each for each in self.repeats if each.appending and not any(one.refused for one in each.settled)]
        for start in range(0, len(wanted), AT_ONCE):
            self._append(wanted[start : start + AT_ONCE])
        return [each.settled for each in self.repeats]

    # deciding

    def _decided(self, repeat: Repeat, row: Any, left_open: frozenset[str], stored: Stored, posted: Posted) -> Settled:
        decided = verdict(stored, row, left_open, posted)
        if decided == Verdict.STORE:
            return self._next(repeat, row, left_open, revision=1)
        latest, reversal = stored.latest, stored.reversal
        if decided == Verdict.AGAIN:
            return self._next(repeat, row, left_open, revision=latest.revision + 1)
        if decided == Verdict.UNCHANGED:
            return self._unchanged(row, stored, left_open, posted)
        columns = differing(latest, row, left_open)
        if decided == Verdict.REFUSE:
            said = Conflict({"source_key": repeated(latest, row, columns)}, existing=latest.pk)
            return Settled(latest, refused=said)
        if decided == Verdict.QUEUE:
            return Settled(latest, queued=queued(latest, row, columns, reversal), column=columns[0])
        return self._correcting(repeat, row, left_open, latest)

    def _correcting(self, repeat: Repeat, row: Any, left_open: frozenset[str], latest: Any) -> Settled:
        said_of_it = corrected(latest, row, differing(latest, row, left_open))
        if "published_on" in left_open:
            row.published_on = not_before(latest, row.published_on)
        row.revision = latest.revision + 1
        taking = Taking(latest, row.source_id, not_before(latest, row.published_on))
        if held := self._held_back(row, left_open, taking):
            return held
        repeat.taking.append(taking)
        repeat.appending.append(row)
        return Settled(row, created=True, corrected=said_of_it)

    def _unchanged(self, row: Any, stored: Stored, left_open: frozenset[str], posted: Posted) -> Settled:
        latest, reversal = stored.latest, stored.reversal
        if self.attribution.is_resumed and latest.revision > 1 and latest.pk in posted.by_this:
            before = stored.revisions[-2]  # corrected before the batch was broken off
            columns = differing(before, row, left_open)
            return Settled(latest, corrected=corrected(before, row, columns) if columns else "")
        return Settled(latest, taken_back="" if reversal is None else taken_back(latest, reversal))

    def _next(self, repeat: Repeat, row: Any, left_open: frozenset[str], *, revision: int) -> Settled:
        row.revision = revision
        if held := self._held_back(row, left_open):
            return held
        repeat.appending.append(row)
        return Settled(row, created=True)

    def _held_back(self, row: Any, left_open: frozenset[str], taking: Taking | None = None) -> Settled | None:
        """What stands for a new row, or a correction, that waits for a second person; None if it need not."""
        if not self.recorder.holds_back:
            return None
        standing = None if taking is None else taking.fact
        try:
            with self.attribution.posting():
                held = self._held(row, left_open, taking)
        except Refused as refused:
            return Settled(standing, refused=refused)
        if isinstance(held, Refused):
            return Settled(standing, refused=held)
        return None if held is None else Settled(standing, draft=held.draft)

    def _held(self, row: Any, left_open: frozenset[str], taking: Taking | None) -> Any:
        if taking is None:
            return self.recorder.hold_back([row], [left_open]).get(0)
        note = f"corrected by import {self.attribution.batch_id}"
        amending = Amending(row.source, note, taking.published_on, self.attribution.by)
        return self.recorder.hold_back_amending(taking.fact, amending, row)

    # reading and storing

    def _stored(self, rows: Sequence[Any]) -> dict[Any, Stored]:
        """What is stored of the keys of some rows."""
        model, found = self.recorder.model, defaultdict[Any, Stored](Stored)
        revisions = revisions_of(rows)
        reversals = dict(
            rows_of(model).filter(reverses__in=[row.pk for row in revisions]).values_list("reverses", "pk")
        )
        for row in revisions:
            of_key = found[_key(row)]
            of_key.revisions.append(row)
            if row.pk in reversals:
                of_key.reversals[row.pk] = reversals[row.pk]
        return found

    def _posted(self, stored: Any) -> Posted:
        known, table, batch = list(stored), self.recorder.model._meta.db_table, self.attribution.batch_id
        ids = {row.pk for each in known for row in each.revisions}
        reversals = {pk for each in known for pk in each.reversals.values()}
        own = noted(table, ids, batch) if batch else set()
        return Posted(noted(table, ids | reversals), own, corrects=batch is not None)

    def _append(self, repeats: Sequence[Repeat]) -> None:
        """Carry out what was decided, in one transaction or, where a rule refuses that, in halves."""
        rows = [row for repeat in repeats for row in repeat.appending]
        try:
            with self.attribution.posting():
                taking = [each for repeat in repeats for each in repeat.taking]
                note = f"corrected by import {self.attribution.batch_id}"
                reverse_all(self.recorder, taking, self.attribution, note=note)
                self.recorder.append_all(rows)
        except Refused as refused:
            middle = len(repeats) // 2
            if middle:
                self._append(repeats[:middle])
                self._append(repeats[middle:])
            else:
                repeats[0].settled = [replace(each, refused=refused) for each in repeats[0].settled]
            return
        said = dict(zip((row.pk for row in rows), self.recorder.remarks(rows), strict=True))
        for repeat in repeats:
            repeat.settled = [replace(each, warnings=said.get(each.fact.pk, ())) for each in repeat.settled]


def _key(row: Any) -> tuple[Any, ...]:
    """What all revisions of a fact have in common."""
    return key_of(row)[:-1]
