"""Exposure by the words of DESIGN.md sections 2, 4 and 5, in plain Python over the rows as stored.

Slow and without cleverness on purpose, and without a line from procurement/exposure or programs/standing: what the
service's one SQL statement answers is held against this. One contract's figures stand in figures_in_words.py.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from tests.exposure.bodies_in_words import Bodies3
from tests.exposure.figures_in_words import (
    ZERO,
    Figures,
    Known,
    Value,
    age_of,
    figures_of,
    open_milestones,
    paid_of,
    total,
)
from tests.exposure.stored_facts import Dates, Fact, World, latest, order

STOPPED = ("suspended", "cancelled")
FIRST_MONTHS = {"JP": 4, "GB": 4, "US": 10}
OF_STANDING = {"is_stopped", "is_disputed", "stopped_from", "stopped_until"}
PROGRAM_KEYS = {"program", "program_status", "domain", "currency"}
SINCE = ("committed_since", "paid_since", "paid_since_rehomed", "paid_since_uncertain")
PRESUMED_AFTER = 730
#: Ends of ranges, which one contract that lacks them leaves open.
ENDS = (
    "liability_low", "liability_point", "liability_high", "exit_low", "exit_high", "avoidable_low", "avoidable_high",
)  # fmt: skip
AMOUNTS = (
    "ceiling", "committed", "funded", "paid", "paid_uncommitted", "outstanding", "unaccounted", "delivered",
    "payable_now", "advance_at_risk", *ENDS, "exit_paid", "guarantees_held", *SINCE,
)  # fmt: skip
COVERED = ("paid", "paid_complete", "ceiling", "funded", "delivered", "termination_liability", "guarantees_held")


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
    status, stopped_on, settled = None, None, None
    for decision in sorted((s for s in said if s["kind"] == "decision"), key=order):
        now = decided(decision, status)
        if now is not None:
            began = stopped_on or decision["effective_on"]
            status, stopped_on = now, began if now in STOPPED else None
        if decision["scope"] == "whole" or (settled is None and now is not None):
            settled = decision
    return Program4(status, stopped_on, settled is not None and is_disputed(said, settled, status))


def is_disputed(said: Sequence[Fact], settled: Fact, status: str | None) -> bool:
    """Of the buyer-side statements since it last decided about the whole, some speaker's latest differs."""
    later = [s for s in said if s["kind"] == "statement" and s["side"] == "buyer" and order(s) > order(settled)]
    last = {s["speaker"]: s for s in sorted(later, key=order) if s["status"]}
    return any(s["status"] != status for s in last.values())


def fiscal_year(day: dt.date, country: str) -> int:
    """Japan and the United Kingdom from April; the United States from October, named after the year it ends in."""
    begun = day.month >= FIRST_MONTHS.get(country, 1)
    return day.year + (begun if country == "US" else begun - 1)


def ends(days: Iterable[dt.date | None]) -> tuple[dt.date, dt.date] | None:
    """The earliest and the latest."""
    known = [day for day in days if day is not None]
    return (min(known), max(known)) if known else None


# the answer


@dataclass(frozen=True)
class Line:
    """A contract's share of a program, or what moved on a share since the program stopped."""

    program: int | None
    value: Value | None
    figures: Figures
    share: Decimal = ZERO
    is_stock: bool = True

    @property
    def committed(self) -> Decimal | None:
        return self.figures["committed"]

    def counts(self, name: str) -> bool:
        """Whether its commitment counts as covered for a figure."""
        if name == "paid_complete":
            return self.value is not None and self.value.complete
        if name == "termination_liability":
            return any(self.figures[f"liability_{end}"] is not None for end in ("low", "point", "high"))
        return self.figures[name] is not None


