"""The figures of one whole contract by the words of DESIGN.md section 5, over its rows in view. None is unknown."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tests.exposure.stored_facts import Fact, latest

ZERO = Decimal(0)
ENDED = ("terminated", "completed", "cancelled_before_signature")
LIVE = ("active", "stop_work", "suspended", "partially_terminated")
CLOSING = ("de_obligation", "termination", "settlement", "close_out")

Figures = dict[str, Decimal | None]


@dataclass(frozen=True)
class Age:
    """How old is what is known of a contract."""

    live: bool = False
    presumed: bool = False
    confirmed_on: dt.date | None = None
    paid_known_through: dt.date | None = None
    paid_basis: str = ""


@dataclass(frozen=True)
class Value:
    """One contract at the dates, whole."""

    keys: dict[str, Any]
    figures: Figures
    has_commitment: bool
    complete: bool
    entries: list[Fact]
    shares: list[Fact]
    due: list[Fact] = field(default_factory=list)  # its open milestones
    age: Age = field(default_factory=Age)

    def share_on(self, program: int, day: dt.date) -> Decimal:
        """The share that a program has of it on a day: the latest row of the pair holds."""
        row = latest(s for s in self.shares if s["program_id"] == program and s["effective_on"] <= day)
        return row["share"] if row else ZERO


@dataclass(frozen=True)
class Known:
    """What is in view of one contract: standing rows by table, its status, and the measures stated to be complete."""

    as_of: dt.date
    method: str
    status: str | None
    ends_on: dt.date | None
    states: list[Fact]
    completeness: list[Fact]
    entries: list[Fact]
    milestones: list[Fact]
    estimates: list[Fact]
    guarantees: list[Fact]

    def has(self, *measures: str) -> bool:
        return any(e["measure"] in measures for e in self.entries)

    def tells_of(self, measure: str) -> bool:
        """Whether entries or a statement say what there is of it."""
        return self.has(measure) or measure in self.complete

    @property
    def complete(self) -> set[str]:
        return {c["measure"] for c in self.completeness}

    @property
    def left_open(self) -> bool:
        """Ended, and nothing says how it was closed."""
        return self.status in ENDED and not any(e["reason"] in CLOSING for e in self.entries)


def less(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one - other


def plus(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one + other


def at_least_zero(figure: Decimal | None) -> Decimal | None:
    return None if figure is None else max(figure, ZERO)


def total(entries: Iterable[Fact], measure: str) -> Decimal:
    return sum((e["amount"] for e in entries if e["measure"] == measure), ZERO)


def paid_of(entries: Sequence[Fact]) -> Decimal:
    return total(entries, "payment") - total(entries, "refund")


def figures_of(known: Known) -> Figures:
    """The table of section 5 for a whole contract."""
    figures = sums(known) | {"exit_paid": exit_paid(known), "guarantees_held": guarantees_held(known)}
    figures |= owed(known, figures["committed"], figures["paid"])
    figures["paid_uncommitted"] = (
        figures["paid"] if figures["committed"] is None else less(figures["paid"], figures["paid"])
    )
    figures["payable_now"] = at_least_zero(less(figures["delivered"], figures["paid"]))
    figures["advance_at_risk"] = at_least_zero(less(figures["paid"], figures["delivered"]))
    figures |= leaving(known, figures)
    figures["avoidable_low"] = less(figures["outstanding"], figures["exit_high"])
    figures["avoidable_high"] = less(figures["outstanding"], figures["exit_low"])
    return figures


def sums(known: Known) -> Figures:
    """Everything is unknown without an entry, or a statement that none means zero."""
    entries = known.entries
    return {
        "ceiling": total(entries, "ceiling") if known.has("ceiling") else None,
        "committed": total(entries, "commitment")
        if known.has("commitment") or "commitment" in known.complete
        else None,
        "funded": total(entries, "funding") if known.has("funding") else None,
        "paid": paid_of(entries) if known.has("refund") or known.tells_of("payment") else None,
        "delivered": total(entries, "delivery") if known.tells_of("delivery") else None,
    }


def owed(known: Known, committed: Decimal | None, paid: Decimal | None) -> Figures:
    if committed is None:
        return {"outstanding": None, "unaccounted": None}
    if paid is None:
        return {"outstanding": None, "unaccounted": committed}
    if known.left_open:
        return {"outstanding": None, "unaccounted": committed - paid}
    return {"outstanding": committed - paid, "unaccounted": ZERO}


def exit_paid(known: Known) -> Decimal | None:
    """Compensation, and payments that settle or terminate; known when one is there, or a statement of none."""
    exits = [
        e["amount"]
        for e in known.entries
        if e["measure"] == "compensation"
        or (e["measure"] == "payment" and e["reason"] in ("settlement", "termination"))
    ]
    return sum(exits, ZERO) if exits or "compensation" in known.complete else None


def leaving(known: Known, figures: Figures) -> Figures:
    """Termination liability by the latest estimate, and what leaving costs with it or without."""
    estimate = latest(known.estimates)
    if estimate is None:
        no_cap = known.method == "foreign_military_sale"
        return {
            "liability_low": None,
            "liability_point": None,
            "liability_high": None,
            "exit_low": less(figures["payable_now"], figures["advance_at_risk"]),
            "exit_high": None if no_cap else figures["outstanding"],
        }
    low, point, high = estimate["low"], estimate["point"], estimate["high"]
    only_point = low is None and high is None
    return {
        "liability_low": low,
        "liability_point": point,
        "liability_high": high,
        "exit_low": plus(figures["payable_now"], point if only_point else low),
        "exit_high": plus(figures["payable_now"], point if only_point else high),
    }


def guarantees_held(known: Known) -> Decimal | None:
    """What was given and is still valid, less what was called or released, but of no kind less than nothing."""
    if not known.guarantees:
        return None
    held = ZERO
    for kind in ("advance_payment", "performance", "warranty", "unknown"):
        rows = [g for g in known.guarantees if g["kind"] == kind]
        given = [g for g in rows if g["event"] == "given"]
        valid = [g for g in given if g["valid_until"] is None or g["valid_until"] >= known.as_of]
        gone = [g for g in rows if g["event"] in ("called", "released")]
        held += max(sum((g["amount"] for g in valid), ZERO) - sum((g["amount"] for g in gone), ZERO), ZERO)
    return held


def open_milestones(known: Known) -> list[Fact]:
    """Those that no standing entry names, also when overdue; none of a contract that has ended."""
    if known.status in ENDED:
        return []
    met = {e["milestone_id"] for e in known.entries}
    return [m for m in known.milestones if m["id"] not in met]


def age_of(known: Known, days: int) -> Age:
    """How old it is, by the words of sections 4 and 5; `days` after the last word a live state is only presumed."""
    committed = total(known.entries, "commitment")
    live = known.status in LIVE or (known.status == "pending" and committed > 0)
    confirmed_on = max(shown_alive(known), default=None)
    waits = known.ends_on is not None and known.ends_on >= known.as_of
    worn = confirmed_on is not None and confirmed_on + dt.timedelta(days=days) <= known.as_of
    statement = payments_stated(known)
    paid = [e["effective_on"] for e in known.entries if e["measure"] in ("payment", "refund")]
    through = max([*paid, *([statement["through"]] if statement else [])], default=None)
    return Age(
        live=live,
        presumed=live and worn and not waits,
        confirmed_on=confirmed_on,
        paid_known_through=through,
        paid_basis=statement["basis"] if statement else "entries" if paid else "",
    )


def shown_alive(known: Known) -> list[dt.date]:
    """The days of the facts that show a contract alive."""
    moving = ("commitment", "funding", "delivery", "payment", "refund")
    moved = [e for e in known.entries if e["measure"] in moving and e["reason"] not in CLOSING]
    said = [s for s in known.states if s["act"] == "confirmation" or s["status"] in (*LIVE, "pending")]
    return [fact["effective_on"] for fact in (*moved, *said)]


def payments_stated(known: Known) -> Fact | None:
    """Of the statements that payments are complete, the one that reaches nearest to the day, else the next after it."""
    stated = [c for c in known.completeness if c["measure"] == "payment"]
    before = [c for c in stated if c["through"] <= known.as_of]
    if before:
        return max(before, key=lambda c: (c["through"], c["id"]))
    return min(stated, key=lambda c: (c["through"], -c["id"]), default=None)
