"""What another value of a threshold would open and resolve, today and at the month ends of the past year."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from procurement.common.dates import Asked, month_end, months_before
from procurement.flags.evaluation.evaluate import evaluate
from procurement.flags.evaluation.scope import EVERYTHING
from procurement.flags.rule import Finding, Limits, Money, Rule, Threshold, rank
from procurement.flags.rules import all_rules, rules_named
from procurement.flags.selects.presumption import AFTER, PRESUMPTION
from procurement.flags.thresholds.values import limits_in_force, refuse_bad_value

MONTHS = 12
#: How many flags of each kind are named per day; all are counted.
NAMED = 50

#: What a flag is about: of which rule, a program and a contract.
About = tuple[str, int | None, int | None]


@dataclass(frozen=True)
class Difference:
    """A flag that would be there, would be gone, or would have another severity."""

    program_id: int | None
    contract_id: int | None
    #: the severity now and then; empty where there is no flag
    was: str
    becomes: str
    summary: str


@dataclass(frozen=True)
class Differences:
    """How many there are, and the first of them: the most severe first, then by program and contract."""

    count: int
    first: tuple[Difference, ...]


@dataclass(frozen=True)
class PreviewDay:
    """The effects on one day."""

    day: dt.date
    opens: Differences
    resolves: Differences
    #: found either way, and with another severity
    weighs: Differences


def previewed(
    rule: str, name: str, *, currency: str = "", value: Decimal | None, days: Iterable[dt.date]
) -> Iterator[PreviewDay]:
    """The findings that a rule would gain and lose with another value of a threshold, by day.

    Both values are evaluated on the facts known now, in one statement per day, so that neither new facts nor actions on
    flags look like an effect of the threshold. Stores nothing. A day takes as long as a sweep that finds nothing new;
    yields day by day, so that a caller can stop early. Raises Refused for values that the threshold cannot have.
    """
    threshold, now = refuse_bad_value(rule, name, currency=currency, value=value), limits_in_force()
    if rule == PRESUMPTION.code:
        rules: Sequence[Rule] = [each for each in all_rules() if each.presumes]
        presumed = AFTER.default if value is None else int(value)
        then = {each.code: replace(now[each.code], presumed_days=presumed) for each in rules}
    else:
        rules, then = rules_named([rule]), {rule: with_value(now[rule], threshold, value, currency)}
    return (compare_all(rules, day, now, then) for day in days)


def days_looked_at(today: dt.date) -> list[dt.date]:
    """Today, and the month ends of the year before it, the latest first."""
    return [today, *(month_end(months_before(today, months)) for months in range(1, MONTHS + 1))]


def with_value(limits: Limits, threshold: Threshold, value: Decimal | None, currency: str = "") -> Limits:
    """The thresholds of a rule with one of them changed; None restores its default."""
    changed = {name: each for name, each in limits.changed.items() if name != threshold.name}
    if not isinstance(threshold, Money):
        return replace(limits, changed=changed if value is None else changed | {threshold.name: value})
    amounts = {code: each for code, each in limits.changed.get(threshold.name, {}).items() if code != currency}
    set_anew = {threshold.name: amounts if value is None else amounts | {currency: value}}
    return replace(limits, changed=changed | set_anew)


def compare(rule: Rule, day: dt.date, now: Limits, then: Limits) -> PreviewDay:
    """What a rule finds at a day with some thresholds, and with others."""
    return compare_all([rule], day, {rule.code: now}, {rule.code: then})


def compare_all(
    rules: Sequence[Rule], day: dt.date, now: Mapping[str, Limits], then: Mapping[str, Limits]
) -> PreviewDay:
    """What rules find at a day with some thresholds, and with others, by rule. One statement."""
    others = {_beside(rule).code: rule.code for rule in rules}
    limits = {rule.code: now[rule.code] for rule in rules} | {code: then[of] for code, of in others.items()}
    was: dict[About, Finding] = {}
    becomes: dict[About, Finding] = {}
    for found in evaluate(Asked(day), EVERYTHING, [*rules, *map(_beside, rules)], limits):
        about = (found.program_id, found.contract_id)
        if found.rule in others:
            becomes[others[found.rule], *about] = found
        else:
            was[found.rule, *about] = found
    both = {about for about in was.keys() & becomes.keys() if was[about].severity != becomes[about].severity}
    return PreviewDay(
        day,
        opens=_differences(becomes.keys() - was.keys(), was, becomes),
        resolves=_differences(was.keys() - becomes.keys(), was, becomes),
        weighs=_differences(both, was, becomes),
    )


@cache
def _beside(rule: Rule) -> Rule:
    """The same rule under another code, so that one statement holds it twice, each with thresholds of its own."""
    return replace(rule, code=f"{rule.code}-beside")


def _differences(about: Collection[About], was: dict[About, Finding], becomes: dict[About, Finding]) -> Differences:
    found = [_difference(each, was.get(each), becomes.get(each)) for each in about]
    found.sort(key=lambda each: (-rank(each.becomes or each.was), each.program_id or 0, each.contract_id or 0))
    return Differences(len(found), tuple(found[:NAMED]))


def _difference(about: About, was: Finding | None, becomes: Finding | None) -> Difference:
    shown = becomes or was
    _, program, contract = about
    return Difference(
        program,
        contract,
        was=was.severity if was else "",
        becomes=becomes.severity if becomes else "",
        summary=shown.summary if shown else "",
    )
