"""The flags about a program: those that stand now, or what the rules would have found on another day."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count

from procurement.common.dates import Asked
from procurement.flags.models import Flag
from procurement.flags.queue import WORST_FIRST
from procurement.flags.rule import SEVERITIES, Clause, Finding, Rule
from procurement.flags.rules import all_rules
from procurement.flags.screening.screen import backtest

#: So many flags are shown, the worst first.
MOST = 25
WOULD_BE_OPEN = "would_be_open"


@dataclass(frozen=True)
class Flagged:
    """One flag, stored or found again."""

    rule: str
    severity: str
    state: str
    since: dt.date
    summary: str
    #: None for one that was found again
    flag_id: int | None = None
    contract_id: int | None = None

    @property
    def title(self) -> str:
        """What its rule is about."""
        return _rules()[self.rule].title if self.rule in _rules() else self.rule

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The clauses that its rule rests on."""
        return _rules()[self.rule].clauses if self.rule in _rules() else ()


@dataclass(frozen=True)
class Flags:
    """The worst of them, and how many there are of each severity."""

    shown: tuple[Flagged, ...]
    by_severity: Mapping[str, int]

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(self.by_severity.values())

    @property
    def counts(self) -> list[tuple[str, int]]:
        """The severities that occur, the highest first."""
        return [(name, self.by_severity[name]) for name in reversed(SEVERITIES) if self.by_severity.get(name)]

    @property
    def rest(self) -> int:
        """How many are not shown."""
        return self.count - len(self.shown)


def flags_of(asked: Asked, program_id: int, today: dt.date) -> Flags:
    """The stored flags for a question of today; else what the rules find at the asked dates."""
    return _stored(program_id) if asked == Asked(today) else _found(backtest(asked, program_ids=[program_id]))


def _stored(program_id: int) -> Flags:
    rows = Flag.objects.unresolved().of_programs([program_id])
    counts = dict(rows.order_by().values_list("severity").annotate(Count("pk")))
    return Flags(tuple(_one(each) for each in rows.order_by(*WORST_FIRST)[:MOST]), counts)


def _one(row: Flag) -> Flagged:
    return Flagged(row.rule, row.severity, row.state, row.condition_since, row.summary, row.pk, row.contract_id)


def _found(findings: list[Finding]) -> Flags:
    worst = sorted(findings, key=lambda each: (-SEVERITIES.index(each.severity), each.condition_since))
    shown = (
        Flagged(each.rule, each.severity, WOULD_BE_OPEN, each.condition_since, each.summary, None, each.contract_id)
        for each in worst[:MOST]
    )
    return Flags(tuple(shown), Counter(each.severity for each in findings))


def _rules() -> Mapping[str, Rule]:
    return {rule.code: rule for rule in all_rules()}
