"""Random histories of a small portfolio, posted through the verbs, each step at a moment of recording of its own."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from hypothesis import strategies as st

from procurement.common.dates import Asked
from procurement.common.errors import Refused
from procurement.contracts.entering import (
    ContractParts,
    allocations,
    contract_parties,
    contract_status_changes,
    create_contract,
)
from procurement.contracts.models import Contract, ContractParty, ContractStatusChange, ProgramAllocation
from procurement.exposure.answering import GROUPINGS, Question
from procurement.exposure.grouping import FILTERS
from procurement.ledger.models import Completeness, LedgerEntry, Measure
from procurement.ledger.posting import completeness_statements, ledger_entries
from procurement.programs.models import StatusChange
from procurement.programs.stating import status_changes
from procurement.sources.recording import Amending, Recorder
from tests.makers import make_organization, make_program, make_source, make_supplier

#: Few days, so that facts fall on the same one.
DAYS = [dt.date(2019, 1, 1) + dt.timedelta(days=97 * n) for n in range(10)]
RECORDERS: Mapping[type, Recorder[Any]] = {
    recorder.model: recorder
    for recorder in (
        ledger_entries,
        completeness_statements,
        contract_status_changes,
        contract_parties,
        allocations,
        status_changes,
    )
}
#: A day after everything that happens.
LATER = dt.date(2023, 1, 1)
SHARES = ["0", "0.25", "0.333333", "0.5", "1"]

days = st.sampled_from(DAYS)
lags = st.sampled_from([0, 0, 0, 60, 400])
few = st.sampled_from([0, 0, 1, 2])


def words(given: Sequence[str]) -> st.SearchStrategy[str]:
    return st.sampled_from(list(given))


def step(act: str, **parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"act": st.just(act), "on": days, "lag": lags} | parts)


amounts = st.decimals("0.01", "99999.99", places=2)
contracts = st.fixed_dictionaries(
    {
        "currency": words(["JPY", "JPY", "USD"]),
        "buyer": few,
        "supplier": few,
        "method": words(["domestic", "foreign_military_sale"]),
        "signed_on": st.none() | days,
        "published_on": days,
        "program": few,
        "share": st.sampled_from(SHARES),
    }
)
entering = step(
    "enter",
    contract=few,
    measure=words(Measure.values),
    amount=amounts,
    sign=st.sampled_from([1, 1, -1]),
    reason=words(LedgerEntry.Reason.values),
)
moving = step("enter", contract=few, measure=words(["commitment", "payment"]), amount=amounts, sign=st.just(1))
stopping = step("decide", program=few, status=words(["suspended", "cancelled", "active"]))
steps = st.one_of(
    entering,
    moving,
    moving.map(dict),  # as often again: what moves, and stops, is what matters most
    stopping,
    stopping.map(dict),
    step(
        "decide", program=few, status=words(StatusChange.Status.values), scope=words(["whole", "part"]), sequence=few
    ),
    step(
        "say", program=few, status=words(["", "active", "suspended", "cancelled"]), speaker=words(["A", "B"]),
        side=words(["buyer", "buyer", "other"]),
    ),
    step("state_complete", contract=few, measure=words(["payment", "payment", "commitment"])),
    step("put", contract=few, status=words(ContractStatusChange.Status.values)),
    step("put", contract=few, status=words(["active", "completed", "terminated"])),
    step("share", contract=few, program=few, share=words(SHARES)),
    step("rehome", contract=few, program=few, other=few, share=words(SHARES), rest=words(SHARES)),
    step("join", contract=few, supplier=few, role=words(["lead_supplier", "supplier", "agent"])),
    step("take_back", fact=st.integers(0, 60)),
    step("correct", fact=st.integers(0, 60), amount=amounts),
)  # fmt: skip


@dataclass(frozen=True)
class History:
    """Contracts and what happened to them."""

    contracts: list[dict[str, Any]]
    steps: list[dict[str, Any]]


histories = st.builds(
    History,
    st.lists(contracts, min_size=1, max_size=3),
    st.lists(steps, min_size=10, max_size=30),
)


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


class Stage:
    """Three programs, three buyers and three suppliers, and the history played on them."""

    def __init__(self, history: History) -> None:
        self.programs = [make_program(f"p{n}", domain=domain) for n, domain in enumerate(["naval", "air", "naval"])]
        self.buyers = [make_organization(f"Ministry of {country}", country) for country in ("JP", "US", "FR")]
        self.suppliers = [make_supplier(f"Maker of {country}", country) for country in ("JP", "US", "US")]
        self.source = make_source("2019-01-01")
        self.facts: list[Any] = []
        self.contracts = [self.sign(number, given) for number, given in enumerate(history.contracts)]
        self.moments = [next_moment()]
        for each in history.steps:
            self.play(**each)

    def sign(self, number: int, given: dict[str, Any]) -> Contract:
        made = dict(given)
        day, supplier = made.pop("published_on"), self.suppliers[made.pop("supplier")]
        dates = {"effective_on": day, "source": make_source(day.isoformat())}
        program, share = self.programs[made.pop("program")], Decimal(made.pop("share"))
        parts = ContractParts(
            parties=[ContractParty(organization=supplier, role="lead_supplier", **dates)],
            allocations=[ProgramAllocation(program=program, share=share, **dates)],
        )
        made |= {"buyer": self.buyers[made["buyer"]], "source": dates["source"]}
        return create_contract(Contract(reference=f"C-{number}", title="C", **made), parts)

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

    def state_complete(self, dates: dict[str, Any], **parts: Any) -> None:
        self.record(Completeness(through=dates["effective_on"], basis="stated", **parts, **dates))

    def put(self, dates: dict[str, Any], **parts: Any) -> None:
        self.record(ContractStatusChange(**parts, **dates))

    def share(self, dates: dict[str, Any], share: str, **parts: Any) -> None:
        self.record(ProgramAllocation(share=Decimal(share), **parts, **dates))

    def rehome(self, dates: dict[str, Any], contract: Contract, other: int, rest: str, **parts: Any) -> None:
        to = ProgramAllocation(contract=contract, program=self.programs[other], share=Decimal(rest), **dates)
        leaves = ProgramAllocation(contract=contract, program=parts["program"], share=Decimal(parts["share"]), **dates)
        self.record(leaves, to)

    def join(self, dates: dict[str, Any], supplier: int, **parts: Any) -> None:
        self.record(ContractParty(organization=self.suppliers[supplier], **parts, **dates))

    def decide(self, dates: dict[str, Any], **parts: Any) -> None:
        self.record(StatusChange(kind="decision", side="buyer", **parts, **dates))

    def say(self, dates: dict[str, Any], **parts: Any) -> None:
        self.record(StatusChange(kind="statement", **parts, **dates))

    def take_back(self, dates: dict[str, Any], fact: int) -> None:
        if self.facts:
            row = self.facts[fact % len(self.facts)]
            RECORDERS[type(row)].reverse(row, self.amending(row, dates))

    def correct(self, dates: dict[str, Any], fact: int, amount: Decimal) -> None:
        entries = [row for row in self.facts if isinstance(row, LedgerEntry)]
        if entries:
            row = entries[fact % len(entries)]
            done = ledger_entries.correct(row, self.amending(row, dates), {"amount": amount})
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
            "domain": ["naval", "air"],
            "program_status": ["suspended", "cancelled", "active", "reduced"],
            "country": ["JP", "US"],
            "supplier_country": ["JP", "US"],
            "contract_status": ["active", "completed", "terminated"],
            "method": ["domestic", "foreign_military_sale"],
            "fiscal_year": [2018, 2019, 2020, 2021],
        }
        return values[name]


@dataclass(frozen=True)
class Asking:
    """Draws questions about a stage."""

    stage: Stage
    groupings: Sequence[str] = field(default_factory=lambda: [name for name in GROUPINGS if name != "none"])

    @property
    def asked(self) -> st.SearchStrategy[Asked]:
        late = st.just(LATER)
        moment = st.none() | st.none() | st.sampled_from(self.stage.moments)
        return st.builds(Asked, days | late | late, st.none() | st.none() | days, moment)

    @property
    def filters(self) -> st.SearchStrategy[dict[str, list[Any]]]:
        one = st.sampled_from(sorted(FILTERS)).flatmap(
            lambda name: st.tuples(
                st.just(name), st.lists(st.sampled_from(self.stage.accepted(name)), min_size=1, max_size=2, unique=True)
            )
        )
        return st.just({}) | st.lists(one, max_size=2).map(dict)

    @property
    def questions(self) -> st.SearchStrategy[Question]:
        groups = st.lists(st.sampled_from(list(self.groupings)), max_size=3, unique=True).map(tuple)
        return st.builds(Question, self.asked, groups, self.filters)
