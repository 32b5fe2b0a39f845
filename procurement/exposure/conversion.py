"""Answers in one currency: each native sum times the one rate of its pair, rows of equal keys then merged."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from procurement.common.dates import Asked
from procurement.exposure.rows import Found, Row, converted, merged
from procurement.rates.converting import Rate, rates_for

Rates = Mapping[tuple[str, str], Rate]


class Group(Protocol):
    """What an answer says of a group: a row of figures, or a schedule."""

    @property
    def keys(self) -> Mapping[str, Any]:
        """What the group is."""

    @property
    def currency(self) -> str | None:
        """The currency of its amounts; none where it has no contracts."""


G = TypeVar("G", bound=Group)


def in_currency(found: Found, currency: str, asked: Asked, rate_types: Sequence[str]) -> tuple[Found, tuple[Rate, ...]]:
    """Everything found in one currency, and the rates that were used, by their base. Raises as `rates_to` does."""
    rates = rates_to(currency, (*found.rows, *found.totals), asked, rate_types)
    rows, totals = (in_one_currency(each, rates, currency, converted, _merged) for each in (found.rows, found.totals))
    return Found(rows, totals), tuple(rates[pair] for pair in sorted(rates))


def rates_to(currency: str, groups: Iterable[Group], asked: Asked, rate_types: Sequence[str]) -> Rates:
    """The rate of each pair that converting some groups takes.

    Raises Refused for an unknown type of rate, and naming each pair that has no rate of any of them at `as_of`.
    """
    native = {each.currency for each in groups if each.currency}
    return rates_for([(each, currency) for each in native], asked, rate_types)


def in_one_currency(
    groups: Iterable[G],
    rates: Rates,
    currency: str,
    convert: Callable[[G, Decimal, str], G],
    merge: Callable[[Sequence[G]], G],
) -> list[G]:
    """Groups converted, those of equal keys as one; what is in the currency already, or in none, is taken as it is."""
    alike: dict[Hashable, list[G]] = {}
    for each in groups:
        rate = rates.get((each.currency or "", currency))
        at_rate = convert(each, rate.rate if rate else Decimal(1), currency)
        alike.setdefault(tuple(each.keys.items()), []).append(at_rate)
    # most are one alone, which needs no sums
    return [merge(found) if len(found) > 1 else found[0] for found in alike.values()]


def _merged(rows: Sequence[Row]) -> Row:
    return merged(rows, rows[0].keys)
