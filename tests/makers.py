"""Makers with sensible defaults: a test says only what matters to it."""

import datetime as dt
from decimal import Decimal
from itertools import count
from typing import Any

from procurement.contracts.models import (
    Contract,
    ContractParty,
    ContractStatusChange,
    LiabilityEstimate,
    Milestone,
    ProgramAllocation,
)
from procurement.contracts.recording import (
    ContractParts,
    allocations,
    contract_parties,
    contract_status_changes,
    create_contract,
    liability_estimates,
    milestones,
)
from procurement.figures.models import ReportedFigure
from procurement.figures.recording import reported_figures
from procurement.ledger.models import Completeness, LedgerEntry
from procurement.ledger.recording import completeness_statements, ledger_entries
from procurement.parties.matching import OrganizationInput
from procurement.parties.merging import organization_links
from procurement.parties.models import Organization, OrganizationLink
from procurement.parties.recording import find_or_create_organization
from procurement.programs.models import Program, StatusChange
from procurement.programs.recording import create_program, status_changes
from procurement.rates.models import ExchangeRate
from procurement.rates.recording import post_rate
from procurement.sources.documents import DocumentInput, create_document
from procurement.sources.models import Document

_numbers = count(1)

SIGNED = dt.date(2019, 10, 31)
STOPPED = dt.date(2020, 6, 15)


def day(text: str) -> dt.date:
    """A date from ISO text."""
    return dt.date.fromisoformat(text)


def make_organization(name: str = "Ministry of Defense", country: str = "JP", **more: Any) -> Organization:
    """A buyer, unless told otherwise."""
    return find_or_create_organization(
        OrganizationInput(name=name, country=country, **{"kind": "government_executive"} | more)
    )


def make_supplier(name: str = "Maker", country: str = "US") -> Organization:
    """A company."""
    return make_organization(name, country, kind="company")


def make_source(published_on: str | None = "2019-10-31", **more: Any) -> Document:
    """A document of its own."""
    number = next(_numbers)
    on = day(published_on) if published_on else None
    given = {"title": f"Document {number}", "url": f"https://example.org/{number}", "grade": "primary"} | more
    return create_document(DocumentInput(published_on=on, **given))


def make_program(code: str | None = None, **more: Any) -> Program:
    """A Japanese program."""
    code = code or f"program-{next(_numbers)}"
    return create_program(Program(**{"code": code, "name": code.title(), "buyer": make_organization()} | more))


def make_contract(
    program: Program | None = None,
    *,
    committed: str | None = None,
    paid: str | None = None,
    status: str | None = "active",
    share: str = "1",
    signed_on: str = "2019-10-31",
    **more: Any,
) -> Contract:
    """An active contract of a program, with money when told so."""
    signed = day(signed_on)
    source = more.pop("source", None) or make_source(signed_on)
    supplier = more.pop("supplier", None) or make_supplier()
    number = next(_numbers)
    precision = more.get("signed_precision", "day")
    common = {"effective_on": signed, "effective_precision": precision, "source": source}
    contract = create_contract(
        Contract(
            **{"reference": f"C-{number}", "title": f"Contract {number}", "buyer": make_organization()}
            | {"currency": "JPY", "method": "domestic", "signed_on": signed, "source": source}
            | more
        ),
        ContractParts(
            parties=[ContractParty(organization=supplier, role="lead_supplier", **common)],
            statuses=[ContractStatusChange(status=status, **common)] if status else [],
            allocations=[ProgramAllocation(program=program, share=Decimal(share), **common)] if program else [],
        ),
    )
    if committed is not None:
        post(contract, committed, on=signed_on, reason="award")
    if paid is not None:
        post(contract, paid, "payment", on=signed_on)
    return contract


def post(
    contract: Contract, amount: str, measure: str = "commitment", *, on: str = "2019-10-31", **more: Any
) -> LedgerEntry:
    """A ledger entry."""
    entry = LedgerEntry(
        **{
            "contract": contract,
            "measure": measure,
            "amount": Decimal(amount),
            "effective_on": day(on),
            "source": more.pop("source", None) or make_source(on),
        }
        | more
    )
    return ledger_entries.record(entry).fact


def state_complete(contract: Contract, through: str, measure: str = "payment", **more: Any) -> Completeness:
    """A statement that a measure is complete through a day."""
    row = Completeness(
        **{
            "contract": contract,
            "measure": measure,
            "through": day(through),
            "effective_on": day(through),
            "basis": "stated",
            "source": make_source(through),
        }
        | more
    )
    return completeness_statements.record(row).fact


def decide(program: Program, status: str, on: str = "2020-06-15", **more: Any) -> StatusChange:
    """A decision by the buyer."""
    return say(program, status, on, **{"kind": "decision"} | more)


