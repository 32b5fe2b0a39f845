"""Totals as they were reported, grouped by measure: those that differ are marked, with the ledger's own beside them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q

from procurement.cases.one_program.money import Amount, Money
from procurement.cases.reported import LEAVING
from procurement.common import localized
from procurement.common.dates import Asked
from procurement.common.dating import Dated
from procurement.contracts.models import ProgramAllocation
from procurement.figures.models import ReportedFigure
from procurement.flags.rule import Limits
from procurement.flags.rules.disputed_figure import NEAR, TOLERANCE

#: Measures that the ledger holds too -> its figure.
IN_THE_LEDGER: Mapping[str, str] = {
    "contracted": "committed", "paid": "paid", "delivered": "delivered", "unpaid": "outstanding",
    "termination_cost": "termination_liability", "settlement": "exit_paid", "guarantee": "guarantees_held",
}  # fmt: skip
#: Measures that say most of a program, first those that say more.
TELLING = ("contracted", "spent", "paid", "settlement", "termination_cost", "estimated_total", "program_cost", "budget")
#: So many reports of a program are read; the latest.
MOST = 200


def who_reported(figure: ReportedFigure) -> str:
    """The speaker, else the body that spoke, else who published it."""
    body = figure.speaker_organization
    return figure.speaker or (localized.own_name(body.name, body.local_name) if body else figure.source.publisher)


@dataclass(frozen=True)
class Difference:
    """By how much two reports of one total lie apart."""

    amount: Decimal
    other: ReportedFigure

    @property
    def who(self) -> str:
        """Who made the other report."""
        return who_reported(self.other)

    @property
    def short(self) -> str:
        """The amount in the active language."""
        return localized.in_short(self.amount, self.other.currency)


@dataclass(frozen=True)
class ReportedTotal:
    """One report, and the nearest other one of the same total that says something else."""

    figure: ReportedFigure
    differs: Difference | None = None

    @property
    def who(self) -> str:
        """Who reported it."""
        return who_reported(self.figure)

    @property
    def ends(self) -> tuple[Decimal | None, Decimal | None]:
        """The least and the most that was said."""
        return self.figure.ends

    @property
    def as_of(self) -> Dated:
        """The day for which it was said."""
        return Dated(self.figure.as_of_date, self.figure.as_of_precision)


@dataclass(frozen=True)
class Measured:
    """The reports of one measure, and the ledger's figure of it in each currency in which there are reports."""

    measure: str
    totals: tuple[ReportedTotal, ...]
    ledger: tuple[tuple[str, str, Amount], ...] = ()

    @property
    def differing(self) -> int:
        """How many differ from another."""
        return sum(total.differs is not None for total in self.totals)


@dataclass(frozen=True)
class Reports:
    """Every report about the program or a contract of it, by measure."""

    measures: tuple[Measured, ...]
    cut: bool = False
    figures: tuple[ReportedFigure, ...] = field(default=())

    @property
    def leaving(self) -> list[ReportedTotal]:
        """Those about the cost of leaving."""
        return [total for each in self.measures if each.measure in LEAVING for total in each.totals]

    @property
    def headline(self) -> list[ReportedTotal]:
        """The latest of each of the measures that say most of a program without contracts on record."""
        latest = [each.totals[-1] for each in self.measures if each.measure in TELLING and each.totals]
        return sorted(latest, key=lambda each: TELLING.index(each.figure.measure))[:2]

    def sources(self) -> set[int]:
        """The documents that these rest on."""
        return {figure.source_id for figure in self.figures}


def reports_of(
    asked: Asked, program_id: int, money: Iterable[Money], limits: Limits, *, with_contracts: bool = True
) -> Reports:
    """The reports in view; `limits` are the thresholds of the rule about figures that differ. One query."""
    about = Q(program=program_id)
    if with_contracts:
        about |= Q(contract__in=ProgramAllocation.objects.standing(asked).filter(program=program_id).values("contract"))
    rows = (
        ReportedFigure.objects.standing(asked)
        .filter(about)
        .select_related("contract", "speaker_organization", "source")
    )
    latest = list(rows.order_by("-as_of_date", "-id")[: MOST + 1])
    figures = sorted(latest[:MOST], key=lambda row: (row.as_of_date, row.pk))
    apart = differences(figures, limits.days(NEAR), limits.percent(TOLERANCE))
    by_measure: dict[str, list[ReportedFigure]] = defaultdict(list)
    for figure in figures:
        by_measure[figure.measure].append(figure)
    measures = (
        Measured(
            name,
            tuple(ReportedTotal(each, apart.get(each.pk)) for each in by_measure[name]),
            _in_the_ledger(name, {each.currency for each in by_measure[name]}, money),
        )
        for name in ReportedFigure.Measure.values
        if name in by_measure
    )
    return Reports(tuple(measures), len(latest) > MOST, tuple(figures))


def _in_the_ledger(measure: str, currencies: set[str], money: Iterable[Money]) -> tuple[tuple[str, str, Amount], ...]:
    name = IN_THE_LEDGER.get(measure)
    if name is None:
        return ()
    return tuple((name, each.currency, each.amount(name)) for each in money if each.currency in currencies)


def differences(figures: Sequence[ReportedFigure], near: int, tolerance: Decimal) -> dict[int, Difference]:
    """For each report the one it differs most from, of the same subject, measure, scope and currency, near in time.

    Two ranges that overlap do not differ; others by what lies between their nearest ends, where that is more than
    their rounding and the tolerance in percent (docs/flags/disputed-figure.md).
    """
    alike: dict[tuple[object, ...], list[ReportedFigure]] = defaultdict(list)
    for each in figures:
        alike[each.program_id, each.contract_id, each.measure, each.scope, each.currency].append(each)
    found: dict[int, Difference] = {}
    for group in alike.values():
        for one in group:
            others = [Difference(_apart(one, each, tolerance), each) for each in group if _is_near(one, each, near)]
            widest = max(others, key=lambda each: each.amount, default=None)
            if widest is not None and widest.amount:
                found[one.pk] = widest
    return found


def _is_near(one: ReportedFigure, other: ReportedFigure, near: int) -> bool:
    return one.pk != other.pk and abs(one.as_of_date - other.as_of_date) <= dt.timedelta(days=near)


def _apart(one: ReportedFigure, other: ReportedFigure, tolerance: Decimal) -> Decimal:
    """How far apart two reports are; zero where they agree within rounding and tolerance, or an end is open."""
    (low, high), (other_low, other_high) = one.ends, other.ends
    upper = max((each for each in (low, other_low) if each is not None), default=None)
    lower = min((each for each in (high, other_high) if each is not None), default=None)
    if upper is None or lower is None:
        return Decimal(0)
    apart, largest = upper - lower, max(abs(upper), abs(lower))
    within = apart <= one.rounding + other.rounding or apart <= tolerance / 100 * largest
    return Decimal(0) if within else apart
