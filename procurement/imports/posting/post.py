"""Posting staged rows by sets, with the same rules and words as the API and the admin."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import DataError, IntegrityError, models

from procurement.common.errors import Conflict, Refused
from procurement.common.matching import Found
from procurement.imports.account import (
    CORRECTED,
    DIFFERS,
    DOUBTFUL,
    HELD_BACK,
    KEPT_BACK,
    REFUSED,
    SAME,
    TAKEN,
    UNCHANGED,
    UPDATED,
    WAITING,
    Account,
)
from procurement.imports.assignment.finding import Looking, fitting
from procurement.imports.assignment.models import AssignmentRule
from procurement.imports.posting.assigning import ASSIGNED, NOT_APPLIED, allocations_by
from procurement.imports.posting.attribution import Attribution
from procurement.imports.posting.descriptions import DESCRIPTIVE, Answer
from procurement.imports.posting.edits import Told
from procurement.imports.posting.lines import Remembering
from procurement.imports.posting.repeats import Repeats, Settled
from procurement.imports.rows import Issue, Ref, Row, issue_with
from procurement.imports.staging import Batch, Staged
from procurement.programs.proposing import NotApproved
from procurement.recorders import FACT_TABLES, POSTING_ORDER
from procurement.sources.appending import Recorded
from procurement.sources.facts import rows_of
from procurement.sources.long_lists import Outcome, record_long
from procurement.sources.recording import Recorder

RECORDERS: Mapping[str, Recorder[Any]] = {table.name: table.recorder for table in FACT_TABLES}
#: Their amounts are compared with the ledger of their contract, which comes after them.
REMARKED_LAST = frozenset({"milestones", "liability_estimates", "guarantees"})
#: What is said of a row that is held back.
WAITS = "changes whether a program is stopped; it waits for the approval of a second person, and is no fact yet"
#: How many descriptive rows one transaction matches or stores; it holds about two locks for each.
AT_ONCE = 1000


def post(staged: Staged, account: Account, attribution: Attribution, remembering: Remembering | None = None) -> None:
    """Post staged rows, table by table, in short transactions; a refused row stops only the rows that refer to it.

    Safe to repeat: facts are found by their source_key, descriptive rows by their match keys. Broken off anywhere, it
    leaves whole rows, and all that are posted together. The facts are marked as history, so that they send no alerts.
    """
    account.read.update(row.ref.table for row in staged.rows)
    posting = _Posting(staged, account, attribution)
    for table in POSTING_ORDER:
        posting.post_table(table)
        if table == "contracts" and remembering is not None:
            remembering.store(posting.means, posting.spoken)
    posting.assign_by_rules()
    posting.remark_on_facts()
    if remembering is not None:
        remembering.end(posting.spoken)
    account.close_portion()


def post_assignments(
    rule: AssignmentRule, contracts: Iterable[int], account: Account, attribution: Attribution
) -> None:
    """Allocate contracts to the program of a rule, in short transactions; see `post`."""
    _Posting(Staged(), account, attribution).assign(rule, dict.fromkeys(contracts))
    account.close_portion()


class _Posting:
    """One load: the rows stored and refused so far, by their names in the files."""

    def __init__(self, staged: Staged, account: Account, attribution: Attribution) -> None:
        self.account, self.attribution = account, attribution
        self.stored: dict[Ref, models.Model] = {}
        #: the rows that files name, where others stand for them: what a fact is about is a part of its key
        self.named: dict[Ref, models.Model] = {}
        self.first: dict[tuple[str, Any], Row] = {}
        #: the rows of which something was said: the same file again must say it again
        self.spoken: set[Ref] = {row.ref for row in staged.refused}
        self.made: dict[int, Row | None] = {}
        self.facts: dict[str, list[tuple[Row, Any]]] = {}
        self.waiting: set[Ref] = set()
        self.refused: dict[Ref, Row] = {row.ref: row for row in staged.refused}
        self.batches: dict[str, list[Batch]] = {}
        for unit in staged.units:
            for batch in unit:
                self.batches.setdefault(batch[0].ref.table, []).append(batch)
        account.complain(staged.issues)
        for row in staged.refused:
            account.note(row, REFUSED)

    @property
    def means(self) -> dict[Ref, tuple[int, int]]:
        """The row that each name of a descriptive row means, and the one that was named."""
        return {ref: (self.stored[ref].pk, named.pk) for ref, named in self.named.items() if ref in self.stored}

    def post_table(self, table: str) -> None:
        for run in runs(self.batches.pop(table, [])):
            ready = [batch for batch in run if not self.refuse_for_refs(batch)]
            if table in RECORDERS:
                self.post_facts(table, ready)
                continue
            rows = [row for batch in ready for row in batch]
            for start in range(0, len(rows), AT_ONCE):
                self.post_described(table, rows[start : start + AT_ONCE])

    def refuse_for_refs(self, batch: Batch) -> bool:
        """Refuse rows that refer to a refused row or (rows in the wrong order) to one that is not posted yet."""
        needed = [(row, *each) for row in batch for each in needs(row)]
        issues = [issue_with(row, column, self.fault(ref)) for row, column, ref in needed if ref not in self.stored]
        if issues:
            self.refuse(batch, issues)
        return bool(issues)

    def fault(self, ref: Ref) -> str:
        if ref in self.refused:
            return f"refers to {self.refused[ref].label}, refused at {self.refused[ref].place}"
        if ref in self.waiting:
            return "refers to a row that waits for approval; hand it in again when that is approved"
        return "refers to a row that comes after this one; put that row first"

    # descriptive rows

    def post_described(self, table: str, rows: Sequence[Row]) -> None:
        """Match or store rows, all in one transaction; if the database refuses them, each in its own."""
        given = [{**row.values, **{column: self.stored[ref] for column, ref in row.refs.items()}} for row in rows]
        try:
            with self.attribution.posting():
                answers = DESCRIPTIVE[table](given, self.attribution)
        except (DataError, IntegrityError) as error:
            if len(rows) > 1:
                middle = len(rows) // 2
                self.post_described(table, rows[:middle])
                self.post_described(table, rows[middle:])
                return
            answers = [Refused({"": f"the database does not accept it: {str(error).splitlines()[0]}"})]
        for row, answer in zip(rows, answers, strict=True):
            self.keep_described(row, answer)

    def keep_described(self, row: Row, answer: Answer) -> None:
        if isinstance(answer, Refused):
            self.refuse((row,), issues_of((row,), answer))
            return
        self.named[row.ref] = answer.as_named
        told = answer if isinstance(answer, Told) else Told(answer.row, answer.created, answer.warnings, answer.named)
        if told.queued:
            self.queue(row, told.row, told.column, told.queued)
        else:
            self.keep(row, told.row, created=told.created or bool(told.updated))
        if row.ref.table == "contracts" and self.is_made(told):
            self.made[told.row.pk] = row
        self.remark(row, filter(None, [told.updated]), UPDATED)
        self.remark(row, told.doubtful, DOUBTFUL)
        self.remark(row, told.warnings, "" if told.created else DIFFERS)

    def is_made(self, found: Found[Any]) -> bool:
        """Whether the batch makes a row that is described, or made it before it was broken off."""
        return found.created or self.attribution.made(found.row._meta.db_table, found.row.pk)

    # facts

    def post_facts(self, table: str, batches: Sequence[Batch]) -> None:
        """Record facts; those whose key was used before are settled with what is stored."""
        recorder = RECORDERS[table]
        units = [[self.drafted(recorder, row) for row in batch] for batch in batches]
        left_open = [[recorder.left_open(row) for row in unit] for unit in units]
        outcomes = list(record_long(recorder, units, around=self.attribution.posting))
        gone = reversed_among(recorder, outcomes)
        repeats = Repeats(recorder, self.attribution)
        again: list[Batch] = []
        for batch, unit, opened, outcome in zip(batches, units, left_open, outcomes, strict=True):
            if isinstance(outcome.refused, Conflict) or any(each.fact.pk in gone for each in outcome.recorded):
                repeats.add(unit, opened)
                again.append(batch)
            elif outcome.refused is not None:
                self.refuse(batch, issues_of(batch, outcome.refused))
            else:
                self.keep_recorded(batch, outcome.recorded)
        for batch, settled in zip(again, repeats.settle(), strict=True):
            self.keep_settled(batch, settled)

    def drafted(self, recorder: Recorder[Any], row: Row) -> Any:
        """A fact, not stored yet."""
        refs = {f"{column}_id": self.referred(recorder, column, ref).pk for column, ref in row.refs.items()}
        by = self.attribution.by
        fact = recorder.draft(
            **{**row.values, **refs, "source_key": row.ref.key, "entered_by_id": None if by is None else by.pk}
        )
        source = row.refs.get("source")
        if source is not None:
            fact.source = self.stored[source]  # its date by this citation, which may differ from the stored one
        return fact

    def referred(self, recorder: Recorder[Any], column: str, ref: Ref) -> models.Model:
        """The row that a column of a fact refers to."""
        stored = self.stored[ref]
        return self.named.get(ref, stored) if column in recorder.model.SUBJECT else stored

    def keep_recorded(self, batch: Batch, recorded: Iterable[Recorded[Any]]) -> None:
        for row, each in zip(batch, recorded, strict=True):
            if each.draft is not None:
                self.wait(row, None)
                continue
            self.keep(row, each.fact, created=each.created)
            self.remember(row, each.fact, each.warnings)

    def keep_settled(self, batch: Batch, settled: Sequence[Settled]) -> None:
        """Keep what became of facts whose key was used before."""
        if refused := next((each.refused for each in settled if each.refused), None):
            self.refuse(batch, issues_of(batch, refused))
            return
        for row, each in zip(batch, settled, strict=True):
            if each.queued:
                self.queue(row, each.fact, each.column, each.queued)
                continue
            if each.draft is not None:
                self.wait(row, each.fact)
                continue
            self.keep(row, each.fact, created=each.created)
            self.remark(row, filter(None, [each.corrected]), CORRECTED)
            self.remark(row, filter(None, [each.taken_back]), KEPT_BACK)
            self.remember(row, each.fact, each.warnings)

    def remember(self, row: Row, fact: Any, warnings: Sequence[str]) -> None:
        if row.ref.table in REMARKED_LAST:
            self.facts.setdefault(row.ref.table, []).append((row, fact))
        else:
            self.remark(row, warnings)

    def remark_on_facts(self) -> None:
        """Add the warnings about facts that are compared with what was stored after them."""
        for table, pairs in self.facts.items():
            said = RECORDERS[table].remarks([fact for _, fact in pairs])
            for (row, _), each in zip(pairs, said, strict=True):
                self.remark(row, each)

    # programs by rules

    def assign_by_rules(self) -> None:
        """Allocate the contracts that were made and have no program, each by the first rule that is on and fits it."""
        if not self.made or self.attribution.batch_id is None:
            return
        for rule in AssignmentRule.objects.active():
            try:
                found = fitting(rule, Looking(self.made, again=self.attribution.is_resumed))
            except Refused as refused:
                self.account.remark([Issue("", 0, str(rule), "", "", str(refused))], NOT_APPLIED)
                continue
            self.assign(rule, {pk: self.made[pk] for pk in found}, remark=True)

    def assign(self, rule: AssignmentRule, contracts: Mapping[int, Row | None], *, remark: bool = False) -> None:
        """Record the allocations of contracts by a rule."""
        batches: list[Batch] = []
        self.spoken |= {made.ref for made in contracts.values() if made is not None}
        for row, named in allocations_by(rule, contracts):
            self.stored.update(named)
            batches.append((row,))
            if remark:
                self.remark(row, [f"is assigned to {rule.program.code}"], ASSIGNED)
        self.account.read["allocations"] += len(batches)
        self.post_facts("allocations", batches)

    # what became of a row

    def keep(self, row: Row, stored: models.Model, *, created: bool) -> None:
        created = created or self.attribution.made(stored._meta.db_table, stored.pk)
        self.stored[row.ref] = stored
        self.account.note(row, TAKEN if created else UNCHANGED)
        self.remark(row, self.one_with_another(row, self.named.get(row.ref, stored)), SAME)

    def queue(self, row: Row, stored: models.Model, column: str, reason: str) -> None:
        """Let a row wait for a person; what refers to it may stand on the stored row."""
        self.stored[row.ref] = stored
        self.spoken.add(row.ref)
        self.account.queue([issue_with(row, column, reason)])
        self.account.note(row, REFUSED)

    def wait(self, row: Row, standing: models.Model | None) -> None:
        """Let a row wait for the approval of a second person; what it would correct stands until then.

        The account names its line only: its content is for those who may see drafts.
        """
        if standing is None:
            self.waiting.add(row.ref)
        else:
            self.stored[row.ref] = standing
        self.account.note(row, WAITING)
        self.account.remark([Issue(row.file, row.line, "", "", "", WAITS)], HELD_BACK)

    def one_with_another(self, row: Row, stored: models.Model) -> Iterator[str]:
        """Add a remark that two rows of the files are one stored row."""
        first = self.first.setdefault((row.ref.table, stored.pk), row)
        if first is not row:
            self.spoken.add(first.ref)
            yield f"is {stored._meta.verbose_name} {stored.pk}, as {first.label} at {first.place} is"

    def remark(self, row: Row, said: Iterable[str], kind: str = "") -> None:
        remarks = [Issue(row.file, row.line, row.label, "", "", each) for each in said]
        if remarks:
            self.spoken.add(row.ref)
            self.account.remark(remarks, kind)

    def refuse(self, batch: Batch, issues: list[Issue]) -> None:
        self.account.complain(issues)
        for row in batch:
            self.refused[row.ref] = row
            self.spoken.add(row.ref)
            self.account.note(row, REFUSED)


def reversed_among(recorder: Recorder[Any], outcomes: Iterable[Outcome[Any]]) -> set[int]:
    """Of the facts that were found those that are taken back."""
    found = [each.fact.pk for outcome in outcomes for each in outcome.recorded if not each.created]
    back = rows_of(recorder.model).filter(reverses__in=found) if found else None
    return set() if back is None else set(back.values_list("reverses", flat=True))


def needs(row: Row) -> Iterator[tuple[str, Ref]]:
    """The rows that must be stored before a row, each with the column that says so."""
    yield from row.refs.items()
    if row.follows is not None:
        yield "effective_on", row.follows


def runs(batches: Sequence[Batch]) -> Iterator[list[Batch]]:
    """Cut batches before each that refers to a row of its own table, which must be stored by then."""
    run: list[Batch] = []
    for batch in batches:
        if run and any(ref.table == row.ref.table for row in batch for _, ref in needs(row)):
            yield run
            run = []
        run.append(batch)
    if run:
        yield run


def issues_of(batch: Batch, refused: Refused) -> list[Issue]:
    """The errors of a recording function, each at its row and field; what a draft is about is not told."""
    if isinstance(refused, NotApproved):
        return [Issue(batch[0].file, batch[0].line, "", "", "", said[0]) for said in refused.errors.values()]
    found = []
    for name, said in refused.errors.items():
        index, _, column = name.rpartition(".")
        row = batch[int(index)] if index.isdecimal() and int(index) < len(batch) else batch[0]
        found += [issue_with(row, column, reason) for reason in said]
    return found
