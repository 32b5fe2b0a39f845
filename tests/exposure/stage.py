"""A small portfolio on which a history is played through the verbs, each step at a moment of recording of its own."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from procurement.common.errors import Refused
from procurement.contracts.models import (
    Contract,
    ContractParty,
    ContractStatusChange,
    Guarantee,
    LiabilityEstimate,
    Milestone,
    ProgramAllocation,
)
from procurement.contracts.recording import ContractParts, create_contract
from procurement.figures.models import ReportedFigure
from procurement.ledger.models import Completeness, LedgerEntry
from procurement.parties.models import OrganizationLink
from procurement.programs.models import Program, StatusChange
from procurement.recorders import FACT_TABLES
from procurement.sources.recording import Amending, Recorder
from tests.makers import make_organization, make_program, make_source, make_supplier

#: Days between those on which programs are stopped.
STOP_DAYS = [dt.date(2019, 6, 30), dt.date(2020, 6, 15), dt.date(2021, 3, 31)]
RECORDERS: Mapping[type, Recorder[Any]] = {table.model: table.recorder for table in FACT_TABLES}


@dataclass(frozen=True)
class History:
    """Contracts and what happened to them."""

    contracts: list[dict[str, Any]]
    steps: list[dict[str, Any]]


@contextmanager
def rolled_back() -> Iterator[None]:
    """Undo all at the end: facts cannot be deleted."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def next_moment() -> dt.datetime:
    """Let the rows that follow be stamped later than those before, as in a transaction of their own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp(), set_config('procurement.stamp', '', true)")
        return cursor.fetchone()[0]  # type: ignore[no-any-return]


def later(dates: dict[str, Any], days: int) -> dict[str, Any]:
    return dates | {name: dates[name] + dt.timedelta(days=days) for name in ("effective_on", "published_on")}


def corrected(row: Any, amount: Decimal, day: dt.date | None) -> dict[str, Any]:
    """What the next revision of a fact says instead."""
    match row:
        case LedgerEntry() | Guarantee():
            return {"amount": amount, "effective_on": day or row.effective_on}
        case Milestone():
            return {"amount": amount, "due_on": day or row.due_on}
        case LiabilityEstimate():
            return {"low": None, "point": amount, "high": None, "withheld": False}
        case _:
            return {"effective_on": day or row.effective_on}


class Stage:
    """Three programs, three buyers, three suppliers and a holding, and the history played on them."""

    def __init__(self, history: History) -> None:
        self.programs = [make_program(f"p{n}", domain=domain) for n, domain in enumerate(["naval", "air", "naval"])]
        self.buyers = [make_organization(f"Ministry of {country}", country) for country in ("JP", "US", "FR")]
        self.suppliers = [make_supplier(f"Maker of {country}", country) for country in ("JP", "US", "US")]
        self.linked = {"supplier": [*self.suppliers, make_supplier("Holding", "FR")], "buyer": self.buyers}
        self.source = make_source("2019-01-01")
        self.facts: list[Any] = []
        self.homes: list[Program] = []
        self.contracts = [self.sign(number, given) for number, given in enumerate(history.contracts)]
        self.moments = [next_moment()]
        for each in history.steps:
            self.play(**each)

    def sign(self, number: int, given: dict[str, Any]) -> Contract:
        made = dict(given)
        day, supplier = made.pop("published_on"), self.suppliers[made.pop("supplier")]
        awarded, books_open, estimated = (made.pop(name) for name in ("awarded", "books_open", "estimated"))
        status = made.pop("status", None)
        dates = {"effective_on": day, "source": make_source(day.isoformat())}
        home, share = made.pop("program"), Decimal(made.pop("share"))
        program = self.programs[home or 0]
        self.homes.append(program)
        parts = ContractParts(
            parties=[ContractParty(organization=supplier, role="lead_supplier", **dates)],
            statuses=[ContractStatusChange(status=status, **dates)] if status else [],
            allocations=[] if home is None else [ProgramAllocation(program=program, share=share, **dates)],
        )
        made |= {"buyer": self.buyers[made["buyer"]], "source": dates["source"]}
        contract = create_contract(Contract(reference=f"C-{number}", title="C", **made), parts)
        self.facts += [*parts.parties, *parts.statuses, *parts.allocations]
        if awarded:
            self.record(LedgerEntry(contract=contract, measure="commitment", amount=awarded, reason="award", **dates))
        if books_open:
            self.open_books(dates, contract=contract)
        if estimated:
            self.estimate(dates, *estimated, contract=contract)
        return contract

    def play(self, act: str, on: dt.date, lag: int, **parts: Any) -> None:
        """Do one step, unless the verb refuses it, and let time pass."""
        if "contract" in parts:
            parts["contract"] = self.contracts[parts["contract"] % len(self.contracts)]
        if "program" in parts:
            parts["program"] = self.programs[parts["program"]]
        dates = {"effective_on": on, "published_on": on + dt.timedelta(days=lag), "source": self.source}
        with suppress(Refused):
            getattr(self, act)(dates, **parts)
        self.moments.append(next_moment())

    def record(self, *rows: Any) -> None:
        self.facts += [each.fact for each in RECORDERS[type(rows[0])].record_all(rows)]

    def enter(self, dates: dict[str, Any], sign: int, amount: Decimal, **parts: Any) -> None:
        one_way = parts["measure"] in ("payment", "refund")
        self.record(LedgerEntry(amount=amount if one_way else amount * sign, **parts, **dates))

    def owe(self, dates: dict[str, Any], due_on: dt.date, times: int, **parts: Any) -> None:
        """One day on which something falls due, or several, half a year apart."""
        for number in range(times):
            self.record(Milestone(due_on=due_on + number * dt.timedelta(days=183), **parts, **dates))

    def meet(self, dates: dict[str, Any], fact: int, **parts: Any) -> None:
        """Post the entry that meets a milestone, if there is one."""
        owed = [row for row in self.facts if isinstance(row, Milestone)]
        if owed:
            milestone = owed[fact % len(owed)]
            self.record(LedgerEntry(contract=milestone.contract, milestone=milestone, **parts, **dates))

    def estimate(self, dates: dict[str, Any], given: Sequence[str], amounts: Sequence[Decimal], **parts: Any) -> None:
        ends = dict(zip(given, sorted(amounts), strict=False))
        self.record(LiabilityEstimate(**ends, **parts, **dates))

    def secure(self, dates: dict[str, Any], kind: str, beside: Decimal | None, **parts: Any) -> None:
        """Security of one kind given, called or released, and perhaps some of the other kind given beside it."""
        self.record(Guarantee(kind=kind, **parts, **dates))
        if beside:
            other = "performance" if kind == "advance_payment" else "advance_payment"
            self.record(Guarantee(kind=other, contract=parts["contract"], amount=beside, **dates))

    def report(self, dates: dict[str, Any], **parts: Any) -> None:
        self.record(ReportedFigure(as_of_date=dates["effective_on"], **parts, **dates))

    def report_again(self, dates: dict[str, Any], by: Decimal, **parts: Any) -> None:
        """Two reports of one total, some days apart."""
        self.report(dates, **parts)
        self.report(later(dates, 20), **parts | {"amount": by, "speaker": "C"})

    def advance(self, dates: dict[str, Any], due_on: dt.date, amount: Decimal, **parts: Any) -> None:
        """Money paid for what is to be delivered by a day."""
        self.open_books(dates, **parts)
        self.enter(dates, measure="payment", amount=amount, sign=1, **parts)
        self.owe(dates, kind="delivery", due_on=due_on, times=1, **parts)

    def open_books(self, dates: dict[str, Any], **parts: Any) -> None:
        for measure in ("payment", "delivery"):
            self.state_complete(dates, measure=measure, **parts)

    def state_complete(self, dates: dict[str, Any], **parts: Any) -> None:
        basis = "balanced" if dates["effective_on"].month % 2 else "stated"
        self.record(Completeness(through=dates["effective_on"], basis=basis, **parts, **dates))

    def put(self, dates: dict[str, Any], **parts: Any) -> None:
        self.record(ContractStatusChange(**parts, **dates))

    def tell(self, dates: dict[str, Any], told: str, **parts: Any) -> None:
        self.record(ContractStatusChange(act=told, status="", **parts, **dates))

    def share(self, dates: dict[str, Any], share: str, **parts: Any) -> None:
        self.record(ProgramAllocation(share=Decimal(share), **parts, **dates))

    def rehome(self, dates: dict[str, Any], contract: Contract, other: int, rest: str, **parts: Any) -> None:
        to = ProgramAllocation(contract=contract, program=self.programs[other], share=Decimal(rest), **dates)
        leaves = ProgramAllocation(contract=contract, program=parts["program"], share=Decimal(parts["share"]), **dates)
        self.record(leaves, to)

    def join(self, dates: dict[str, Any], supplier: int, **parts: Any) -> None:
        self.record(ContractParty(organization=self.suppliers[supplier], **parts, **dates))

    def link(self, dates: dict[str, Any], among: str, one: int, other: int, kind: str) -> None:
        """Two suppliers or two buyers turn out to be one, or one of them becomes a part of the other."""
        rows = self.linked[among]
        ends = {"organization": rows[one % len(rows)], "other": rows[other % len(rows)]}
        self.record(OrganizationLink(kind=kind, **ends, **dates))

    def decide(self, dates: dict[str, Any], **parts: Any) -> None:
        self.record(StatusChange(kind="decision", side="buyer", **parts, **dates))

    def stop_again(self, dates: dict[str, Any], again: str, **parts: Any) -> None:
        """A stop, its end and the next stop."""
        for number, status in enumerate(["suspended", "active", again]):
            self.decide(later(dates, number * 97), status=status, **parts)

    def part_ways(self, dates: dict[str, Any], contract: Contract, amount: Decimal, **rehomed: Any) -> None:
        """The first program of a contract is stopped, the contract is paid and goes elsewhere, and is paid again."""
        program = self.homes[self.contracts.index(contract)]
        payment: dict[str, Any] = {"contract": contract, "measure": "payment", "amount": amount, "sign": 1}
        self.decide(dates, program=program, status="suspended")
        self.enter(later(dates, 30), **payment)
        self.rehome(later(dates, 60), contract=contract, program=program, **rehomed)
        self.enter(later(dates, 97), **payment)

    def dispute(self, dates: dict[str, Any], status: str, said: str, **parts: Any) -> None:
        """A decision, and somebody of the same side who says otherwise ten days later."""
        self.decide(dates, status=status, **parts)
        self.say(later(dates, 10), status=said, speaker="A", side="buyer", **parts)

    def say(self, dates: dict[str, Any], **parts: Any) -> None:
        self.record(StatusChange(kind="statement", **parts, **dates))

    def take_back(self, dates: dict[str, Any], fact: int) -> None:
        if self.facts:
            row = self.facts[fact % len(self.facts)]
            RECORDERS[type(row)].reverse(row, self.amending(row, dates))

    def correct(self, dates: dict[str, Any], fact: int, **to: Any) -> None:
        if self.facts:
            row = self.facts[fact % len(self.facts)]
            done = RECORDERS[type(row)].correct(row, self.amending(row, dates), corrected(row, **to))
            self.facts.append(done.fact)

    def amending(self, row: Any, dates: dict[str, Any]) -> Amending:
        return Amending(source=self.source, published_on=max(row.published_on, dates["published_on"]))

    def accepted(self, name: str) -> list[Any]:
        """Values that a filter can be asked for."""
        values: dict[str, list[Any]] = {
            "program": [row.pk for row in self.programs],
            "contract": [row.pk for row in self.contracts],
            "buyer": [row.pk for row in self.buyers],
            "supplier": [row.pk for row in self.suppliers],
            "supplier_group": [row.pk for row in self.linked["supplier"]],
            "domain": ["naval", "air"],
            "program_status": ["suspended", "cancelled", "active", "reduced"],
            "is_stopped": [True, False],
            "is_disputed": [True, False],
            "stopped_from": STOP_DAYS,
            "stopped_until": STOP_DAYS,
            "country": ["JP", "US"],
            "supplier_country": ["JP", "US"],
            "contract_status": ["active", "completed", "terminated"],
            "method": ["domestic", "foreign_military_sale"],
            "presumed": [True, False],
            "fiscal_year": [2018, 2019, 2020, 2021],
        }
        return values[name]
