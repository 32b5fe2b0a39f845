"""Contracts that live on under a stopped program: what the rules on suspended and on cancelled programs share. Pure."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from procurement.flags.facts import ContractFacts, ProgramFacts
from procurement.flags.rule import Finding, Movements
from procurement.flags.wording import in_words, iso, listed, named, spelled, text

if TYPE_CHECKING:
    from procurement.exposure.valuing import ContractValue


@dataclass(frozen=True)
class LiveContract:
    """A live contract of a stopped program, with something left under it or nothing known of its value."""

    program: ProgramFacts
    contract: ContractFacts
    value: "ContractValue"
    since: dt.date

    @property
    def at_stake(self) -> Decimal | None:
        """What is owed or unaccounted for; None when no commitment is known."""
        return left(self.value) if self.value.has_commitment else None

    @property
    def days_stopped(self) -> int:
        """How long the program has been stopped."""
        return self.program.days_stopped or 0


def left(value: "ContractValue") -> Decimal:
    """What is outstanding or unaccounted for, as far as it is above zero."""
    return max(value.outstanding or Decimal(0), value.unaccounted or Decimal(0), Decimal(0))


def live_contracts(facts: ProgramFacts, status: str) -> Iterator[LiveContract]:
    """The live contracts of a program with this standing status that still commit somebody to something."""
    since = facts.standing.since
    if facts.standing.status != status or since is None:
        return
    for contract in facts.contracts:
        value = contract.value
        if value is not None and value.live and (left(value) > 0 or not value.has_commitment):
            yield LiveContract(facts, contract, value, max(since, contract.belongs_since or since))


def found(live: LiveContract, rule: str, severity: str) -> Finding:
    """The finding on one live contract."""
    return Finding(
        rule=rule,
        program_id=live.program.id,
        contract_id=live.contract.id,
        severity=severity,
        condition_since=live.since,
        summary=summary(live),
        evidence=evidence(live),
        movements=Movements(live.contract.ledger.count, live.contract.ledger.latest),
    )


def findings(facts: ProgramFacts, rule: str, status: str, severity: Callable[[LiveContract], str]) -> list[Finding]:
    """The findings on every live contract of a program with this standing status."""
    return [found(live, rule, severity(live)) for live in live_contracts(facts, status)]


def summary(live: LiveContract) -> str:
    """One sentence: which program, since when, which contract, how much."""
    standing, value = live.program.standing, live.value
    return (
        f"{live.program.name} is {in_words(standing.status)} since {iso(standing.since)}; {named(live.contract)} "
        f"is {in_words(value.contract_status)} with {remaining(value)}"
    )


def remaining(value: "ContractValue") -> str:
    """What is left under a contract, in words."""
    if not value.has_commitment:
        return "no commitment known"
    known = {"outstanding": value.outstanding, "unaccounted for": value.unaccounted}
    return " and ".join(f"{spelled(amount, value.currency)} {word}" for word, amount in known.items() if amount)


def evidence(live: LiveContract) -> dict[str, Any]:
    """The figures at the day, and the documents they rest on."""
    value, standing = live.value, live.program.standing
    decided = standing.decision.source_id if standing.decision else None
    return {
        "as_of": iso(live.program.as_of),
        "status": standing.status,
        "status_since": iso(standing.since),
        "stopped_on": iso(standing.stopped_on),
        "days_stopped": live.days_stopped,
        "contract_status": value.contract_status,
        "currency": value.currency,
        "share": f"{value.share.normalize():f}",
        "committed": text(value.committed if value.has_commitment else None, value.currency),
        "paid": text(value.paid, value.currency),
        "outstanding": text(value.outstanding if value.has_commitment else None, value.currency),
        "unaccounted": text(value.unaccounted if value.has_commitment else None, value.currency),
        "paid_known_through": iso(value.paid_known_through),
        "paid_basis": value.paid_basis,
        "sources": listed([decided, *live.contract.sources, *live.contract.ledger.sources]),
    }
