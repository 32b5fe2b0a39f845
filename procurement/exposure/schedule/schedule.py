"""Schedules of what is outstanding: how much of it falls due in which period, and the rest. Pure."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from typing import Any

from procurement.exposure.rows import DIGITS, converted_from
from procurement.exposure.schedule.periods import PERIODS, Period
from procurement.fiscal.years import FiscalYear

#: Numbers of open milestones that no period has an amount of: payments without an amount, payments of contracts of
#: which nobody knows what is outstanding, and deliveries.
COUNTS = ("payments_without_amount", "payments_of_unknown_outstanding", "deliveries")


@dataclass(frozen=True)
class Falling:
    """What falls due in one month under one fiscal year, in a group; the amount is None where none is known."""

    rule: FiscalYear
    month: dt.date
    amount: Decimal | None
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Instalment:
    """What falls due in a period."""

    period: Period
    amount: Decimal

    def is_overdue(self, as_of: dt.date) -> bool:
        """Whether its period has passed without the payments."""
        return self.period.last_day < as_of


@dataclass(frozen=True)
class Schedule:
    """One group: its keys, its currency, what is outstanding and when that falls due; None is unknown."""

    keys: dict[str, Any]
    currency: str | None
    outstanding: Decimal | None
    instalments: tuple[Instalment, ...]
    counts: Mapping[str, int]
    #: the currencies in which its contracts are, where it was converted
    converted_from: frozenset[str] = frozenset()

    @property
    def unscheduled(self) -> Decimal | None:
        """The rest, so that all sum to what is outstanding; below zero where more is scheduled than is owed."""
        if self.outstanding is None:
            return None
        with localcontext() as context:
            context.prec = DIGITS
            return self.outstanding - sum((each.amount for each in self.instalments), Decimal(0))

    @property
    def by_year(self) -> dict[int, Decimal]:
        """The amounts by the number of the year, for instalments by year."""
        return {each.period.year: each.amount for each in self.instalments}


def schedule_of(
    keys: dict[str, Any], currency: str | None, outstanding: Decimal | None, by: str, falling: Sequence[Falling]
) -> Schedule:
    """Put what falls due into periods."""
    found = [Instalment(PERIODS[by](each.month, each.rule), each.amount) for each in falling if each.amount is not None]
    counts = {name: sum(each.counts[name] for each in falling) for name in COUNTS}
    return Schedule(keys, currency, outstanding, _by_label(found), counts)


def _by_label(instalments: Iterable[Instalment]) -> tuple[Instalment, ...]:
    """One instalment for each name of a period, in the order of their days."""
    found: dict[str, Instalment] = {}
    with localcontext() as context:
        context.prec = DIGITS
        for each in instalments:
            other = found.get(each.period.label)
            found[each.period.label] = _together(other, each) if other else each
    return tuple(sorted(found.values(), key=lambda each: (each.period.first_day, each.period.label)))


def _together(one: Instalment, other: Instalment) -> Instalment:
    return Instalment(one.period.with_days_of(other.period), one.amount + other.amount)


def converted(schedule: Schedule, rate: Decimal, currency: str) -> Schedule:
    """A schedule at a rate: units of the currency for one of its own."""
    with localcontext() as context:
        context.prec = DIGITS
        return replace(
            schedule,
            currency=currency,
            converted_from=converted_from(schedule.currency, currency),
            outstanding=None if schedule.outstanding is None else schedule.outstanding * rate,
            instalments=tuple(replace(each, amount=each.amount * rate) for each in schedule.instalments),
        )


def merged(schedules: Sequence[Schedule]) -> Schedule:
    """Schedules of one currency and equal keys as one."""
    known = [each.outstanding for each in schedules if each.outstanding is not None]
    with localcontext() as context:
        context.prec = DIGITS
        outstanding = sum(known, Decimal(0)) if known else None
    return replace(
        schedules[0],
        outstanding=outstanding,
        instalments=_by_label(instalment for each in schedules for instalment in each.instalments),
        counts={name: sum(each.counts[name] for each in schedules) for name in COUNTS},
        converted_from=frozenset().union(*(each.converted_from for each in schedules)),
    )
