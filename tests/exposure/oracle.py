"""Exposure by the words of DESIGN.md sections 2, 4 and 5, in plain Python over the rows as stored.

Slow and without cleverness on purpose, and without a line from procurement/exposure or programs/standing: what the
service's one SQL statement answers is held against this.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from procurement.contracts.models import Contract, ContractParty, ContractStatusChange, ProgramAllocation
from procurement.ledger.models import Completeness, LedgerEntry
from procurement.parties.models import Organization
from procurement.programs.models import Program, StatusChange
from procurement.sources.models import Document

ZERO = Decimal(0)
STOPPED = ("suspended", "cancelled")
ENDED = ("terminated", "completed", "cancelled_before_signature")
CLOSING = ("de_obligation", "termination", "settlement", "close_out")
FIRST_MONTHS = {"JP": 4, "GB": 4, "US": 10}
PROGRAM_KEYS = {"program", "program_status", "domain", "currency"}

Fact = Mapping[str, Any]
Figures = dict[str, Decimal | None]


def rows_of(model: Any) -> list[Fact]:
    """Every row of a table, as stored."""
    return list(model._base_manager.order_by("id").values())


@dataclass(frozen=True)
class World:
    """Everything that is stored, as plain rows by id."""

    contracts: dict[int, Fact]
    organizations: dict[int, Fact]
    programs: dict[int, Fact]
    documents: dict[int, Fact]
    entries: list[Fact]
    completeness: list[Fact]
    states: list[Fact]
    parties: list[Fact]
    shares: list[Fact]
    said: list[Fact]

    @classmethod
    def stored(cls) -> "World":
        """The world as the database has it."""
        return cls(
            contracts={row["id"]: row for row in rows_of(Contract)},
            organizations={row["id"]: row for row in rows_of(Organization)},
            programs={row["id"]: row for row in rows_of(Program)},
            documents={row["id"]: row for row in rows_of(Document)},
            entries=rows_of(LedgerEntry),
            completeness=rows_of(Completeness),
            states=rows_of(ContractStatusChange),
            parties=rows_of(ContractParty),
            shares=rows_of(ProgramAllocation),
            said=rows_of(StatusChange),
        )


@dataclass(frozen=True)
class Dates:
    """The three dates of a question."""

    as_of: dt.date
    published_by: dt.date | None = None
    recorded_by: dt.datetime | None = None

    def knows(self, row: Fact) -> bool:
        """Whether the row was public and recorded by then."""
        return (self.published_by is None or row["published_on"] <= self.published_by) and (
            self.recorded_by is None or row["recorded_at"] <= self.recorded_by
        )

    def standing(self, rows: Iterable[Fact], *, whenever: bool = False) -> list[Fact]:
        """Rows in view that no reversal in view takes back; `whenever` leaves out the effective date."""
        known = [row for row in rows if self.knows(row)]
        taken_back = {row["reverses_id"] for row in known}
        return [
            row
            for row in known
            if row["reverses_id"] is None
            and row["id"] not in taken_back
            and (whenever or row["effective_on"] <= self.as_of)
        ]


def order(row: Fact) -> tuple[Any, ...]:
    """The order in which facts of one kind count."""
    return (row["effective_on"], row["published_on"], row.get("sequence", 0), row["id"])


def latest(rows: Iterable[Fact]) -> Fact | None:
    return max(rows, key=order, default=None)


# programs


@dataclass(frozen=True)
class Program4:
    """Section 4 for one program: its status, when the running stop began, and whether the status is disputed."""

    status: str | None = None
    stopped_on: dt.date | None = None
    disputed: bool = False


def decided(decision: Fact, status: str | None) -> str | None:
    """The status that a decision sets, if any: a part-scope cut only `reduced`, and only what is not stopped."""
    if decision["scope"] == "whole":
        return str(decision["status"])
    cuts = decision["status"] in (*STOPPED, "reduced")
    return "reduced" if cuts and status not in STOPPED else None


def program_at(said: Sequence[Fact], as_of: dt.date) -> Program4:
    status, stopped_on, by = None, None, None
    for decision in sorted((s for s in said if s["kind"] == "decision"), key=order):
        now = decided(decision, status)
        if now is not None:
            began = stopped_on or decision["effective_on"]
            status, stopped_on, by = now, began if now in STOPPED else None, decision
    return Program4(status, stopped_on, by is not None and is_disputed(said, by, status, as_of))


def is_disputed(said: Sequence[Fact], decision: Fact, status: str | None, as_of: dt.date) -> bool:
    """Of the buyer-side statements after the decision, within 90 days, some speaker's latest differs."""
    later = [s for s in said if s["kind"] == "statement" and s["side"] == "buyer" and order(s) > order(decision)]
    recent = [s for s in later if s["status"] and as_of - s["effective_on"] <= dt.timedelta(days=90)]
    last = {s["speaker"]: s for s in sorted(recent, key=order)}
    return any(s["status"] != status for s in last.values())


