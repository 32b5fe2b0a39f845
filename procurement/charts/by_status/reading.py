"""Reads what is outstanding and unaccounted by the status of programs, at the ends of quarters or years."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from django.db.models import Min

from procurement.charts.asking import Chosen, total
from procurement.exposure.answering import Answer, Question
from procurement.exposure.series import answers_at
from procurement.fiscal.intervals import interval_ends
from procurement.fiscal.years import CALENDAR
from procurement.ledger.models import LedgerEntry

FIGURES = ("outstanding", "unaccounted")
#: At the ends of at most so many quarters, else of so many years, exposure is read.
MOST = 60


@dataclass(frozen=True)
class Point:
    """One day: each figure by status, None where it is unknown; and the contracts left out for want of a rate."""

    day: dt.date
    amounts: Mapping[str, Mapping[str, Decimal | None]]
    left: Mapping[str, int]


def points(chosen: Chosen) -> list[Point]:
    """The points from the first day on which anything is known, in about as many queries for any number of them."""
    found = answers_at(Question(chosen.asked, ("program_status",)), days_of(chosen))
    rates = chosen.rates({row.currency for each in found for row in each.rows if row.currency})
    read = [_point(each, rates) for each in found]
    return read[next((place for place, each in enumerate(read) if each.amounts[FIGURES[0]]), len(read)) :]


def days_of(chosen: Chosen) -> list[dt.date]:
    """The ends of quarters, or of years where there are many, from the first movement on; and the asked day."""
    begun = LedgerEntry.objects.in_view(chosen.asked).aggregate(first=Min("effective_on"))["first"]
    if begun is None:
        return [chosen.asked.as_of]
    last = chosen.asked.as_of
    for interval in ("quarter", "year"):
        days = list(islice(interval_ends(interval, begun, last, CALENDAR), MOST + 1))
        if len(days) <= MOST:
            break
    else:
        days = [last.replace(year=last.year - each, month=12, day=31) for each in range(MOST, 0, -1)]
    return sorted({each for each in days if each <= last} | {last})


def _point(found: Answer, rates: Mapping[str, Decimal]) -> Point:
    amounts: dict[str, dict[str, Decimal | None]] = {name: {} for name in FIGURES}
    left: dict[str, int] = {}
    for row in found.rows:
        rate, status, currency = rates.get(row.currency or ""), row.keys["program_status"] or "", row.currency or ""
        if rate is None:
            left |= {currency: left.get(currency, 0) + row.contracts} if currency else {}
            continue
        for name in FIGURES:
            amount = row.figures[name]
            amounts[name][status] = total(amounts[name].get(status), None if amount is None else amount * rate)
    return Point(found.question.asked.as_of, amounts, left)