@dataclass
class Group:
    """One row of the answer: the lines that fall into it, and what they add up to."""

    lines: list[Line] = field(default_factory=list)
    disputes: set[int] = field(default_factory=set)

    @property
    def stock(self) -> list[tuple[Line, Value]]:
        return [(line, line.value) for line in self.lines if line.is_stock and line.value]

    @property
    def contracts(self) -> set[int]:
        return {value.keys["contract"] for _, value in self.stock}

    @property
    def uncommitted(self) -> set[int]:
        return {value.keys["contract"] for _, value in self.stock if not value.has_commitment}

    @property
    def figures(self) -> Figures:
        return {name: self.figure(name) for name in AMOUNTS}

    def figure(self, name: str) -> Decimal | None:
        """The sum over the lines for which it is known; an end of a range only when no commitment lacks it."""
        if name in ENDS and any(line.committed != 0 and line.figures[name] is None for line, _ in self.stock):
            return None
        known = [figure for line in self.lines if (figure := line.figures.get(name)) is not None]
        return sum(known, ZERO) if known else None

    @property
    def gross(self) -> Decimal:
        """The sum of absolute commitments."""
        return sum((abs(line.committed or ZERO) for line, _ in self.stock), ZERO)

    @property
    def covered(self) -> dict[str, Decimal]:
        """For each figure what is committed, in absolute terms, under contracts for which it is known."""
        return {
            name: sum((abs(line.committed or ZERO) for line, _ in self.stock if line.counts(name)), ZERO)
            for name in COVERED
        }

    @property
    def uncovered(self) -> dict[str, int]:
        """For each figure of how many shares of contracts it is unknown."""
        return {name: sum(not line.counts(name) for line, _ in self.stock) for name in COVERED}

    @property
    def age(self) -> dict[str, Any]:
        """How old is what the row says."""
        values = [value for _, value in self.stock]
        presumed = [line for line, value in self.stock if value.age.presumed]
        owed = [figure for line in presumed if (figure := line.figures["outstanding"]) is not None]
        return {
            "presumed": len({value.keys["contract"] for value in values if value.age.presumed}),
            "presumed_outstanding": sum(owed, ZERO) if owed else None,
            "confirmed_on": ends([v.age.confirmed_on for v in values if v.age.live]),
            "paid_known_through": ends([v.age.paid_known_through for v in values]),
            "paid_bases": frozenset({v.age.paid_basis for v in values} - {""}),
        }

    @property
    def next_due(self) -> tuple[dt.date, Decimal | None] | None:
        """The first day on which something is open, and how much then, where that is known."""
        due = [(m["due_on"], m["amount"], line.share) for line, value in self.stock for m in value.due]
        if not due:
            return None
        first = min(on for on, _, _ in due)
        amounts = [amount * share for on, amount, share in due if on == first and amount is not None]
        return first, sum(amounts, ZERO) if amounts else None

    @property
    def deferred(self) -> dict[int, Decimal] | None:
        """What is outstanding by the fiscal year in which its payment falls due."""
        if self.figure("outstanding") is None:
            return None
        years: dict[int, Decimal] = {}
        for line, value in self.stock:
            for m in value.due if line.figures["outstanding"] is not None else []:
                if m["kind"] == "payment" and m["amount"] is not None:
                    year = fiscal_year(m["due_on"], value.keys["country"])
                    years[year] = years.get(year, ZERO) + m["amount"] * line.share
        return years

    @property
    def unscheduled(self) -> Decimal | None:
        """The rest of what is outstanding; below zero where more is scheduled than is owed."""
        outstanding = self.figure("outstanding")
        return None if outstanding is None else outstanding - sum((self.deferred or {}).values(), ZERO)


