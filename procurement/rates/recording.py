"""Recording one rate by hand."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from procurement.common.advisory_locks import lock_keys
from procurement.common.errors import Complaints
from procurement.common.money import currency_fault, is_country
from procurement.common.validation import complain_of_fields, day_in, missing_references, number_in
from procurement.common.withdrawn import withdrawal_said
from procurement.fiscal.reading import fiscal_years
from procurement.fiscal.years import CALENDAR, first_day
from procurement.rates.models import PLACES, SUBJECT, ExchangeRate
from procurement.sources.oddities import odd_days

NO_SOURCE = "every rate names its source; give a document's id, or one inline with url and title"
#: Fiscal years that a budget rate may be of.
YEARS = range(1900, 2200)


@dataclass(frozen=True)
class Posted:
    """A posted rate; `created` is false if it was in force already."""

    rate: ExchangeRate
    created: bool = True
    warnings: tuple[str, ...] = ()


def rates_lock(rate_type: str) -> str:
    """The name of the lock under which writers of one type of rates take turns."""
    return f"rates:{rate_type}"


@transaction.atomic
def post_rate(row: ExchangeRate) -> Posted:
    """Append one rate, or return the one in force if it has the same content. A newer row corrects an older one.

    A budget rate's `on` is the first day of its fiscal year and may be left out. Raises Refused. Safe to repeat and to
    race: writers take turns under a lock on the type.
    """
    if row.rate_type == ExchangeRate.Type.BUDGET and day_in(row, "on") is None:
        row.on = _first_day(row)  # type: ignore[assignment]  # None is complained of below
    refuse_bad_rate(row)
    lock_keys([rates_lock(row.rate_type)])
    about = {name: getattr(row, name) for name in SUBJECT}
    held = ExchangeRate.objects.filter(**about).holding().first()
    said = tuple(_odd(row))
    if held is not None and (held.rate, held.source_id) == (row.rate, row.source_id):
        return Posted(held, created=False, warnings=said)
    row.save(force_insert=True)
    return Posted(row, warnings=said)


def _odd(row: ExchangeRate) -> Iterator[str]:
    """The warnings about a rate's day."""
    yield from odd_days(row, timezone.localdate(), "", {})
    for code in (row.base, row.quote):
        yield from withdrawal_said(code, "on", row.on)


def refuse_bad_rate(row: ExchangeRate) -> None:
    """Raise Refused when a rate's columns have invalid values."""
    complaints = Complaints()
    for _ in missing_references(row):
        complaints.add("source", NO_SOURCE)
    complain_of_fields(row, complaints)
    _complain_of_pair(row, complaints)
    rate = number_in(row, "rate")
    if rate is not None and rate <= 0:
        complaints.add("rate", f"must be above zero, with at most {PLACES} decimals; 120.73 would be accepted")
    if row.rate_type == ExchangeRate.Type.BUDGET:
        _complain_of_budget(row, complaints)
    else:
        _complain_of_day(row, complaints)
    complaints.refuse_if_any()


def _complain_of_pair(row: ExchangeRate, complaints: Complaints) -> None:
    for name in ("base", "quote"):
        if fault := currency_fault(getattr(row, name)):
            complaints.add(name, fault)
    if row.base == row.quote:
        complaints.add("quote", "is the base itself; a rate is between two currencies")
    if row.rate_type == ExchangeRate.Type.ECB_REFERENCE and row.base != "EUR":
        complaints.add("base", "reference rates are published per euro; EUR would be accepted")


def _complain_of_day(row: ExchangeRate, complaints: Complaints) -> None:
    day, today = day_in(row, "on"), timezone.localdate()
    if day is None:
        complaints.add("on", "must be given: the day the rate is of")
    elif row.rate_type == ExchangeRate.Type.ECB_REFERENCE and day > today:
        complaints.add("on", f"{day.isoformat()} lies in the future; {today.isoformat()} or earlier would be accepted")
    if row.fiscal_year is not None:
        complaints.add("fiscal_year", "only budget rates have one; leave it out, or give rate_type budget")
    if row.country:
        complaints.add("country", "only budget rates have one; leave it out, or give rate_type budget")


def _complain_of_budget(row: ExchangeRate, complaints: Complaints) -> None:
    if row.fiscal_year is None:
        complaints.add("fiscal_year", "must be given for a budget rate; 2019 would be accepted")
    elif row.fiscal_year not in YEARS:
        complaints.add("fiscal_year", f"must be a year from {YEARS[0]} to {YEARS[-1]}; 2019 would be accepted")
    if not is_country(row.country):
        complaints.add("country", f"“{row.country}” is not an ISO 3166-1 alpha-2 code; JP or US would be accepted")
    first, day = _first_day(row), day_in(row, "on")
    if first is not None and day is not None and day != first:
        complaints.add(
            "on", f"a budget rate is dated the first day of its fiscal year; give {first.isoformat()}, or leave it out"
        )


def _first_day(row: ExchangeRate) -> dt.date | None:
    """The day that a budget rate's fiscal year begins, by its country's calendar as it is now."""
    if row.fiscal_year is None or row.fiscal_year not in YEARS:
        return None
    return first_day(row.fiscal_year, fiscal_years().get(row.country, CALENDAR))
