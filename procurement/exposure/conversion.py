"""Answers in one currency: each native sum times the one rate of its pair, rows of equal keys then merged."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from procurement.exposure.questions import Question
from procurement.exposure.rows import Found, Row, converted, merged
from procurement.rates.converting import Rate, known_rates, rates_for


class Group(Protocol):
    """What an answer says of a group: a row of figures, or a schedule."""

    @property
    def keys(self) -> Mapping[str, Any]:
        """What the group is."""

    @property
    def currency(self) -> str | None:
        """The currency of its amounts; none where it has no contracts."""


G = TypeVar("G", bound=Group)


@dataclass(frozen=True)
class Conversion:
    """What converting an answer takes: a currency, and the rate of each pair."""

    currency: str
    rates: Mapping[tuple[str, str], Rate]
    #: the currencies that are left as they are, because they have no rate and the question says so
    left: frozenset[str] = frozenset()
    #: rows of contracts are not merged, and a page of them keeps its order
    in_order: bool = False

    @property
    def used(self) -> tuple[Rate, ...]:
        """The rates, by their base."""
        return tuple(self.rates[pair] for pair in sorted(self.rates))


@dataclass(frozen=True)
class Converted:
    """What was found, in one currency but for what is left; the rates used, and what is left by number of contracts."""

    found: Found
    rates: tuple[Rate, ...] = ()
    left: Mapping[str, int] = field(default_factory=dict)


def in_currency(found: Found, question: Question) -> Converted:
    """Everything found in the question's currency. Raises as `conversion_for` does."""
    conversion = conversion_for(question, (*found.rows, *found.totals))
    rows, totals = (in_one_currency(each, conversion, converted, _merged) for each in (found.rows, found.totals))
    return Converted(Found(rows, totals), conversion.used, left_in(found.totals, conversion))


def left_in(totals: Iterable[Row], conversion: Conversion) -> dict[str, int]:
    """The currencies that are left as they are, and in each how many contracts."""
    return {str(each.currency): each.contracts for each in totals if each.currency in conversion.left}


def conversion_for(question: Question, groups: Iterable[Group]) -> Conversion:
    """How some groups are converted to the question's currency.

    Raises Refused for an unknown type of rate, and naming each pair that has no rate of any of them at `as_of`, unless
    such amounts are to be left as they are.
    """
    currency = str(question.currency)
    native = {each.currency for each in groups if each.currency} - {currency}
    find = known_rates if question.unconverted else rates_for
    pairs = [(each, currency) for each in native]
    rates = find(pairs, question.asked, question.rate_types, any_age=question.any_age)
    left = frozenset(each for each in native if (each, currency) not in rates)
    return Conversion(currency, rates, left, in_order="contract" in question.group_by)


def in_one_currency(
    groups: Iterable[G],
    conversion: Conversion,
    convert: Callable[[G, Decimal, str], G],
    merge: Callable[[Sequence[G]], G],
) -> list[G]:
    """Groups converted, those of equal keys as one; what is in the currency already, or in none, is taken as it is.

    So is what is left, which comes last, but for contracts, whose pages are cut before.
    """
    alike: dict[Hashable, list[G]] = {}
    for each in groups:
        found, own = _at_rate(each, conversion, convert), each.currency if each.currency in conversion.left else ""
        alike.setdefault((own, *each.keys.items()), []).append(found)
    # most are one alone, which needs no sums
    rows = [merge(found) if len(found) > 1 else found[0] for found in alike.values()]
    return rows if conversion.in_order else sorted(rows, key=lambda each: each.currency in conversion.left)


def _at_rate(group: G, conversion: Conversion, convert: Callable[[G, Decimal, str], G]) -> G:
    if group.currency in conversion.left:
        return group
    rate = conversion.rates.get((group.currency or "", conversion.currency))
    return convert(group, rate.rate if rate else Decimal(1), conversion.currency)


def _merged(rows: Sequence[Row]) -> Row:
    return merged(rows, rows[0].keys)