@dataclass(frozen=True)
class Oracle:
    """What the service should answer at three dates."""

    world: World
    dates: Dates

    @cached_property
    def bodies(self) -> Bodies3:
        return Bodies3(self.world.links, self.dates)

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
        states, parties, shares = (self.about(contract, name) for name in ("states", "parties", "shares"))
        lead = latest(p for p in parties if p["role"] == "lead_supplier")
        state = latest(s for s in states if s["act"] == "state")
        known = self.known(contract, state["status"] if state else None)
        if not (self.public(contract) or self.mentioned(contract)):
            return None
        parties_of = {self.bodies.one(p["organization_id"]) for p in parties}
        keys = self.keys_of(contract, known.status, lead) | {"parties": parties_of}
        figures, due, age = figures_of(known), open_milestones(known), age_of(known, PRESUMED_AFTER)
        has_commitment, complete = figures["committed"] is not None, "payment" in known.complete
        keys["presumed"] = age.presumed
        return Value(keys, figures, has_commitment, complete, known.entries, shares, due, age)

    def mentioned(self, contract: Fact) -> bool:
        """Whether any fact about it is in view."""
        tables = ("entries", "completeness", "states", "parties", "shares", "milestones", "estimates", "guarantees")
        return any(self.about(contract, table) for table in (*tables, "reports"))

    def about(self, contract: Fact, table: str, *, whenever: bool = False) -> list[Fact]:
        """The standing rows of a table about a contract."""
        rows = [row for row in getattr(self.world, table) if row["contract_id"] == contract["id"]]
        return self.dates.standing(rows, whenever=whenever)

    def known(self, contract: Fact, status: str | None) -> Known:
        tables = ("states", "entries", "milestones", "estimates", "guarantees")
        return Known(
            as_of=self.dates.as_of,
            method=contract["method"],
            status=status,
            ends_on=contract["ends_on"],
            completeness=self.about(contract, "completeness", whenever=True),
            **{name: self.about(contract, name) for name in tables},
        )

    def public(self, contract: Fact) -> bool:
        d, source = self.dates, self.world.documents[contract["source_id"]]
        published = source["published_on"] or contract["created_at"].date()
        recorded = d.recorded_by is None or contract["created_at"] <= d.recorded_by
        return recorded and published <= d.as_of and (d.published_by is None or published <= d.published_by)

    def keys_of(self, contract: Fact, status: str | None, lead: Fact | None) -> dict[str, Any]:
        buyer = self.bodies.one(contract["buyer_id"])
        country = self.world.organizations[buyer]["country"]
        supplier = self.bodies.one(lead["organization_id"]) if lead else None
        return {
            "contract": contract["id"],
            "currency": contract["currency"],
            "buyer": buyer,
            "country": country,
            "method": contract["method"],
            "contract_status": status,
            "supplier": supplier,
            "supplier_group": self.bodies.top(supplier) if supplier else None,
            "supplier_country": self.world.organizations[supplier]["country"] if supplier else None,
            "fiscal_year": fiscal_year(contract["signed_on"], country) if contract["signed_on"] else None,
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
            Line(program, value, {name: None if f is None else f * share for name, f in value.figures.items()}, share)
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
        figures: Figures = {}
        if value.figures["committed"] is not None:
            figures |= {"committed_since": total(moved, "commitment") * held[0]}
        if value.figures["paid"] is not None:
            by = paid_of([e for e in moved if e["effective_precision"] == "by"])
            figures |= {"paid_since": paid_of(moved) * held[0], "paid_since_rehomed": paid_of(moved) * lost}
            figures |= {"paid_since_uncertain": by * held[0]}
        return [Line(program, value, figures, is_stock=False)]

    def kept(self, program: int) -> Line:
        """The line of a program without contracts: nothing moved where all have left; of none ever nothing is known."""
        stopped = self.programs[program].stopped_on is not None
        left = any(s["program_id"] == program for s in self.dates.standing(self.world.shares))
        return Line(program, None, dict.fromkeys(SINCE, ZERO) if stopped and left else {}, is_stock=False)

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
        for name, given in filters.items():
            accepted = self.accepted(name, given)
            if name == "supplier":
                if line.value is None or not line.value.keys["parties"] & set(accepted):
                    return False
            elif name in OF_STANDING:
                if line.program is None or not self.stands(line.program, name, accepted):
                    return False
            elif self.key(line, name) not in accepted:
                return False
        return True

    def stands(self, program: int, name: str, accepted: Sequence[Any]) -> bool:
        """Whether a program's standing passes a filter."""
        found = self.programs.get(program, Program4())
        if name in ("is_stopped", "is_disputed"):
            return (found.disputed if name == "is_disputed" else found.stopped_on is not None) in accepted
        if found.stopped_on is None:
            return False
        later = name == "stopped_from"
        return any(found.stopped_on >= day if later else found.stopped_on <= day for day in accepted)

    def accepted(self, name: str, given: Sequence[Any]) -> Sequence[Any]:
        """Of organizations those that stand for the given ones."""
        stands_for = {"supplier": self.bodies.one, "buyer": self.bodies.one, "supplier_group": self.bodies.top}
        return [stands_for[name](each) for each in given] if name in stands_for else given

    def rows(self, group_by: Sequence[str], filters: Mapping[str, Sequence[Any]]) -> dict[tuple[Any, ...], Group]:
        """The groups by their keys, the currency last."""
        keeps = "program" in group_by and PROGRAM_KEYS.issuperset(group_by)
        found: dict[tuple[Any, ...], Group] = {}
        for line in self.lines:
            if self.passes(line, filters) and (line.value or keeps):
                names = [name for name in group_by if name != "currency"]
                key = (*(self.key(line, name) for name in names), self.key(line, "currency"))
                group = found.setdefault(key, Group())
                group.lines.append(line)
                if line.program and self.programs.get(line.program, Program4()).disputed:
                    group.disputes.add(line.program)
        return found
