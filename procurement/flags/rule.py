"""What a rule is, and what it finds. Pure."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from procurement.flags.facts import ProgramFacts

LOW, MEDIUM, HIGH = "low", "medium", "high"
SEVERITIES = (LOW, MEDIUM, HIGH)

#: Evidence that moves by itself each day: it is kept in a snapshot, and alone is no reason to take a new one.
MOVES_BY_ITSELF = frozenset({"as_of", "days_stopped"})


@dataclass(frozen=True)
class Days:
    """A threshold in days, which an administrator may change."""

    name: str
    default: int
    reason: str
    unit: str = "days"


@dataclass(frozen=True)
class Money:
    """A threshold in money, one amount for each currency; None where no amount is set for a currency."""

    name: str
    default: Mapping[str, Decimal]
    reason: str
    unit: str = "money per currency"


@dataclass(frozen=True)
class Limits:
    """The thresholds in force: the defaults, but for those that were changed (by name)."""

    changed: Mapping[str, Any] = field(default_factory=dict)

    def days(self, threshold: Days) -> int:
        """A threshold in days."""
        return int(self.changed.get(threshold.name, threshold.default))

    def money(self, threshold: Money, currency: str) -> Decimal | None:
        """A threshold in one currency; None when there is none for it."""
        amounts: Mapping[str, Decimal] = self.changed.get(threshold.name, threshold.default)
        return amounts.get(currency)


@dataclass(frozen=True)
class Movements:
    """Which payments and commitments a finding has seen, in short."""

    count: int = 0
    latest: int = 0

    def has_more_than(self, seen: "Movements") -> bool:
        """Whether one came that was not seen: there are more, or one was recorded later (others may be taken back)."""
        return self.count > seen.count or self.latest > seen.latest


@dataclass(frozen=True)
class Finding:
    """One (program, contract) pair that meets a rule at a day, and with what evidence."""

    rule: str
    program_id: int
    contract_id: int | None
    severity: str
    condition_since: dt.date
    summary: str
    evidence: Mapping[str, Any]
    movements: Movements = Movements()

    @property
    def key(self) -> tuple[str, int, int | None]:
        """What a flag is about; there is one flag for each."""
        return (self.rule, self.program_id, self.contract_id)

    @property
    def digest(self) -> str:
        """Changes when the evidence does, other than by the passing of days."""
        lasting = {name: value for name, value in self.evidence.items() if name not in MOVES_BY_ITSELF}
        return hashlib.sha256(json.dumps(lasting, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class Rule:
    """One rule: the facts of a program at a day in, findings out.

    `remainders`: whether it reads balancing lines too; rules about one contract do not open on them.
    `each_movement`: it finds things that happened, not a state that lasts, so that one more reopens what somebody
    has acknowledged or resolved.
    """

    code: str
    title: str
    find: Callable[[ProgramFacts, Limits], Iterable[Finding]]
    thresholds: tuple[Days | Money, ...] = ()
    remainders: bool = False
    each_movement: bool = False

    def findings(self, facts: ProgramFacts, limits: Limits = Limits()) -> list[Finding]:
        """What the rule finds in the facts it is meant to read."""
        return list(self.find(facts if self.remainders else facts.itemised, limits))


def rank(severity: str) -> int:
    """Severities in order."""
    return SEVERITIES.index(severity)


def raised(severity: str, steps: int) -> str:
    """A severity some steps higher, up to the highest."""
    return SEVERITIES[min(rank(severity) + steps, len(SEVERITIES) - 1)]