def say(program: Program, status: str, on: str = "2020-06-15", **more: Any) -> StatusChange:
    """A statement on the buyer's side, unless told otherwise."""
    row = StatusChange(
        **{
            "program": program,
            "kind": "statement",
            "status": status,
            "effective_on": day(on),
            "organization": make_organization(),
            "source": more.pop("source", None) or make_source(on),
        }
        | more
    )
    return status_changes.record(row).fact


def allocate(contract: Contract, program: Program, share: str, on: str, **more: Any) -> ProgramAllocation:
    """A share of a contract for a program from a day on."""
    return rehome(contract, [(program, share)], on, **more)[0]


def rehome(contract: Contract, shares: list[tuple[Program, str]], on: str, **more: Any) -> list[ProgramAllocation]:
    """Several shares from one day on, with one source."""
    source = more.pop("source", None) or make_source(on)
    rows = [
        ProgramAllocation(
            contract=contract, program=program, share=Decimal(share), effective_on=day(on), source=source, **more
        )
        for program, share in shares
    ]
    return [each.fact for each in allocations.record_all(rows)]


def put(contract: Contract, status: str, on: str, **more: Any) -> ContractStatusChange:
    """A state of a contract from a day on."""
    source = more.pop("source", None) or make_source(on)
    row = ContractStatusChange(contract=contract, status=status, effective_on=day(on), source=source, **more)
    return contract_status_changes.record(row).fact


def owe(
    contract: Contract,
    due_on: str,
    amount: str | None = None,
    kind: str = "payment",
    on: str = "2019-10-31",
    **more: Any,
) -> Milestone:
    """Something that falls due under a contract."""
    given = {"effective_on": day(on), "source": more.pop("source", None) or make_source(on)} | more
    due = None if amount is None else Decimal(amount)
    return milestones.record(Milestone(contract=contract, kind=kind, due_on=day(due_on), amount=due, **given)).fact


def estimate(contract: Contract, point: str | None = None, *, on: str = "2019-10-31", **more: Any) -> LiabilityEstimate:
    """What somebody estimated that leaving a contract costs."""
    given = {"effective_on": day(on), "source": more.pop("source", None) or make_source(on)} | more
    known = None if point is None else Decimal(point)
    return liability_estimates.record(LiabilityEstimate(contract=contract, point=known, **given)).fact


def report(
    about: Program | Contract, measure: str, amount: str | None = None, *, on: str = "2020-06-22", **more: Any
) -> ReportedFigure:
    """What somebody said a total was, on the day that it is as of unless told otherwise; `low` and `high` as text."""
    subject = {"program" if isinstance(about, Program) else "contract": about}
    ends = {name: Decimal(more.pop(name)) for name in ("low", "high") if name in more}
    rounding = Decimal(more.pop("rounding", "0"))
    days = {"as_of_date": day(more.pop("as_of_date", on)), "effective_on": day(on)}
    given = {"currency": "JPY", "source": more.pop("source", None) or make_source(on)} | days | ends | more
    known = None if amount is None else Decimal(amount)
    return reported_figures.record(
        ReportedFigure(measure=measure, amount=known, rounding=rounding, **subject, **given)
    ).fact


def novate(contract: Contract, supplier: Organization, on: str) -> ContractParty:
    """A new lead supplier from a day on."""
    row = ContractParty(
        contract=contract, organization=supplier, role="lead_supplier", effective_on=day(on), source=make_source(on)
    )
    return contract_parties.record(row).fact


def make_rate(base: str, quote: str, rate: str, on: str, rate_type: str = "ecb_reference", **more: Any) -> ExchangeRate:
    """What one unit of a currency was worth in another on a day."""
    source = more.pop("source", None) or make_source(on)
    row = ExchangeRate(base=base, quote=quote, rate=Decimal(rate), on=day(on), rate_type=rate_type, source=source)
    return post_rate(row).rate


def make_budget_rate(
    base: str, quote: str, rate: str, fiscal_year: int, country: str = "JP", **more: Any
) -> ExchangeRate:
    """What a country counts a foreign currency with for one of its fiscal years."""
    row = ExchangeRate(base=base, quote=quote, rate=Decimal(rate), rate_type="budget")
    row.fiscal_year, row.country, row.source = fiscal_year, country, more.pop("source", None) or make_source()
    return post_rate(row).rate


def join(organization: Organization, other: Organization, on: str = "1900-01-01", **more: Any) -> OrganizationLink:
    """Let one organization be part of another, or with `kind="same_as"` one with it."""
    source = more.pop("source", None) or make_source("2020-01-01")
    given = {"kind": "part_of", "effective_on": day(on)} | more
    row = OrganizationLink(organization=organization, other=other, source=source, **given)
    return organization_links.record(row).fact


def merge_into(
    organization: Organization, other: Organization, on: str = "1900-01-01", **more: Any
) -> OrganizationLink:
    """Let the first organization be the second, which remains."""
    return join(organization, other, on, kind="same_as", **more)
