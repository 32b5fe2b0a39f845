"""Fiscal years: which year and quarter a day belongs to, and when they begin and end. Pure."""

import datetime as dt
from dataclasses import dataclass

from procurement.common.dates import month_end, months_before

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class FiscalYear:
    """The month a country's fiscal year begins in, and whether it is named for the year it begins (0) or ends in (1).

    A year that begins in January ends in the same one, so its label is 0.
    """

    first_month: int
    label: int = 0


#: The fiscal year of every country without a row.
CALENDAR = FiscalYear(1)


def year_of(day: dt.date, rule: FiscalYear) -> int:
    """The number of the fiscal year that a day lies in: 2020-03-31 is in Japan's 2019."""
    return day.year - (day.month < rule.first_month) + rule.label


def first_day(year: int, rule: FiscalYear) -> dt.date:
    """The day a fiscal year begins: 2019-10-01 for the 2020 of the United States."""
    return dt.date(year - rule.label, rule.first_month, 1)


def last_day(year: int, rule: FiscalYear) -> dt.date:
    """The day a fiscal year ends: 2020-03-31 for Japan's 2019."""
    return first_day(year + 1, rule) - ONE_DAY


def quarter_of(day: dt.date, rule: FiscalYear) -> tuple[int, int]:
    """The fiscal year and the quarter of it, 1 to 4, that a day lies in: 2020-06-15 is in Japan's (2020, 1)."""
    return year_of(day, rule), (day.month - rule.first_month) % 12 // 3 + 1


def quarter_end(day: dt.date, rule: FiscalYear) -> dt.date:
    """The last day of the fiscal quarter that a day lies in: 2020-06-30 for 2020-06-15 in Japan."""
    month_in_quarter = (day.month - rule.first_month) % 3
    return month_end(months_before(day.replace(day=1), month_in_quarter - 2))
