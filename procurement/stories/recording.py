"""Recording everything that a story says, all or nothing, through the verbs of each area."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from django.contrib.auth.models import User
from django.db import models, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from procurement.common.errors import Refused
from procurement.contracts.models import Contract, ContractParty, ContractStatusChange, ProgramAllocation
from procurement.contracts.recording import ContractParts, enter_contract, first_day, first_precision
from procurement.figures.models import ReportedFigure
from procurement.figures.recording import reported_figures
from procurement.ledger.models import LedgerEntry, Measure
from procurement.ledger.recording import ledger_entries
from procurement.parties.matching import OrganizationInput
from procurement.parties.models import Organization
from procurement.parties.recording import name_organization
from procurement.programs.models import Program, StatusChange
from procurement.programs.recording import StatusChanges, create_program, status_changes
from procurement.sources.appending import Recorded
from procurement.sources.documents import DocumentInput, cite_document
from procurement.sources.facts import Fact
from procurement.sources.models import Document
from procurement.stories.story import (
    CEILING,
    COMMITMENT,
    FIGURE,
    NO_AMOUNT,
    PAYMENT,
    Body,
    ContractSaid,
    FigureSaid,
    Story,
)

Part = Literal["source", "program", "status", "contract", "figure"]
#: What an amount of a contract is in the ledger, and why it moved; an award is the first of its measure.
ENTRIES: dict[str, tuple[str, str]] = {
    COMMITMENT: (Measure.COMMITMENT, LedgerEntry.Reason.AWARD),
    CEILING: (Measure.CEILING, LedgerEntry.Reason.AWARD),
    PAYMENT: (Measure.PAYMENT, LedgerEntry.Reason.OTHER),
}


@dataclass
class Entered:
    """What was recorded of a story, in the order in which it was: rows that were made or found, facts, warnings."""

    document: Document
    program: Program
    by: User | None
    made: list[models.Model] = field(default_factory=list)
    found: list[models.Model] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    #: the status change, where it waits for a second person
    draft: models.Model | None = None

    def note(self, row: Any, *, created: bool, warnings: Iterable[str] = ()) -> Any:
        """Note a row that was made or found; gives the row."""
        known = self.made if created else self.found
        if row not in known and row not in self.made:
            known.append(row)
        self.warnings += warnings
        return row

    def add(self, recorded: Recorded[Any]) -> None:
        """Note a fact, or that it waits."""
        self.warnings += recorded.warnings
        if recorded.draft is not None:
            self.draft = recorded.draft
        else:
            self.facts.append(recorded.fact)

    @property
    def common(self) -> dict[str, Any]:
        """The columns of every fact of the story."""
        return {"source": self.document, "entered_by": self.by}


@transaction.atomic
def record_story(story: Story, *, by: User | None, statuses: StatusChanges = status_changes) -> Entered:
    """Record all that a story says: source, program, decision or statement, contracts with their amounts, a figure.

    What is on record already is used as it is. Raises Refused, whose fields begin with the part that they are about
    (source, program, status, contract.0, figure). With other verbs for `statuses` what needs approval is recorded too.
    """
    with _about("source"):
        cited = _cited(story.source, by)
    entered = Entered(cited.row, Program(), by)
    entered.note(cited.row, created=cited.created, warnings=cited.warnings)
    with _about("program"):
        entered.program = _program(story, entered)
    with _about("status"):
        _status(story, entered, statuses)
    for number, said in enumerate(story.contracts):
        with _about(f"contract.{number}"):
            _contract(said, entered)
    with _about("figure"):
        _figure(story, entered)
    return entered


@contextmanager
def _about(part: str) -> Iterator[None]:
    """Let refusals say which part of the story they are about."""
    try:
        yield
    except Refused as refused:
        raise Refused({f"{part}.{name}": said for name, said in refused.errors.items()}) from refused


@dataclass(frozen=True)
class _Cited:
    row: Document
    created: bool
    warnings: tuple[str, ...] = ()


def _cited(source: Document | DocumentInput, by: User | None) -> _Cited:
    if isinstance(source, Document):
        return _Cited(source, created=False)
    found = cite_document(source, by=by)
    return _Cited(found.row, found.created, found.warnings)


def _body(given: Body, entered: Entered) -> Organization | None:
    """The organization that is meant, found or made."""
    if not isinstance(given, OrganizationInput):
        return None if given is None else entered.note(given, created=False)
    found = name_organization(given, by=entered.by)
    row: Organization = entered.note(found.row, created=found.created, warnings=found.warnings)
    return row


def _program(story: Story, entered: Entered) -> Program:
    said = story.program
    if isinstance(said, Program):
        return entered.note(said, created=False)  # type: ignore[no-any-return]
    row = Program(
        code=free_code(said.name),
        name=said.name.strip(),
        country=said.country,
        buyer=_body(said.buyer, entered),
        domain=said.domain,
        source=entered.document,
        entered_by=entered.by,
    )
    return entered.note(create_program(row), created=True)  # type: ignore[no-any-return]


def free_code(name: str) -> str:
    """A code for a new program, made of its name; of one without Latin letters it is a number."""
    stem = slugify(name)[:50].strip("-") or "program"
    taken = set(Program.everything.filter(code__startswith=stem).values_list("code", flat=True))
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return stem if stem not in taken else next(code for code in numbered if code not in taken)


def _status(story: Story, entered: Entered, statuses: StatusChanges) -> None:
    said = story.status
    if said is None:
        return
    columns = {name: value for name, value in vars(said).items() if name != "organization"}
    row = StatusChange(
        program=entered.program, organization=_body(said.organization, entered), **columns, **entered.common
    )
    entered.add(statuses.record(row))


def _contract(said: ContractSaid, entered: Entered) -> None:
    row = said.row or _new_contract(said, entered)
    if said.row is not None:
        entered.note(said.row, created=False)
        _belong(said.row, said, entered)
    if said.what != NO_AMOUNT:
        _amount(row, said, entered)


def _new_contract(said: ContractSaid, entered: Entered) -> Contract:
    buyer = _body(said.buyer, entered) or entered.program.buyer
    if buyer is None:
        raise Refused({"buyer": _("the program has no buyer: say who buys under the contract")})
    row = Contract(
        reference=said.reference or free_reference(entered.program, buyer),
        reference_generated=not said.reference,
        title=said.title,
        buyer=buyer,
        method=said.method or Contract.Method.OTHER,
        currency=said.currency,
        signed_on=said.signed_on,
        signed_precision=said.signed_precision,
        source=entered.document,
        entered_by=entered.by,
    )
    return _entered(row, said, entered)


def free_reference(program: Program, buyer: Organization) -> str:
    """A reference for a contract of which no source gives one."""
    stem = f"{program.code}/unreferenced-"
    taken = set(Contract.everything.filter(buyer=buyer, reference__startswith=stem).values_list("reference", flat=True))
    return next(text for n in range(1, len(taken) + 2) if (text := f"{stem}{n}") not in taken)


def _entered(row: Contract, said: ContractSaid, entered: Entered) -> Contract:
    """Store a new contract with its first facts, which begin at signature, else with the story."""
    if first_day(row) is None:
        raise Refused({"signed_on": _("neither the story nor the contract has a date: give one of them")})
    begins = {"effective_on": first_day(row), "effective_precision": first_precision(row), **entered.common}
    supplier = _body(said.supplier, entered)
    lead = ContractParty.Role.LEAD_SUPPLIER
    parts = ContractParts(
        parties=[ContractParty(organization=supplier, role=lead, **begins)] if supplier else [],
        statuses=[ContractStatusChange(status=said.status, **begins)] if said.status else [],
        allocations=[ProgramAllocation(program=entered.program, **begins)],
    )
    found = enter_contract(row, parts)
    entered.note(found.row, created=True, warnings=found.warnings)
    entered.facts += (*parts.parties, *parts.statuses, *parts.allocations)
    return found.row


def _belong(row: Contract, said: ContractSaid, entered: Entered) -> None:
    """Refuse a contract on record that never belonged to the program, and what is only said of a new one."""
    rows = ProgramAllocation.objects.unreversed().filter(contract=row, program=entered.program)
    if not rows.exists():
        told = _("%(contract)s does not belong to %(program)s: move it there from its own page, or choose another")
        raise Refused({"contract": told % {"contract": row.reference, "program": entered.program}})
    if said.what in (COMMITMENT, CEILING) and _has(row, said.what):
        told = _(
            "a %(measure)s of this contract is on record already: what a story says of it is a reported figure; a "
            "change of it is a modification, on the contract's own page"
        )
        raise Refused({"what": told % {"measure": said.what}})


def _has(row: Contract, measure: str) -> bool:
    return LedgerEntry.objects.unreversed().filter(contract=row, measure=measure).exists()


def _amount(row: Contract, said: ContractSaid, entered: Entered) -> None:
    day = said.on or said.signed_on or entered.document.dated
    if day is None or said.amount is None:
        missing = "amount" if said.amount is None else "on"
        raise Refused({missing: _("must be given: an amount has a day")})
    if said.what == FIGURE:
        about = {
            "contract": row,
            "measure": ReportedFigure.Measure.CONTRACTED,
            "currency": said.currency or row.currency,
        }
        entered.add(reported_figures.record(_reported(said, day, entered, **about)))
        return
    measure, reason = ENTRIES[said.what]
    entry = LedgerEntry(
        contract=row,
        measure=measure,
        amount=said.amount,
        rounding=said.rounding,
        reason=reason,
        effective_on=day,
        effective_precision=said.signed_precision if day == said.signed_on else Fact.Precision.DAY,
        **entered.common,
    )
    entered.add(ledger_entries.record(entry))


def _reported(said: ContractSaid | FigureSaid, day: Any, entered: Entered, **about: Any) -> ReportedFigure:
    """An amount as the story gives it, of a contract or of a program."""
    amount = {"amount": said.amount, "rounding": said.rounding, "as_of_date": day, "effective_on": day}
    return ReportedFigure(**amount, **entered.common, **about)


def _figure(story: Story, entered: Entered) -> None:
    said = story.figure
    if said is None:
        return
    about = {"program": entered.program, "measure": said.measure, "currency": said.currency}
    entered.add(reported_figures.record(_reported(said, said.on, entered, **about)))
