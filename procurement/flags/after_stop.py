"""What moved under a contract after its program was stopped: what the rules on commitments and payments share. Pure."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from procurement.flags.facts import ONE_DAY, ContractFacts, Entry, ProgramFacts, Span
from procurement.flags.rule import Finding, Movements
from procurement.flags.wording import iso, listed, named, spelled, text
from procurement.programs.standing import Stop

AFTER = "after"
OVERLAPPING = "overlapping"
#: How many entries the evidence lists; the totals are of all of them.
MOST_LISTED = 100


@dataclass(frozen=True)
class Moved:
    """An entry that fell into a stop, surely (`after`) or perhaps (`overlapping`), and the program's share of it."""

    entry: Entry
    stop: Stop
    when: str
    share: Decimal

    @property
    def amount(self) -> Decimal:
        """The program's part."""
        return self.entry.amount * self.share


def days_of(stop: Stop) -> Span | None:
    """The days after a stop began and before it ended; None when there are none."""
    first, last = stop.began_on + ONE_DAY, stop.until - ONE_DAY if stop.until else None
    return None if last is not None and last < first else Span(first, last)


def moved_after_stops(facts: ProgramFacts, contract: ContractFacts, measure: str) -> list[Moved]:
    """The entries above zero that fell, or may have fallen, into a stop while the contract belonged to the program."""
    entries = [entry for entry in contract.entries if entry.measure == measure and entry.amount > 0]
    found = (_moved(entry, facts.stops, contract) for entry in entries)
    return [moved for moved in found if moved is not None]


def _moved(entry: Entry, stops: Iterable[Stop], contract: ContractFacts) -> Moved | None:
    share = contract.share_of(entry)
    perhaps: Moved | None = None
    for stop in stops:
        for days in _stopped_days(stop, contract):
            if days.holds(entry.period):
                return Moved(entry, stop, AFTER, share)
            if days.meets(entry.period):
                perhaps = perhaps or Moved(entry, stop, OVERLAPPING, share)
    return perhaps


def _stopped_days(stop: Stop, contract: ContractFacts) -> list[Span]:
    stopped = days_of(stop)
    shared = [stopped.common(run) for run in contract.runs] if stopped else []
    return [days for days in shared if days is not None]


def found(facts: ProgramFacts, contract: ContractFacts, moved: list[Moved], *, rule: str, severity: str) -> Finding:
    """The finding on one contract, from what moved under it."""
    return Finding(
        rule=rule,
        program_id=facts.id,
        contract_id=contract.id,
        severity=severity,
        condition_since=min(each.entry.effective_on for each in moved),
        summary=summary(facts, contract, moved),
        evidence=evidence(facts, contract, moved),
        movements=Movements(len(moved), max(each.entry.id for each in moved)),
    )


def total(moved: Iterable[Moved]) -> Decimal:
    """The program's part of everything that moved."""
    return sum((each.amount for each in moved), Decimal(0))


def overlapping(moved: Iterable[Moved]) -> list[Moved]:
    """What may have moved before the stop began, or after it ended."""
    return [each for each in moved if each.when == OVERLAPPING]


def first_stop(moved: Iterable[Moved]) -> dt.date:
    """The day on which the first of the stops began."""
    return min(each.stop.began_on for each in moved)


def summary(facts: ProgramFacts, contract: ContractFacts, moved: list[Moved]) -> str:
    """One sentence: which program, stopped when, which contract, how much moved, and how sure that is."""
    noun = moved[0].entry.measure + ("s" if len(moved) > 1 else "")
    return (
        f"{facts.name} was stopped on {iso(first_stop(moved))}; {named(contract)} shows {len(moved)} {noun} since, "
        f"{spelled(total(moved), contract.currency)} in all{doubt(moved, contract.currency)}"
    )


def doubt(moved: list[Moved], currency: str) -> str:
    """How much of it may have moved outside the stop, as the end of a sentence."""
    unsure = overlapping(moved)
    if not unsure:
        return ""
    part = "" if len(unsure) == len(moved) else f"{spelled(total(unsure), currency)} of it "
    return f", {part}dated by a period that overlaps the stop"


def evidence(facts: ProgramFacts, contract: ContractFacts, moved: list[Moved]) -> dict[str, Any]:
    """Which entries, in which stop, surely or perhaps; amounts of entries are whole, totals the program's part."""
    return {
        "as_of": iso(facts.as_of),
        "status": facts.standing.status,
        "stopped_on": iso(first_stop(moved)),
        "days_stopped": facts.days_stopped,
        "currency": contract.currency,
        "total": text(total(moved), contract.currency),
        "overlapping": text(total(overlapping(moved)), contract.currency),
        "count": len(moved),
        "entries": [_row(each, contract.currency) for each in moved[-MOST_LISTED:]],
        "sources": listed(source for each in moved for source in (each.entry.source_id, each.stop.by.source_id)),
    }


def _row(moved: Moved, currency: str) -> dict[str, Any]:
    entry, stop = moved.entry, moved.stop
    return {
        "id": entry.id,
        "measure": entry.measure,
        "amount": text(entry.amount, currency),
        "share": f"{moved.share.normalize():f}",
        "effective_on": iso(entry.effective_on),
        "effective_precision": entry.effective_precision,
        "published_on": iso(entry.published_on),
        "when": moved.when,
        "stopped_on": iso(stop.began_on),
        "stopped_until": iso(stop.until),
        "source": entry.source_id,
    }
