"""Finding the rates that convert amounts at the asked dates (DESIGN.md section 5, Conversion)."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.db.models import Max, Min, Q

from procurement.common.dates import Asked
from procurement.common.errors import Refused
from procurement.fiscal.reading import fiscal_years
from procurement.rates.choosing import (
    EURO,
    Pair,
    Quotes,
    Rate,
    Stored,
    budget_rates,
    daily_rate,
    of_its_year,
    quotes_of,
)
from procurement.rates.models import ExchangeRate

__all__ = ["DAYS_BEFORE", "Rate", "rates_for"]

#: So old the last published rate may be: it bridges weekends and the longest holidays, and nothing else.
DAYS_BEFORE = 7
INSTEAD = (
    "another as_of, another rate type ({types}), or leaving currency out for each contract's own currency would work"
)
COLUMNS = ("base", "quote", "rate", "on", "fiscal_year", "country")


def rates_for(
    pairs: Collection[tuple[str, str]], asked: Asked, rate_type: str = "ecb_reference"
) -> dict[tuple[str, str], Rate]:
    """Find the rate of each (native, wanted) pair at `as_of`; amounts in native times the rate are in wanted.

    A daily rate is the last one on or before the day and at most 7 days older, never a later one and never made up
    from neighbours; a budget rate is that of the fiscal year that contains the day. `published_by` leaves out rates of
    later days, `recorded_by` rows recorded later, so that an old answer's rates are found again.
    A pair of one currency needs no rate and is left out. At most two queries for any number of pairs, and one more
    before Refused({"currency": ...}), which names every pair without a rate, the date, and what would work.
    """
    _refuse_unknown_type(rate_type)
    wanted = sorted({pair for pair in pairs if pair[0] != pair[1]})
    if not wanted:
        return {}
    return (_budget if rate_type == ExchangeRate.Type.BUDGET else _daily)(wanted, asked, rate_type)


def _refuse_unknown_type(rate_type: str) -> None:
    if rate_type not in ExchangeRate.Type.values:
        accepted = ", ".join(ExchangeRate.Type.values)
        raise Refused({"rate_type": f"“{rate_type[:40]}” is not a type of rate; accepted: {accepted}"})


def _between(pairs: Collection[Pair], rate_type: str) -> Any:
    currencies = {EURO, *(currency for pair in pairs for currency in pair)}
    return ExchangeRate.objects.between(currencies).filter(rate_type=rate_type)


def _daily(pairs: Collection[Pair], asked: Asked, rate_type: str) -> dict[Pair, Rate]:
    since = asked.as_of - dt.timedelta(days=DAYS_BEFORE)
    rows = _between(pairs, rate_type).in_view(asked).filter(on__gte=since).holding()
    quotes = quotes_of(Stored(*row) for row in rows.values_list(*COLUMNS))
    found = {pair: rate for pair in pairs if (rate := daily_rate(pair, quotes, rate_type)) is not None}
    missing = [pair for pair in pairs if pair not in found]
    if missing:
        raise _no_rate(missing, asked, rate_type, "; ".join(_nearest(missing, quotes, asked, rate_type)))
    return found


def _no_rate(pairs: Collection[Pair], asked: Asked, rate_type: str, why: str) -> Refused:
    named = ", ".join("/".join(pair) for pair in pairs)
    within = f"at {asked.as_of.isoformat()}"
    if rate_type != ExchangeRate.Type.BUDGET:
        within += f" or in the {DAYS_BEFORE} days before"
    instead = INSTEAD.format(types=", ".join(ExchangeRate.Type.values))
    return Refused({"currency": f"no {rate_type} rate for {named} {within} ({why}); {instead}"})


def _nearest(pairs: Collection[Pair], quotes: Quotes, asked: Asked, rate_type: str) -> Iterator[str]:
    """For each currency that lacks a rate then: when its last one before is of, and its first one after."""
    rows = _between(pairs, rate_type).known(asked).order_by("base", "quote").values_list("base", "quote")
    before, after = Max("on", filter=Q(on__lte=asked.as_of)), Min("on", filter=Q(on__gt=asked.as_of))
    stored = {frozenset(row[:2]): row[2:] for row in rows.annotate(before=before, after=after)}
    for leg in _lacking(pairs, quotes):
        last, first = stored.get(frozenset(leg), (None, None))
        yield f"{'/'.join(leg)}: last {last or 'never'} before, first {first or 'never'} after"


def _lacking(pairs: Collection[Pair], quotes: Quotes) -> list[Pair]:
    legs = {(EURO, currency): None for pair in pairs for currency in pair if currency != EURO}
    return [leg for leg in legs if leg not in quotes] or list(legs)


def _budget(pairs: Collection[Pair], asked: Asked, rate_type: str) -> dict[Pair, Rate]:
    rows = _between(pairs, rate_type).known(asked).holding().values_list(*COLUMNS)
    stored = [Stored(*row) for row in rows]
    current = of_its_year(stored, asked.as_of, fiscal_years())
    found = {pair: budget_rates(pair, current) for pair in pairs}
    missing = [pair for pair in pairs if not found[pair]]
    if missing:
        raise _no_rate(missing, asked, rate_type, _years_stored(stored))
    _refuse_ambiguous(found, asked)
    return {pair: next(iter(rates.values())) for pair, rates in found.items()}


def _years_stored(stored: Collection[Stored]) -> str:
    named = sorted(f"{each.country} {each.fiscal_year} {each.base}/{each.quote}" for each in stored)
    return "stored: " + (", ".join(named[:20]) if named else "none between these currencies")


def _refuse_ambiguous(found: Mapping[Pair, Mapping[str, Rate]], asked: Asked) -> None:
    several = {pair: rates for pair, rates in found.items() if len(rates) > 1}
    if several:
        said = "; ".join(f"{'/'.join(pair)} by {' and '.join(sorted(rates))}" for pair, rates in several.items())
        when = asked.as_of.isoformat()
        raise Refused({"currency": f"several countries set a budget rate at {when}: {said}; ask for another type"})
