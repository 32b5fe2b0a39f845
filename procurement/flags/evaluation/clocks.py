"""Where the dates of clocks are stored (rule.py: Dates), and which programs and contracts a clock is about."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from procurement.common.dates import Asked
from procurement.contracts.models import Contract, ContractStatusChange, Milestone
from procurement.contracts.states import CLOSING, LIVE, MOVING, PENDING
from procurement.figures.models import ReportedFigure
from procurement.flags.evaluation.scope import NOTHING, Scope, of_programs
from procurement.flags.models import Flag
from procurement.flags.rule import Dates, Limits, Rule
from procurement.ledger.models import Completeness, LedgerEntry
from procurement.programs.models import StatusChange
from procurement.programs.reading import standings
from procurement.programs.standing import STOPPED
from procurement.sources.facts import fact_models, rows_of

#: States that halt a contract.
HALTED = ("stop_work", "suspended")
#: A range of days: later than the first, up to the second.
Range = tuple[dt.date, dt.date]


@dataclass(frozen=True)
class Dated:
    """Rows with a date from which clocks run, and the columns that name their program or contract."""

    rows: "QuerySet[models.Model]"
    day: str
    program: str = ""
    contract: str = ""

    def within(self, scope: Scope) -> "QuerySet[models.Model]":
        """The rows about a scope."""
        if scope.programs is None or scope.contracts is None:
            return self.rows
        mine = Q(pk=None)
        if self.program:
            mine |= Q(**{f"{self.program}__in": scope.programs})
        if self.contract:
            mine |= Q(**{f"{self.contract}__in": scope.contracts})
        return self.rows.filter(mine)

    def days(self, scope: Scope) -> Iterator[dt.date]:
        """The days in these rows. One query."""
        rows = self.within(scope).order_by().values_list(self.day, flat=True).distinct()
        yield from (day for day in rows if day is not None)

    def flagged_by(self, rules: Collection[str]) -> "Dated":
        """The rows about contracts with a flag of one of these rules whose condition holds."""
        flags = Flag.objects.filter(contract=OuterRef(self.contract), rule__in=rules, condition_holds=True)
        return replace(self, rows=self.rows.filter(Exists(flags)))

    def about(self, ranges: Iterable[Range]) -> Scope:
        """The programs and contracts of the rows with a day in one of these ranges. One query."""
        when = reduce(or_, (Q(**{f"{self.day}__gt": after, f"{self.day}__lte": last}) for after, last in ranges))
        columns = [name for name in (self.program, self.contract) if name]
        found = set(self.rows.filter(when).order_by().values_list(*columns))
        by_column = dict(zip(columns, zip(*found, strict=True), strict=True)) if found else {}
        named = (frozenset(by_column.get(name, ())) - {None} for name in (self.program, self.contract))
        return Scope(*named)


def dated(dates: Dates) -> list[Dated]:
    """The rows with dates of a kind."""
    return _KINDS[dates]()


def _contract_ends() -> list[Dated]:
    return [Dated(Contract.objects.all(), "ends_on", contract="pk")]


def _halts() -> list[Dated]:
    rows = rows_of(ContractStatusChange).filter(act="state", status__in=HALTED)
    return [Dated(rows, "effective_on", contract="contract")]


def _due(kind: str) -> list[Dated]:
    return [Dated(rows_of(Milestone).filter(kind=kind), "due_on", contract="contract")]


def _complete() -> list[Dated]:
    return [Dated(rows_of(Completeness), "through", contract="contract")]


def _reported() -> list[Dated]:
    return [Dated(rows_of(ReportedFigure), "as_of_date", program="program", contract="contract")]


def _signs_of_life() -> list[Dated]:
    said = Q(act="confirmation") | Q(act="state", status__in=(*LIVE, PENDING))
    moved = rows_of(LedgerEntry).filter(measure__in=MOVING).exclude(reason__in=CLOSING)
    return [
        Dated(rows_of(ContractStatusChange).filter(said), "effective_on", contract="contract"),
        Dated(moved, "effective_on", contract="contract"),
    ]


def _stops() -> list[Dated]:
    rows = rows_of(StatusChange).filter(kind=StatusChange.Kind.DECISION, status__in=STOPPED)
    return [Dated(rows, "effective_on", program="program")]


def _news() -> list[Dated]:
    found = []
    for model in fact_models():
        columns = {each.name for each in model._meta.fields} & {"program", "contract"}
        if columns:
            rows = rows_of(model).annotate(news_on=Coalesce("published_on", "effective_on"))
            found.append(Dated(rows, "news_on", **{name: name for name in columns}))
    return found


_KINDS: Mapping[Dates, Callable[[], list[Dated]]] = {
    Dates.CONTRACT_END: _contract_ends,
    Dates.HALT: _halts,
    Dates.DELIVERY_DUE: lambda: _due("delivery"),
    Dates.PAYMENT_DUE: lambda: _due("payment"),
    Dates.COMPLETE_THROUGH: _complete,
    Dates.REPORTED_TOTAL: _reported,
    Dates.SIGN_OF_LIFE: _signs_of_life,
    Dates.STOP: _stops,
    Dates.NEWS: _news,
}
assert set(_KINDS) == set(Dates)


def struck(rules: Iterable[Rule], limits: Mapping[str, Limits], *, after: dt.date, today: dt.date) -> Scope:
    """The scope in which clocks of rules have struck since a day. Elsewhere, findings change only by new facts.

    The clock of a contract's date is about that contract, the clock of a stop about the program and all its contracts.
    If a clock never creates a finding, only contracts with a flag of its rules are included. Stopped programs are few,
    so on each new day all of them are included (for NEWS), without their contracts. One or two queries per kind of
    date.
    """
    ranges: dict[tuple[Dates, bool], set[Range]] = defaultdict(set)
    codes: dict[tuple[Dates, bool], set[str]] = defaultdict(set)
    for rule in rules:
        for clock in rule.clocks:
            shift, kind = clock.shift(limits.get(rule.code, Limits())), (clock.dates, clock.opens)
            ranges[kind].add((after - shift, today - shift))
            codes[kind].add(rule.code)
    found = NOTHING
    for (dates, opens), those in ranges.items():
        found |= _struck(dates, those, today, flagged=None if opens else codes[dates, opens])
    return found


def _struck(dates: Dates, ranges: Iterable[Range], today: dt.date, *, flagged: Collection[str] | None) -> Scope:
    if dates is Dates.NEWS:
        return Scope(frozenset(pk for pk, now in standings(Asked(today)).items() if now.is_stopped), frozenset())
    rows = dated(dates) if flagged is None else [each.flagged_by(flagged) for each in dated(dates)]
    found = reduce(or_, (each.about(ranges) for each in rows))
    return of_programs(found.programs or ()) if dates is Dates.STOP else found
