"""Makers of what rules read, without a database."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from procurement.common.dates import Asked
from procurement.exposure.valuing import ContractValue
from procurement.flags.facts import Belonging, ContractFacts, Entry, ProgramFacts, Span
from procurement.programs.standing import Said, standing, stops
from tests.makers import day


def span(first: str, last: str | None = None) -> Span:
    return Span(day(first), day(last) if last else None)


def said(number: int, status: str, on: str, **more: Any) -> Said:
    """A decision by the buyer."""
    given: dict[str, Any] = {"kind": "decision", "effective_on": day(on), "published_on": day(on)}
    return Said(number, status=status, **given | more)


def value(
    outstanding: str | None = "100", *, currency: str = "JPY", unaccounted: str = "0", **more: Any
) -> ContractValue:
    """What an active contract is worth."""
    left = Decimal(outstanding) if outstanding is not None else None
    given: dict[str, Any] = {
        "contract_id": 1,
        "program_id": 1,
        "reference": "C-1",
        "title": "Radar",
        "currency": currency,
    }
    given |= {"is_remainder": False, "contract_status": "active", "share": Decimal(1), "paid": Decimal(0)}
    given |= {"committed": left or Decimal(unaccounted), "has_commitment": True, "outstanding": left}
    given |= {"unaccounted": Decimal(unaccounted), "paid_known_through": None, "paid_basis": ""}
    return ContractValue(**given | more)


def contract(
    worth: ContractValue | None = None, *entries: Entry, belonged: tuple[Span, ...] = (), **more: Any
) -> ContractFacts:
    """A contract that belongs to the program since 2019, unless told otherwise."""
    spans = belonged or (span("2019-01-01"),)
    given: dict[str, Any] = {"id": 1, "reference": "C-1", "title": "Radar", "currency": "JPY", "is_remainder": False}
    shares = tuple(Belonging(each, Decimal(1)) for each in spans)
    return ContractFacts(**given | {"belonged": shares, "value": worth, "entries": entries} | more)


def program(as_of: str, *decisions: Said, contracts: tuple[ContractFacts, ...] = ()) -> ProgramFacts:
    """A program with these decisions and statements."""
    facts = ProgramFacts(1, "radar", "Radar Program", Asked(day(as_of)), tuple(decisions), contracts=contracts)
    rows = list(decisions)
    return replace(facts, standing=standing(rows, day(as_of)), stops=tuple(stops(rows, day(as_of))))


def entry(number: int, on: str, measure: str = "payment", amount: str = "10", precision: str = "day") -> Entry:
    """A payment of 10."""
    return Entry(number, measure, Decimal(amount), day(on), precision, day(on), 9)