# one contract


@dataclass(frozen=True)
class Value:
    """One contract at the dates, whole."""

    keys: dict[str, Any]
    figures: Figures
    has_commitment: bool
    complete: bool
    entries: list[Fact]
    shares: list[Fact]

    def share_on(self, program: int, day: dt.date) -> Decimal:
        """The share that a program has of it on a day: the latest row of the pair holds."""
        row = latest(s for s in self.shares if s["program_id"] == program and s["effective_on"] <= day)
        return row["share"] if row else ZERO


def total(entries: Iterable[Fact], measure: str) -> Decimal:
    return sum((e["amount"] for e in entries if e["measure"] == measure), ZERO)


def paid_of(entries: Sequence[Fact]) -> Decimal:
    return total(entries, "payment") - total(entries, "refund")


def figures_of(entries: Sequence[Fact], status: str | None, *, complete: bool) -> Figures:
    """The table of section 5 for a whole contract."""
    measures = {e["measure"] for e in entries}
    closed = any(e["reason"] in CLOSING for e in entries)
    left_open = status in ENDED and not closed
    exits = [
        e
        for e in entries
        if e["measure"] == "compensation"
        or (e["measure"] == "payment" and e["reason"] in ("settlement", "termination"))
    ]
    committed = total(entries, "commitment")
    paid = paid_of(entries) if complete or measures & {"payment", "refund"} else None
    rest = None if paid is None else committed - paid
    return {
        "ceiling": total(entries, "ceiling") if "ceiling" in measures else None,
        "committed": committed,
        "paid": paid,
        "outstanding": None if left_open else rest,
        "unaccounted": committed if rest is None else rest if left_open else ZERO,
        "exit_paid": sum((e["amount"] for e in exits), ZERO) if exits or paid is not None else None,
    }


def fiscal_year(signed_on: dt.date | None, country: str) -> int | None:
    """Japan and the United Kingdom from April; the United States from October, named after the year it ends in."""
    if signed_on is None:
        return None
    begun = signed_on.month >= FIRST_MONTHS.get(country, 1)
    return signed_on.year + (begun if country == "US" else begun - 1)


# the answer


@dataclass(frozen=True)
class Line:
    """A contract's share of a program, or what moved on a share since the program stopped."""

    program: int | None
    value: Value | None
    figures: Figures
    is_stock: bool = True


@dataclass
class Group:
    """One row of the answer."""

    contracts: set[int] = field(default_factory=set)
    uncommitted: set[int] = field(default_factory=set)
    disputes: set[int] = field(default_factory=set)
    figures: Figures = field(default_factory=dict)
    covered: dict[str, Decimal] = field(default_factory=lambda: {"paid": ZERO, "paid_complete": ZERO})


