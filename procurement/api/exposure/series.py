"""Exposure over time: the same question at the end of each interval."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from django.utils import timezone

from procurement.api.exposure.rows import Display, labels_of, shown_left, shown_rates, shown_rows, shown_totals
from procurement.api.http.dates import parsed
from procurement.api.http.filtering import Country, values_in
from procurement.common.codes import country_code
from procurement.common.errors import Complaints, Refused
from procurement.common.reading_dates import parse_day
from procurement.exposure.answering import Answer, Question
from procurement.exposure.series import answers_at
from procurement.fiscal.intervals import ENDS, FISCAL, interval_ends
from procurement.fiscal.reading import fiscal_years
from procurement.fiscal.years import CALENDAR, FiscalYear

#: Parameters of a series, beside those of any question of exposure.
SERIES = ("interval", "from", "to", "calendar")
MOST_POINTS, MOST_ROWS = 400, 10_000
TOO_MANY = "more than {} points; a longer interval, or to={} and the rest in another request, would be accepted"


@dataclass(frozen=True)
class Steps:
    """The days of a series: the ends of intervals, and the last day that was asked for."""

    interval: str
    first: dt.date
    last: dt.date
    days: Sequence[dt.date]


def steps(params: Mapping[str, str]) -> Steps:
    """The days that a request asks for. Raises Refused naming each parameter that cannot be read."""
    complaints = Complaints()
    interval = _interval(params, complaints)
    first = _day(params, "from", complaints)
    last = _day(params, "to", complaints, default=timezone.localdate())
    if first and last and first > last:
        said = f"{first.isoformat()} is after to, {last.isoformat()}; a day up to that one would be accepted"
        complaints.add("from", said)
    complaints.refuse_if_any()
    assert first is not None, "it was complained of"
    assert last is not None, "it was complained of"
    days = list(islice(interval_ends(interval, first, last, _rule(interval, params)), MOST_POINTS + 1))
    if len(days) > MOST_POINTS:
        raise Refused({"interval": TOO_MANY.format(MOST_POINTS, days[MOST_POINTS - 1].isoformat())})
    return Steps(interval, first, last, days)


def _interval(params: Mapping[str, str], complaints: Complaints) -> str:
    name = params.get("interval", "")
    if name not in ENDS:
        complaints.add("interval", f"“{name[:40]}” is not an interval; accepted: {', '.join(ENDS)}")
    return name


def _day(
    params: Mapping[str, str], name: str, complaints: Complaints, default: dt.date | None = None
) -> dt.date | None:
    if name not in params and default is None:
        complaints.add(name, "must be given: the first day of the series, such as 2019-04-01")
    return parsed(params, name, parse_day, complaints) if name in params else default


def _rule(interval: str, params: Mapping[str, str]) -> FiscalYear:
    """The fiscal year of the country named by `calendar`, else by the filter. Raises Refused."""
    given = params.get("calendar")
    if interval != FISCAL:
        if given is not None:
            raise Refused({"calendar": f"applies only to fiscal years; give interval={FISCAL}, or leave it out"})
        return CALENDAR
    return fiscal_years().get(_calendar(given, params), CALENDAR)


def _calendar(given: str | None, params: Mapping[str, str]) -> str:
    """The country whose fiscal years are meant. Raises Refused where none or several are named."""
    if given is not None:
        try:
            return country_code(given)
        except ValueError as error:
            raise Refused({"calendar": str(error)}) from error
    countries = values_in({"country": Country("country")}, params).get("country", [])
    if len(countries) != 1:
        named = f"the filter names {len(countries)} countries" if countries else "none is named"
        raise Refused({"calendar": f"fiscal years need a country, and {named}; calendar=JP would be accepted"})
    return str(countries[0])


def series(question: Question, asked: Steps, how: Display) -> dict[str, Any]:
    """The question at each day. Raises Refused where there are more rows than one answer holds."""
    found = answers_by_day(question, asked)
    labels = labels_of(question.group_by, [row for each in found for row in each.rows])
    points = [
        {
            "as_of": each.question.asked.as_of,
            "rates": shown_rates(each.rates),
            **shown_left(each.question, each.left),
            "rows": shown_rows(each, how, labels),
            "totals": shown_totals(each, how),
        }
        for each in found
    ]
    return {"interval": asked.interval, "from": asked.first, "to": asked.last, "points": points}


def answers_by_day(question: Question, asked: Steps) -> list[Answer]:
    """The answer at each day. Raises Refused where there are more rows than one answer holds."""
    found, rows = answers_at(replace(question, limit=MOST_ROWS), asked.days), 0
    for each in found:
        rows += len(each.rows)
        if rows > MOST_ROWS or each.next_offset is not None:
            raise Refused({"group_by": _too_long(each.question.asked.as_of, len(asked.days))})
    return found


def _too_long(day: dt.date, points: int) -> str:
    return (
        f"by {day.isoformat()} there are more than {MOST_ROWS} rows in the {points} points, and a series has no pages; "
        "a coarser grouping, a longer interval, a shorter time or filters would be accepted, or GET /exposure/ at each "
        "day, which has pages"
    )
