"""The newest rates there are, for questions of today: better an old rate that says its age than no answer."""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, Value

from procurement.common.dates import Asked
from procurement.rates.choosing import EURO, Pair, Rate, Stored, daily_rate, quotes_of
from procurement.rates.models import ExchangeRate

COLUMNS = ("base", "quote", "rate", "on")


def newest_rates(pairs: Collection[Pair], asked: Asked, rate_types: Sequence[str]) -> dict[Pair, Rate]:
    """The newest daily rate in view of each pair that ever had one, with its age on the day asked about.

    Of several types the one with the newest rate, of two on one day the first. Budget rates have no age: each is of its
    fiscal year. Two queries for each type.
    """
    found = dict[Pair, Rate]()
    for rate_type in rate_types:
        for pair, rate in _of_type(pairs, asked, rate_type).items():
            if pair not in found or rate.on > found[pair].on:
                found[pair] = rate
    return {pair: replace(rate, age_days=(asked.as_of - rate.on).days) for pair, rate in found.items()}


def _of_type(pairs: Collection[Pair], asked: Asked, rate_type: str) -> dict[Pair, Rate]:
    if not pairs or rate_type == ExchangeRate.Type.BUDGET:
        return {}
    days = _newest_days(pairs, asked, rate_type)
    currencies = {EURO, *(currency for pair in days for currency in pair)}
    rows = ExchangeRate.objects.between(currencies).filter(rate_type=rate_type, on__in=set(days.values()))
    stored = [Stored(*row) for row in rows.known(asked).holding().values_list(*COLUMNS)]
    quotes = {pair: quotes_of(each for each in stored if each.on == day) for pair, day in days.items()}
    return {pair: rate for pair in days if (rate := daily_rate(pair, quotes[pair], rate_type)) is not None}


def _newest_days(pairs: Collection[Pair], asked: Asked, rate_type: str) -> dict[Pair, dt.date]:
    """The newest day on which each pair was quoted itself, or both of its currencies in euros."""
    rows = ExchangeRate.objects.filter(rate_type=rate_type).in_view(asked)
    first, *others = (each for pair in pairs for each in _newest_quotes(pair, rows))
    found = dict[Pair, dt.date]()
    for native, wanted, on in first.union(*others, all=True):
        found[native, wanted] = max(on, found.get((native, wanted), on))
    return found


def _newest_quotes(pair: Pair, rows: Any) -> Iterator[Any]:
    native, wanted = (_between(EURO, currency) for currency in pair)
    crossed = rows.filter(native, Exists(rows.filter(wanted, on=OuterRef("on"))))
    named = {name: Value(currency, CharField()) for name, currency in zip(("native", "wanted"), pair, strict=True)}
    for each in (rows.filter(_between(*pair)), crossed):
        yield each.annotate(**named).order_by("-on").values_list("native", "wanted", "on")[:1]


def _between(one: str, other: str) -> Q:
    return Q(base=one, quote=other) | Q(base=other, quote=one)