@dataclass(frozen=True)
class Oracle:
    """What the service should answer at three dates."""

    world: World
    dates: Dates

    @cached_property
    def programs(self) -> dict[int, Program4]:
        by_program: dict[int, list[Fact]] = {}
        for row in self.dates.standing(self.world.said):
            by_program.setdefault(row["program_id"], []).append(row)
        return {program: program_at(said, self.dates.as_of) for program, said in by_program.items()}

    @cached_property
    def values(self) -> dict[int, Value]:
        found = {pk: self.value_of(contract) for pk, contract in self.world.contracts.items()}
        return {pk: value for pk, value in found.items() if value is not None}

    def value_of(self, contract: Fact) -> Value | None:
        """One contract; None while it is not in view: before its source's date, with no fact known."""
        w, d, pk = self.world, self.dates, contract["id"]
        entries, states, parties, shares = (
            [row for row in d.standing(rows) if row["contract_id"] == pk]
            for rows in (w.entries, w.states, w.parties, w.shares)
        )
        lead = latest(p for p in parties if p["role"] == "lead_supplier")
        if not (self.public(contract) or entries or states or lead or shares):
            return None
        state = latest(states)
        statements = d.standing(w.completeness, whenever=True)
        complete = any(c["contract_id"] == pk and c["measure"] == "payment" for c in statements)
        status = state["status"] if state else None
        keys = self.keys_of(contract, status, lead) | {"parties": {p["organization_id"] for p in parties}}
        has_commitment = any(e["measure"] == "commitment" for e in entries)
        figures = figures_of(entries, status, complete=complete)
        return Value(keys, figures, has_commitment, complete, entries, shares)

    def public(self, contract: Fact) -> bool:
        d, source = self.dates, self.world.documents[contract["source_id"]]
        published = source["published_on"]
        recorded = d.recorded_by is None or contract["created_at"] <= d.recorded_by
        return recorded and published <= d.as_of and (d.published_by is None or published <= d.published_by)

    def keys_of(self, contract: Fact, status: str | None, lead: Fact | None) -> dict[str, Any]:
        country = self.world.organizations[contract["buyer_id"]]["country"]
        supplier = lead["organization_id"] if lead else None
        return {
            "contract": contract["id"],
            "currency": contract["currency"],
            "buyer": contract["buyer_id"],
            "country": country,
            "method": contract["method"],
            "contract_status": status,
            "supplier": supplier,
            "supplier_country": self.world.organizations[supplier]["country"] if supplier else None,
            "fiscal_year": fiscal_year(contract["signed_on"], country),
        }

    @cached_property
    def lines(self) -> list[Line]:
        stock = [line for value in self.values.values() for line in self.stock(value)]
        since = [line for pk in self.programs for v in self.values.values() for line in self.since(pk, v)]
        shown = {line.program for line in (*stock, *since)}
        return [*stock, *since, *(self.kept(pk) for pk in self.programs if pk not in shown)]

    def stock(self, value: Value) -> list[Line]:
        """The contract's shares on the day, and the rest that belongs to no program."""
        pairs = {s["program_id"]: value.share_on(s["program_id"], self.dates.as_of) for s in value.shares}
        shares: dict[int | None, Decimal] = {**pairs, None: 1 - sum(pairs.values(), ZERO)}
        return [
            Line(program, value, {name: None if f is None else f * share for name, f in value.figures.items()})
            for program, share in shares.items()
            if share > 0
        ]

    def since(self, program: int, value: Value) -> list[Line]:
        """What moved on a contract that belonged to a stopped program at any time during the stop."""
        began = self.programs[program].stopped_on
        if began is None:
            return []
        later = sorted({s["effective_on"] for s in value.shares if s["effective_on"] > began})
        held = [share for share in (value.share_on(program, day) for day in (began, *later)) if share > 0]
        if not held:
            return []
        moved = [e for e in value.entries if e["effective_on"] > began]
        lost = max(held[0] - value.share_on(program, self.dates.as_of), ZERO)
        figures: Figures = {"committed_since": total(moved, "commitment") * held[0]}
        if value.figures["paid"] is not None:
            figures |= {"paid_since": paid_of(moved) * held[0], "paid_since_rehomed": paid_of(moved) * lost}
        return [Line(program, value, figures, is_stock=False)]

    def kept(self, program: int) -> Line:
        """The line of a program without contracts."""
        stopped = self.programs[program].stopped_on is not None
        return Line(program, None, {"committed_since": ZERO} if stopped else {}, is_stock=False)

    def key(self, line: Line, name: str) -> Any:
        if name == "program":
            return line.program
        if name == "program_status":
            return self.programs.get(line.program or 0, Program4()).status
        if name == "domain":
            return self.world.programs[line.program]["domain"] if line.program else None
        return line.value.keys[name] if line.value else None

    def passes(self, line: Line, filters: Mapping[str, Sequence[Any]]) -> bool:
        """A supplier filter matches any party, every other one the line's own key."""
        for name, accepted in filters.items():
            if name == "supplier":
                if line.value is None or not line.value.keys["parties"] & set(accepted):
                    return False
            elif self.key(line, name) not in accepted:
                return False
        return True

    def rows(self, group_by: Sequence[str], filters: Mapping[str, Sequence[Any]]) -> dict[tuple[Any, ...], Group]:
        """The groups by their keys, the currency last."""
        keeps = "program" in group_by and PROGRAM_KEYS.issuperset(group_by)
        found: dict[tuple[Any, ...], Group] = {}
        for line in self.lines:
            if self.passes(line, filters) and (line.value or keeps):
                names = [name for name in group_by if name != "currency"]
                key = (*(self.key(line, name) for name in names), self.key(line, "currency"))
                self.add(found.setdefault(key, Group(figures={"committed": ZERO, "unaccounted": ZERO})), line)
        return found

    def add(self, group: Group, line: Line) -> None:
        for name, figure in line.figures.items():
            if figure is not None:
                group.figures[name] = (group.figures.get(name) or ZERO) + figure
        if line.program and self.programs.get(line.program, Program4()).disputed:
            group.disputes.add(line.program)
        if line.is_stock and line.value:
            self.count(group, line, line.value)

    def count(self, group: Group, line: Line, value: Value) -> None:
        group.contracts.add(value.keys["contract"])
        if not value.has_commitment:
            group.uncommitted.add(value.keys["contract"])
        committed = line.figures["committed"] or ZERO
        group.covered["paid"] += committed if value.figures["paid"] is not None else ZERO
        group.covered["paid_complete"] += committed if value.complete else ZERO
