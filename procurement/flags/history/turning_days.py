"""The days on which anything can turn: those on which a fact comes into view, and those on which a clock strikes.

Between two such days every rule finds the same, so nobody need look there. It rests on the clocks that rules name
(rule.py: Clock).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate

from procurement.contracts.models import Contract
from procurement.flags.evaluation.clocks import dated
from procurement.flags.evaluation.scope import Scope
from procurement.flags.rule import Dates, Limits, Rule
from procurement.sources.facts import Fact, fact_models, rows_of

#: A fact is in view from the later of these days on.
IN_VIEW_FROM = ("effective_on", "published_on")


def turning_days(
    first: dt.date, last: dt.date, *, scope: Scope, rules: Sequence[Rule], limits: Mapping[str, Limits]
) -> list[dt.date]:
    """The first day, and the days up to the last on which what the rules find in a scope may be another than before.

    About thirty queries, whatever the scope; over everything each reads a table.
    """
    found = {first, *_in_view(scope)}
    for dates, shifts in _shifts(rules, limits).items():
        days = {day for each in dated(dates) for day in each.days(scope)}
        found |= {day + shift for day in days for shift in shifts}
    return sorted(day for day in found if first <= day <= last)


def first_day(scope: Scope) -> dt.date | None:
    """The earliest day that a fact in a scope takes effect or became public on; None where there is no fact."""
    return min(_in_view(scope), default=None)


def _shifts(rules: Iterable[Rule], limits: Mapping[str, Limits]) -> dict[Dates, set[dt.timedelta]]:
    found: dict[Dates, set[dt.timedelta]] = defaultdict(set)
    for rule in rules:
        for clock in rule.clocks:
            found[clock.dates].add(clock.shift(limits.get(rule.code, Limits())))
    return found


def _in_view(scope: Scope) -> set[dt.date]:
    """The days on which facts and contracts come into view."""
    found = {day for rows in _tables(scope) for day in _days(rows, IN_VIEW_FROM)}
    contracts = (
        Contract.everything.all() if scope.contracts is None else Contract.everything.filter(pk__in=scope.contracts)
    )
    return found | _days(contracts.annotate(known_on=_known_on()), ["known_on"])


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
