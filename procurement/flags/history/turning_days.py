"""The days on which anything can turn: those that a fact names, and those that lie a threshold from one.

Between two such days every rule finds the same, so nobody need look there. It rests on what rules count with: a number
of days that a rule compares with is a threshold of it (`Days`), and a live state counts for the days of the presumption
(presuming.py).
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate

from procurement.contracts.models import Contract
from procurement.flags.evaluation.scope import Scope
from procurement.flags.rule import Days, Limits, Rule
from procurement.sources.facts import Fact, fact_models, rows_of

#: A fact is in no view before these days, so that no rule looks ahead to them.
NEVER_AHEAD = ("effective_on", "published_on")
#: A condition that holds up to a day ends the day after.
DAY_AFTER = 1


@dataclass
class Named:
    """Days that facts name: those that rules can only look back to, and those that they may look ahead to."""

    back: set[dt.date] = field(default_factory=set)
    ahead: set[dt.date] = field(default_factory=set)


def turning_days(
    first: dt.date, last: dt.date, *, scope: Scope, rules: Sequence[Rule], limits: Mapping[str, Limits]
) -> list[dt.date]:
    """The first day, and the days up to the last on which what the rules find in a scope may be another than before.

    About twenty queries, whatever the scope; over everything each reads a table.
    """
    named, counted = _named(scope), {0, *_counted(rules, limits)}
    found = {first}
    found |= _moved(named.back | named.ahead, {days + more for days in counted for more in (0, DAY_AFTER)})
    found |= _moved(named.ahead, {more - days for days in counted for more in (0, DAY_AFTER)})
    found |= _moved(named.back, {days + more for days in _presumed(rules, limits) for more in (0, DAY_AFTER)})
    return sorted(day for day in found if first <= day <= last)


def first_day(scope: Scope) -> dt.date | None:
    """The earliest day that a fact in a scope takes effect or became public on; None where there is no fact."""
    return min(_named(scope).back, default=None)


def _counted(rules: Iterable[Rule], limits: Mapping[str, Limits]) -> Iterator[int]:
    for rule in rules:
        mine = limits.get(rule.code, Limits())
        yield from (mine.days(threshold) for threshold in rule.thresholds if isinstance(threshold, Days))


def _presumed(rules: Iterable[Rule], limits: Mapping[str, Limits]) -> set[int]:
    return {limits.get(rule.code, Limits()).presumed_days for rule in rules if rule.presumes}


def _moved(days: Iterable[dt.date], by: Iterable[int]) -> set[dt.date]:
    steps = [dt.timedelta(days=number) for number in by]
    return {day + step for day in days for step in steps}


def _named(scope: Scope) -> Named:
    named = Named()
    for rows in _tables(scope):
        columns = [each.name for each in rows.model._meta.fields if type(each) is models.DateField]
        named.back |= _days(rows, [name for name in columns if name in NEVER_AHEAD])
        named.ahead |= _days(rows, [name for name in columns if name not in NEVER_AHEAD])
    contracts = Contract.objects.all() if scope.contracts is None else Contract.objects.filter(pk__in=scope.contracts)
    named.back |= _days(contracts.annotate(known_on=_known_on()), ["known_on"])
    named.ahead |= _days(contracts, ["signed_on", "starts_on", "ends_on"])
    return named


def _tables(scope: Scope) -> Iterator["QuerySet[Fact]"]:
    """The facts about what is in scope, table by table; facts about neither programs nor contracts are none."""
    for model in fact_models():
        about = {each.name for each in model._meta.fields} & {"program", "contract"}
        if scope.programs is None or scope.contracts is None:
            mine = Q()
        else:
            mine = Q(pk=None)
            for name in about:
                mine |= Q(**{f"{name}__in": scope.programs if name == "program" else scope.contracts})
        if about:
            yield rows_of(model).filter(mine)


def _known_on() -> Coalesce:
    """From when a contract is in view for its document's sake (exposure/sql/contract_values.py)."""
    return Coalesce("source__published_on", TruncDate("created_at"))


def _days(rows: "QuerySet[models.Model]", columns: Sequence[str]) -> set[dt.date]:
    """The days in some columns. One query."""
    if not columns:
        return set()
    one, *others = (rows.order_by().values_list(name, flat=True).distinct() for name in columns)
    return {day for day in one.union(*others) if day is not None}
