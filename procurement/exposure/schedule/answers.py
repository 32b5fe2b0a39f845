"""Scheduling what is outstanding: what falls due when, and what is unscheduled (DESIGN.md section 5, `deferred`)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.db import connection

from procurement.common.errors import Refused
from procurement.exposure.answering import Answer, Question, answer
from procurement.exposure.conversion import conversion_for, in_one_currency, left_in
from procurement.exposure.kept.waiting import read_kept
from procurement.exposure.organizations import merged_parameters
from procurement.exposure.plan import planned
from procurement.exposure.rows import Row
from procurement.exposure.schedule.periods import PERIODS
from procurement.exposure.schedule.schedule import COUNTS, Falling, Schedule, converted, merged, schedule_of
from procurement.exposure.schedule.statements import falling_of_facts, falling_of_kept, row_text
from procurement.exposure.snapshot import one_moment
from procurement.exposure.sql.grouping import own_keys
from procurement.exposure.valuing import fiscal_parameters, parameters
from procurement.fiscal.years import FiscalYear
from procurement.programs.standing import Standing
from procurement.rates.converting import Rate

#: More rows than there are.
EVERY = 2**62

#: A group's keys and currency.
Keys = tuple[Any, ...]


@dataclass(frozen=True)
class Scheduled:
    """The schedules of one page of groups and of the totals by currency, as an Answer has its rows."""

    question: Question
    by: str
    rows: list[Schedule]
    totals: list[Schedule]
    standings: Mapping[int, Standing]
    next_offset: int | None = None
    rates: tuple[Rate, ...] = ()
    #: currencies that had no rate and were left as they are -> how many contracts there are in each
    left: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Deferred:
    """What is outstanding by the fiscal year its payments fall due, and the rest; they sum to `outstanding`."""

    outstanding: Decimal
    years: Mapping[int, Decimal]
    unscheduled: Decimal


def checked_period(by: str) -> str:
    """Refuse an unknown period."""
    if by not in PERIODS:
        raise Refused({"by": f"“{by[:40]}” is not a period of a schedule; accepted: {', '.join(PERIODS)}"})
    return by


def schedule(question: Question, by: str = "fiscal_year") -> Scheduled:
    """Schedule what is outstanding of each group, all of one moment of the facts.

    Raises Refused as `answer` does, for an unknown period, and where a rate is missing.
    """
    checked_period(by)
    with one_moment():
        return _in_one_currency(question, by) if question.currency else scheduled(answer(question), by)


def deferred(found: Schedule) -> Deferred | None:
    """A schedule by fiscal year as a figure."""
    if found.outstanding is None or found.unscheduled is None:
        return None
    return Deferred(found.outstanding, found.by_year, found.unscheduled)


def scheduled(answered: Answer, by: str) -> Scheduled:
    """Schedule an answer in the contracts' own currencies, read in the same `one_moment`."""
    rows, totals = _falling_in(answered)
    own = own_keys(answered.question.group_by)
    return Scheduled(
        question=answered.question,
        by=by,
        rows=[_scheduled(row, by, rows if own else totals) for row in answered.rows],
        totals=[_scheduled(row, by, totals) for row in answered.totals],
        standings=answered.standings,
        next_offset=answered.next_offset,
    )


def _scheduled(row: Row, by: str, falling: Mapping[Keys, Sequence[Falling]]) -> Schedule:
    found = falling.get((*row.keys.values(), row.currency), ())
    return schedule_of(row.keys, row.currency, row.figures["outstanding"], by, found)


# what falls due, from the database

Groups = dict[Keys, list[Falling]]


def _falling_in(answered: Answer) -> tuple[Groups, Groups]:
    """What falls due in the page's rows, and in the totals."""
    own = own_keys(answered.question.group_by)
    rows, totals = defaultdict(list), defaultdict(list)
    for record in _records(answered):
        if record["is_total"] or not own:
            totals[(record["row_currency"],)].append(_falling(record))
        else:
            rows[(*(record[name] for name in own), record["row_currency"])].append(_falling(record))
    return rows, totals


def _falling(record: Mapping[str, Any]) -> Falling:
    rule = FiscalYear(record["first_month"], record["label"])
    return Falling(rule, record["month"], record["amount"], {name: record[name] for name in COUNTS})


def _records(answered: Answer) -> list[dict[str, Any]]:
    """From kept lines where they are of use, else from the facts, as for any answer."""
    plan = planned(answered.question)
    asked, own, filters = plan.asked, plan.own, plan.filters
    values = parameters(asked, answered.standings, of_facts=False) | fiscal_parameters() | plan.values
    values["page"] = _page(answered)

    def of_kept(contracts: list[int] | None) -> list[dict[str, Any]] | None:
        text = falling_of_kept(own, filters, waiting=contracts is not None)
        merged = {} if contracts is None else merged_parameters(asked)
        return _read(text, values | merged | {"contracts": contracts})

    found = read_kept(asked, filters, of_kept)
    if found is not None:
        return found
    return _read(falling_of_facts(own, filters), values | merged_parameters(asked)) or []


def _page(answered: Answer) -> list[str] | None:
    """The texts of the page's rows, where there are more rows than it has."""
    if answered.question.offset == 0 and answered.question.beyond is None and answered.next_offset is None:
        return None
    return [row_text([*row.keys.values(), row.currency]) for row in answered.rows]


def _read(text: str, values: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """Run a statement; its records, or None where something waits."""
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        names = [column.name for column in cursor.description]
        records = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return None if records[0]["waits"] else [record for record in records if record["month"] is not None]


# conversion


def _in_one_currency(question: Question, by: str) -> Scheduled:
    """Convert what was found in the contracts' own currencies, each pair at one rate.

    Rows of equal keys become one, so the page is cut afterwards; a contract has one currency, so its rows do not.
    """
    cut = "contract" in question.group_by
    more: dict[str, Any] = {} if cut else {"offset": 0, "limit": EVERY}
    native = answer(replace(question, currency=None, **more))
    found, conversion = scheduled(native, by), conversion_for(question, native.totals)
    rows, totals = (in_one_currency(each, conversion, converted, merged) for each in (found.rows, found.totals))
    next_offset = question.offset + question.limit
    return replace(
        found,
        question=question,
        rows=rows if cut else rows[question.offset : next_offset],
        totals=totals,
        next_offset=found.next_offset if cut else next_offset if len(rows) > next_offset else None,
        rates=conversion.used,
        left=left_in(native.totals, conversion),
    )
