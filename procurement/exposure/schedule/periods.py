"""The periods that payments fall due in: fiscal ones of the buyer's country, or the calendar's. Pure."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from procurement.common.dates import month_end, months_before
from procurement.fiscal.years import CALENDAR, FiscalYear, first_day, last_day, quarter_end, quarter_of, year_of


@dataclass(frozen=True)
class Period:
    """A period by its name; `year` is the fiscal year, or the calendar's, that it lies in."""

    label: str
    year: int
    first_day: dt.date
    last_day: dt.date

    def with_days_of(self, other: "Period") -> "Period":
        """The same name with the days of both: countries' fiscal years of one number begin on different days."""
        first, last = min(self.first_day, other.first_day), max(self.last_day, other.last_day)
        return Period(self.label, self.year, first, last)


def fiscal_year(day: dt.date, rule: FiscalYear) -> Period:
    """The fiscal year that a day lies in: FY2019 for 2020-03-31 in Japan."""
    year = year_of(day, rule)
    return Period(f"FY{year}", year, first_day(year, rule), last_day(year, rule))


def quarter(day: dt.date, rule: FiscalYear) -> Period:
    """The fiscal quarter that a day lies in: FY2019-Q4 for 2020-03-31 in Japan."""
    (year, number), end = quarter_of(day, rule), quarter_end(day, rule)
    return Period(f"FY{year}-Q{number}", year, months_before(end, 2).replace(day=1), end)


def month(day: dt.date, _rule: FiscalYear = CALENDAR) -> Period:
    """The month that a day lies in, whatever the fiscal year."""
    return Period(day.isoformat()[:7], day.year, day.replace(day=1), month_end(day))


def year(day: dt.date, _rule: FiscalYear = CALENDAR) -> Period:
    """The calendar year that a day lies in, whatever the fiscal year."""
    return Period(day.isoformat()[:4], day.year, first_day(day.year, CALENDAR), last_day(day.year, CALENDAR))


#: What a schedule can be asked by. All are of whole months.
PERIODS: Mapping[str, Callable[[dt.date, FiscalYear], Period]] = {
    "fiscal_year": fiscal_year,
    "quarter": quarter,
    "month": month,
    "year": year,
}
