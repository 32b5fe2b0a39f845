"""Stepping through time: the ends of months, quarters and years between two days. Pure."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping

from procurement.common.dates import month_end
from procurement.fiscal.years import CALENDAR, ONE_DAY, FiscalYear, last_day, quarter_end, year_of

#: Names of intervals -> the last day of the one that a day lies in; those of a country's own year take its rule.
ENDS: Mapping[str, Callable[[dt.date, FiscalYear], dt.date]] = {
    "month": lambda day, _: month_end(day),
    "quarter": lambda day, _: quarter_end(day, CALENDAR),
    "year": lambda day, _: last_day(day.year, CALENDAR),
    "fiscal_year": lambda day, rule: last_day(year_of(day, rule), rule),
}
FISCAL = "fiscal_year"


def interval_ends(interval: str, first: dt.date, last: dt.date, rule: FiscalYear = CALENDAR) -> Iterator[dt.date]:
    """The last day of each interval from the one that `first` lies in on; of the one of `last`, `last` itself."""
    day = first
    while day <= last:
        end = min(ENDS[interval](day, rule), last)
        yield end
        day = end + ONE_DAY
