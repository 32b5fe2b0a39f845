"""Finding the rates that convert amounts at the asked dates (DESIGN.md section 5, Conversion)."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
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
from procurement.rates.of_any_age import newest_rates

__all__ = ["DAYS_BEFORE", "USUAL", "Rate", "checked_types", "known_rates", "rates_for"]

#: The greatest age of a rate in days: bridges weekends and the longest holidays, and nothing else.
DAYS_BEFORE = 7
#: The default types of rates.
USUAL = (ExchangeRate.Type.ECB_REFERENCE.value,)
INSTEAD = (
    "another as_of, or leaving currency out for each contract's own currency, would work; so would "
    "unconverted=show, which leaves such amounts in their own currency"
)
COLUMNS = ("base", "quote", "rate", "on", "fiscal_year", "country")


def checked_types(names: Sequence[str]) -> tuple[str, ...]:
    """Raise Refused when no type of rate is named, one is unknown, or one is named twice."""
    accepted = f"accepted, separated by commas: {', '.join(ExchangeRate.Type.values)}"
    if not names:
        raise Refused({"rate_type": f"is empty; {accepted}"})
    unknown = [name for name in names if name not in ExchangeRate.Type.values]
    if unknown:
        raise Refused({"rate_type": f"“{', '.join(unknown)[:40]}” is not a type of rate; {accepted}"})
    if len(set(names)) != len(names):
        raise Refused({"rate_type": f"name each type once, in the order in which they are tried; {accepted}"})
    return tuple(names)


def rates_for(
    pairs: Collection[tuple[str, str]], asked: Asked, rate_types: Sequence[str] = USUAL, *, any_age: bool = False
) -> dict[tuple[str, str], Rate]:
    """Find the rate of each (native, wanted) pair at `as_of`; amounts in native times the rate are in wanted.

    See `known_rates`. A few more queries before Refused({"currency": ...}), which names every pair without a rate, the
    date, the types that were tried, and what would work.
    """
    found = known_rates(pairs, asked, rate_types, any_age=any_age)
    if missing := [pair for pair in _two_currencies(pairs) if pair not in found]:
        raise _no_rate(missing, asked, rate_types)
    return found


def known_rates(
    pairs: Collection[tuple[str, str]], asked: Asked, rate_types: Sequence[str] = USUAL, *, any_age: bool = False
) -> dict[tuple[str, str], Rate]:
    """The rates of those (native, wanted) pairs that have one at `as_of`; amounts in native times it are in wanted.

    Each pair takes the first of the types that has a rate for it, and the rate says which; no rate is made up of two
    types. A daily rate is the last one on or before the day and at most 7 days older, never a later one and never made
    up from neighbours; a budget rate is that of the fiscal year that contains the day. With `any_age` a pair without
    such a rate takes the newest daily one of any of the types, which then says its age. `published_by` leaves out rates
    of later days, `recorded_by` rows recorded later, so that an old answer's rates are found again.
    A pair of one currency needs no rate and is left out. At most two queries for each type, for any number of pairs,
    and two more for old rates. Raises Refused for unknown types, and where several countries set a budget rate.
    """
    checked_types(rate_types)
    wanted, found = _two_currencies(pairs), dict[Pair, Rate]()
    for rate_type in rate_types:
        if missing := [pair for pair in wanted if pair not in found]:
            found |= _of_type(missing, asked, rate_type)
    missing = [pair for pair in wanted if pair not in found]
    return found | newest_rates(missing, asked, rate_types) if missing and any_age else found


def _two_currencies(pairs: Collection[Pair]) -> list[Pair]:
    return sorted({pair for pair in pairs if pair[0] != pair[1]})


def _of_type(pairs: Collection[Pair], asked: Asked, rate_type: str) -> dict[Pair, Rate]:
    """The pairs that have a rate of the type, with it."""
    return _budget(pairs, asked) if rate_type == ExchangeRate.Type.BUDGET else _daily(pairs, asked, rate_type)


def _between(pairs: Collection[Pair], rate_type: str) -> Any:
    currencies = {EURO, *(currency for pair in pairs for currency in pair)}
    return ExchangeRate.objects.between(currencies).filter(rate_type=rate_type)


def _daily(pairs: Collection[Pair], asked: Asked, rate_type: str) -> dict[Pair, Rate]:
    quotes = _quotes(pairs, asked, rate_type)
    return {pair: rate for pair in pairs if (rate := daily_rate(pair, quotes, rate_type)) is not None}


def _quotes(pairs: Collection[Pair], asked: Asked, rate_type: str) -> Quotes:
    since = asked.as_of - dt.timedelta(days=DAYS_BEFORE)
    rows = _between(pairs, rate_type).in_view(asked).filter(on__gte=since).holding()
    return quotes_of(Stored(*row) for row in rows.values_list(*COLUMNS))


def _budget(pairs: Collection[Pair], asked: Asked) -> dict[Pair, Rate]:
    current = of_its_year(_budgets(pairs, asked), asked.as_of, fiscal_years())
    found = {pair: rates for pair in pairs if (rates := budget_rates(pair, current))}
    _refuse_ambiguous(found, asked)
    return {pair: next(iter(rates.values())) for pair, rates in found.items()}


def _budgets(pairs: Collection[Pair], asked: Asked) -> list[Stored]:
    rows = _between(pairs, ExchangeRate.Type.BUDGET).known(asked).holding()
    return [Stored(*row) for row in rows.values_list(*COLUMNS)]


def _refuse_ambiguous(found: Mapping[Pair, Mapping[str, Rate]], asked: Asked) -> None:
    several = {pair: rates for pair, rates in found.items() if len(rates) > 1}
    if several:
        said = "; ".join(f"{'/'.join(pair)} by {' and '.join(sorted(rates))}" for pair, rates in several.items())
        when = asked.as_of.isoformat()
        raise Refused({"currency": f"several countries set a budget rate at {when}: {said}; ask for another type"})


# what a refusal says


def _no_rate(pairs: Collection[Pair], asked: Asked, rate_types: Sequence[str]) -> Refused:
    named, types = ", ".join("/".join(pair) for pair in pairs), " or ".join(rate_types)
    within = f"at {asked.as_of.isoformat()}"
    if any(each != ExchangeRate.Type.BUDGET for each in rate_types):
        within += f" or in the {DAYS_BEFORE} days before"
    stored = {each: _stored(pairs, asked, each) for each in rate_types}
    why = "; ".join(said if len(stored) == 1 else f"{each}: {said}" for each, said in stored.items())
    instead = ", ".join([*_more_types(pairs, asked, rate_types), INSTEAD])
    return Refused({"currency": f"no {types} rate for {named} {within} ({why}); {instead}"})


def _stored(pairs: Collection[Pair], asked: Asked, rate_type: str) -> str:
    """The stored rates of a type, at other dates."""
    if rate_type == ExchangeRate.Type.BUDGET:
        return _years_stored(_budgets(pairs, asked))
    return "; ".join(_nearest(pairs, asked, rate_type))


def _nearest(pairs: Collection[Pair], asked: Asked, rate_type: str) -> Iterator[str]:
    """For each currency without a rate on that day: the days of its last rate before and its first rate after."""
    rows = _between(pairs, rate_type).known(asked).order_by("base", "quote").values_list("base", "quote")
    before, after = Max("on", filter=Q(on__lte=asked.as_of)), Min("on", filter=Q(on__gt=asked.as_of))
    stored = {frozenset(row[:2]): row[2:] for row in rows.annotate(before=before, after=after)}
    for leg in _lacking(pairs, _quotes(pairs, asked, rate_type)):
        last, first = stored.get(frozenset(leg), (None, None))
        yield f"{'/'.join(leg)}: last {last or 'never'} before, first {first or 'never'} after"


def _lacking(pairs: Collection[Pair], quotes: Quotes) -> list[Pair]:
    legs = {(EURO, currency): None for pair in pairs for currency in pair if currency != EURO}
    return [leg for leg in legs if leg not in quotes] or list(legs)


def _years_stored(stored: Collection[Stored]) -> str:
    named = sorted(f"{each.country} {each.fiscal_year} {each.base}/{each.quote}" for each in stored)
    return "stored: " + (", ".join(named[:20]) if named else "none between these currencies")


def _more_types(pairs: Collection[Pair], asked: Asked, rate_types: Sequence[str]) -> list[str]:
    """The types that would have had a rate, if any: only advice that works."""
    left, useful = set(pairs), list(rate_types)
    for each in ExchangeRate.Type.values:
        if left and each not in useful and (found := _of_type_or_none(left, asked, each)):
            left -= found.keys()
            useful.append(each)
    return [] if left else [f"rate_type={','.join(useful)}"]


def _of_type_or_none(pairs: Collection[Pair], asked: Asked, rate_type: str) -> dict[Pair, Rate]:
    try:
        return _of_type(pairs, asked, rate_type)
    except Refused:
        return {}
