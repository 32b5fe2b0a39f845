"""Warnings about dates that look wrong but are accepted."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from django.db import models

from procurement.common.dates import DAY, months_before
from procurement.common.errors import Complaints
from procurement.fiscal.years import CALENDAR, FiscalYear, last_day, year_of

FISCAL_YEAR = "fiscal_year"
#: A date further ahead than this is most often a typing error in the year.
YEARS_AHEAD = 30


def days_in(row: models.Model) -> Iterator[tuple[str, dt.date, str]]:
    """The dates of a row: their column, the day, and how precise it is."""
    for name, precision in _dates_of(type(row)):
        value = getattr(row, name)
        if value is not None:
            yield name, value, getattr(row, precision) if precision else DAY


@cache
def _dates_of(model: type[models.Model]) -> tuple[tuple[str, str], ...]:
    """The columns of dates of a table, each with the column that says how precise it is, if there is one."""
    names = {field.name for field in model._meta.concrete_fields}
    dates = [field.name for field in model._meta.concrete_fields if field.get_internal_type() == "DateField"]
    precisions = [f"{name.removesuffix('_on').removesuffix('_date')}_precision" for name in dates]
    return tuple((name, each if each in names else "") for name, each in zip(dates, precisions, strict=True))


def odd_days(
    row: models.Model, today: dt.date, country: str, calendars: Mapping[str, FiscalYear], *columns: str
) -> Iterator[str]:
    """The warnings of a row's dates, or of some; `country` is the buyer's, whose fiscal year it is."""
    latest = _latest(today)
    for name, day, precision in days_in(row):
        if columns and name not in columns:
            continue
        if day > latest:
            said = f"{name}: {day.isoformat()} is after {latest.isoformat()}, more than {YEARS_AHEAD} years ahead"
            yield f"{said}: accepted as given"
        if precision == FISCAL_YEAR and country and country not in calendars:
            yield from _off_year(name, day, country)


@cache
def _latest(today: dt.date) -> dt.date:
    return months_before(today, -12 * YEARS_AHEAD)


def has_fiscal_days(rows: Iterable[models.Model]) -> bool:
    """Whether some date may be given as the end of a fiscal year."""
    return any(vars(row)[name] == FISCAL_YEAR for row in rows for _, name in _dates_of(type(row)) if name)


def _off_year(name: str, day: dt.date, country: str) -> Iterator[str]:
    """Of a country of which no fiscal year is stored, the calendar year is only assumed."""
    end = last_day(year_of(day, CALENDAR), CALENDAR)
    if day != end:
        said = (
            f"{name}: {day.isoformat()} does not end a calendar year, and no other fiscal year of {country} is stored"
        )
        yield f"{said}; {end.isoformat()} would: accepted as given"


def complain_of_fiscal_days(
    row: models.Model, country: str, calendars: Mapping[str, FiscalYear], complaints: Complaints
) -> None:
    """Add each date with precision fiscal_year that does not end a fiscal year of the buyer's country, where stored."""
    rule = calendars.get(country)
    if rule is None:
        return
    for name, day, precision in days_in(row):
        end = last_day(year_of(day, rule), rule)
        if precision == FISCAL_YEAR and day != end:
            said = f"{day.isoformat()} does not end a fiscal year of {country}, the buyer's country"
            complaints.add(name, f"{said}; with precision fiscal_year {end.isoformat()} would be accepted")
