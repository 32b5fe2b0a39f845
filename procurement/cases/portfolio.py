"""Every program, a line for each currency: what happened, what is owed, the cost of leaving, expected and actual."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from procurement.cases.flag_counts import flag_counts
from procurement.cases.lagging import Lag, lags
from procurement.cases.reported import Reported, reported
from procurement.common.dates import Asked
from procurement.exposure.answering import Question, answer
from procurement.exposure.rows import Row
from procurement.programs.models import Program
from procurement.programs.reading import standings
from procurement.programs.standing import Standing
from procurement.sources.past_view import as_recorded, in_past_view


@dataclass(frozen=True)
class Money:
    """A program's figures in one currency; None is unknown, also where no contract is in view."""

    currency: str
    #: today, or on the asked day
    contracts: int
    committed: Decimal | None
    paid: Decimal | None
    outstanding: Decimal | None
    unaccounted: Decimal | None
    exit_paid: Decimal | None
    #: the earliest and the latest day through which payments of its contracts are known
    paid_known_through: tuple[dt.date, dt.date] | None = None
    #: how many contracts are only presumed to run
    presumed: int = 0
    #: on the day the stop began
    committed_at_stop: Decimal | None = None
    paid_at_stop: Decimal | None = None
    liability_low: Decimal | None = None
    liability_high: Decimal | None = None


@dataclass(frozen=True)
class Case:
    """One program."""

    program: Program
    standing: Standing
    lag: Lag | None
    money: tuple[Money, ...]
    reported: tuple[Reported, ...]
    #: unresolved flags by severity
    flags: Mapping[str, int]


def portfolio(asked: Asked, program_ids: Collection[int] | None = None) -> list[Case]:
    """The programs at the requested dates: the most recently stopped first, then the others by code.

    Flags are those of now, whatever dates are requested. Makes one query for each day on which a stop began, and about
    ten more.
    """
    known = in_past_view(as_recorded(Program, asked).select_related("buyer"), asked)
    named = known if program_ids is None else known.filter(pk__in=list(program_ids))
    programs: dict[int, Program] = {program.pk: program for program in named}
    now = standings(asked, list(programs))
    stopped = {pk: now[pk].stopped_on for pk in programs if pk in now and now[pk].is_stopped}
    money = _money(asked, list(programs), {pk: day for pk, day in stopped.items() if day is not None})
    lag_of, figures_of, flags = lags(asked, list(stopped)), reported(asked, list(programs)), flag_counts(list(programs))
    cases = [
        Case(
            program,
            now.get(pk, Standing()),
            lag_of.get(pk),
            tuple(money.get(pk, ())),
            tuple(figures_of.get(pk, ())),
            flags.get(pk, {}),
        )
        for pk, program in programs.items()
    ]
    return sorted(cases, key=_order)


def _order(case: Case) -> tuple[int, str]:
    stopped_on = case.standing.stopped_on
    return (-stopped_on.toordinal() if stopped_on else 1, case.program.code)


def _money(asked: Asked, program_ids: list[int], stopped: Mapping[int, dt.date]) -> dict[int, list[Money]]:
    before = _at_stops(asked, stopped)
    found: dict[int, list[Money]] = defaultdict(list)
    for row in _rows(asked, program_ids):
        program, currency = row.keys["program"], row.currency or ""
        found[program].append(_one(row, currency, before.pop((program, currency), None)))
    for (program, currency), row in before.items():  # every contract has left since
        found[program].append(_one(None, currency, row))
    return found


def _one(now: Row | None, currency: str, stop: Row | None) -> Money:
    figures, then = now.figures if now else {}, stop.figures if stop else {}
    low, high = _estimate(figures)
    if low is None and high is None:
        low, high = _estimate(then)
    return Money(
        currency=currency,
        contracts=now.contracts if now else 0,
        committed=figures.get("committed"),
        paid=figures.get("paid"),
        outstanding=figures.get("outstanding"),
        unaccounted=figures.get("unaccounted"),
        exit_paid=figures.get("exit_paid"),
        paid_known_through=now.age.paid_known_through if now else None,
        presumed=now.age.presumed if now else 0,
        committed_at_stop=then.get("committed"),
        paid_at_stop=then.get("paid"),
        liability_low=low,
        liability_high=high,
    )


def _estimate(figures: Mapping[str, Decimal | None]) -> tuple[Decimal | None, Decimal | None]:
    """Both ends of the estimated cost of terminating; a single number is used for both."""
    low, point, high = (figures.get(f"liability_{end}") for end in ("low", "point", "high"))
    return (point, point) if low is None and high is None else (low, high)


def _at_stops(asked: Asked, stopped: Mapping[int, dt.date]) -> dict[tuple[int, str], Row]:
    by_day: dict[dt.date, list[int]] = defaultdict(list)
    for program, day in stopped.items():
        by_day[day].append(program)
    return {
        (row.keys["program"], row.currency or ""): row
        for day, programs in by_day.items()
        for row in _rows(replace(asked, as_of=day), programs)
    }


def _rows(asked: Asked, program_ids: list[int]) -> Iterable[Row]:
    """The exposure of each program with contracts, by currency; unallocated shares belong to no program."""
    if not program_ids:
        return []
    found = answer(Question(asked, ("program",), {"program": program_ids}))
    return [row for row in found.rows if row.keys["program"] in set(program_ids) and row.currency is not None]
