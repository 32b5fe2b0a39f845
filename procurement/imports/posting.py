"""Posting staged rows with the same recording functions as the API and the admin."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db import models

from procurement.common.advisory_locks import lock_keys
from procurement.common.errors import Conflict, Refused
from procurement.common.matching import Found, differences
from procurement.contracts.models import Contract
from procurement.contracts.recording import enter_contract
from procurement.imports.account import REFUSED, TAKEN, UNCHANGED, Account
from procurement.imports.rows import Issue, Ref, Row, issue_with
from procurement.imports.staging import Batch, Staged, Unit
from procurement.parties.recording import OrganizationInput, name_organization
from procurement.programs.models import Program
from procurement.programs.recording import name_program
from procurement.recorders import FACT_TABLES
from procurement.sources.documents import DocumentInput, as_cited, cite_document
from procurement.sources.models import Document
from procurement.sources.recording import Recorder, historical

RECORDERS: Mapping[str, Recorder[Any]] = {table.name: table.recorder for table in FACT_TABLES}


@dataclass(frozen=True)
class Posted:
    """A row as it is stored now; `created` is false when it was there before."""

    stored: models.Model
    created: bool
    remarks: tuple[str, ...] = ()


def post(staged: Staged, account: Account) -> None:
    """Post staged rows, in one short transaction per unit; a refused row stops only the rows that refer to it.

    Safe to repeat: facts are found by their source_key, descriptive rows by their match keys. The facts are marked as
    history, so that they send no alerts.
    """
    account.read.update(row.ref.table for row in staged.rows)
    posting = _Posting(staged, account)
    for unit in staged.units:
        posting.post_unit(unit)
    account.close_portion()


class _Posting:
    """One load: the rows stored and refused so far, by their names in the files."""

    def __init__(self, staged: Staged, account: Account) -> None:
        self.stored: dict[Ref, models.Model] = {}
        self.first: dict[tuple[str, Any], Row] = {}
        self.refused: dict[Ref, Row] = {row.ref: row for row in staged.refused}
        self.account = account
        account.issues += staged.issues
        for row in staged.refused:
            account.note(row, REFUSED)

    def post_unit(self, unit: Unit) -> None:
        with historical():
            for batch in unit:
                self.post_batch(batch)
            self.remark_on_facts(unit)

    def remark_on_facts(self, unit: Unit) -> None:
        """Add the warnings about the facts of a unit, once everything they are compared with is stored."""
        rows = [row for batch in unit for row in batch if row.ref.table in RECORDERS and row.ref in self.stored]
        for table, group in groupby(rows, key=lambda row: row.ref.table):
            taken = [row for row in group if row.ref not in self.refused]
            facts: list[Any] = [self.stored[row.ref] for row in taken]
            for row, said in zip(taken, RECORDERS[table].remarks(facts), strict=True):
                self.remark(row, said)

    def remark(self, row: Row, said: Iterable[str]) -> None:
        self.account.remarks += [Issue(row.file, row.line, row.label, "", "", each) for each in said]

    def post_batch(self, batch: Batch) -> None:
        issues = [issue for row in batch for issue in self.issues_with_refs(row)]
        if not issues:
            try:
                self.keep(batch, self.posted(batch))
            except Refused as refused:
                issues = issues_of(batch, refused)
        if issues:
            self.refuse(batch, issues)

    def issues_with_refs(self, row: Row) -> list[Issue]:
        """The references of a row that cannot be resolved: refused, or (rows in the wrong order) not posted yet."""
        return [issue_with(row, column, self.fault(ref)) for column, ref in row.refs.items() if ref not in self.stored]

    def fault(self, ref: Ref) -> str:
        if ref in self.refused:
            return f"refers to {self.refused[ref].label}, refused at {self.refused[ref].place}"
        return "refers to a row that comes after this one; put that row first"

    def posted(self, batch: Batch) -> list[Posted]:
        table = batch[0].ref.table
        columns = [self.columns(row) for row in batch]
        if table in RECORDERS:
            return recorded(RECORDERS[table], columns)
        return [DESCRIPTIVE[table](each) for each in columns]

    def columns(self, row: Row) -> dict[str, Any]:
        keyed = {"source_key": row.ref.key} if row.ref.table in RECORDERS else {}
        return {**row.values, **keyed, **{column: self.stored[ref] for column, ref in row.refs.items()}}

    def keep(self, batch: Batch, posted: Iterable[Posted]) -> None:
        for row, each in zip(batch, posted, strict=True):
            self.stored[row.ref] = each.stored
            self.account.note(row, TAKEN if each.created else UNCHANGED)
            self.remark(row, [*each.remarks, *self.one_with_another(row, each.stored)])

    def one_with_another(self, row: Row, stored: models.Model) -> Iterator[str]:
        """Add a remark that two rows of the files are one stored row."""
        first = self.first.setdefault((row.ref.table, stored.pk), row)
        if first is not row:
            yield f"is {stored._meta.verbose_name} {stored.pk}, as {first.label} at {first.place} is"

    def refuse(self, batch: Batch, issues: list[Issue]) -> None:
        self.account.issues += issues
        for row in batch:
            self.refused[row.ref] = row
            self.account.note(row, REFUSED)


def issues_of(batch: Batch, refused: Refused) -> list[Issue]:
    """The errors of a recording function, each at its row and field."""
    found = []
    for name, said in refused.errors.items():
        index, _, column = name.rpartition(".")
        row = batch[int(index)] if index.isdecimal() and int(index) < len(batch) else batch[0]
        found += [issue_with(row, column, reason) for reason in said]
    return found


def recorded(recorder: Recorder[Any], columns: list[dict[str, Any]]) -> list[Posted]:
    """Append facts, all or none."""
    return [
        Posted(each.fact, each.created) for each in recorder.append_all([recorder.model(**given) for given in columns])
    ]


def posted_organization(columns: dict[str, Any]) -> Posted:
    """Match or create an organization."""
    return _found(name_organization(OrganizationInput(**{"name": ""} | columns)))


def posted_document(columns: dict[str, Any]) -> Posted:
    """Match a document by its url, one without by title, publisher and date, or create it."""
    given = DocumentInput(**{"title": ""} | columns)
    if given.url:
        return _found(cite_document(given))
    lock_keys([f"paper:{given.title}"])  # cite_document locks and matches by url only
    names = ("url", "title", "publisher", "published_on")
    stored = Document.objects.filter(**{name: getattr(given, name) for name in names}).first()
    return _found(cite_document(given) if stored is None else as_cited(stored, given))


def posted_program(columns: dict[str, Any]) -> Posted:
    """Match a program by its code, or create it."""
    return _found(name_program(Program(**columns), stated=columns))


def posted_contract(columns: dict[str, Any]) -> Posted:
    """Match a contract by buyer and reference, or create it."""
    same = Contract.objects.referred_to(columns["buyer"].pk, columns.get("reference", ""))
    stored = same.first()
    if stored is None:
        try:
            return _found(enter_contract(Contract(**columns)))
        except Conflict:  # another load created it first
            stored = same.get()
    _refuse_another_currency(stored, columns)
    return _found(Found(stored, warnings=differences(stored, columns)))


def _refuse_another_currency(stored: Contract, columns: dict[str, Any]) -> None:
    """The file's amounts are in the file's currency: under a contract in another currency they would be wrong."""
    given = columns.get("currency") or stored.currency
    if given != stored.currency:
        said = f"contract {stored.pk}, which has this reference, is in {stored.currency}, so the amounts of the file"
        raise Refused({"currency": f"{said} would be read in it: correct the stored row or the file first"})


DESCRIPTIVE: Mapping[str, Callable[[dict[str, Any]], Posted]] = {
    "organizations": posted_organization,
    "documents": posted_document,
    "programs": posted_program,
    "contracts": posted_contract,
}


def _found(found: Found[Any]) -> Posted:
    return Posted(found.row, found.created, found.warnings)
