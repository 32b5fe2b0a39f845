"""Answers in one currency: each native sum times the one rate of its pair, rows of equal keys then merged."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from procurement.common.dates import Asked
from procurement.exposure.rows import Found, Row, converted, merged_by
from procurement.rates.converting import Rate, rates_for


def in_currency(found: Found, currency: str, asked: Asked, rate_types: Sequence[str]) -> tuple[Found, tuple[Rate, ...]]:
    """Everything found in one currency, and the rates that were used, by their base.

    Raises Refused for an unknown type of rate, and naming each pair that has no rate of any of them at `as_of`.
    """
    native = {row.currency for row in (*found.rows, *found.totals) if row.currency}
    rates = rates_for([(each, currency) for each in native], asked, rate_types)
    worth = {base: rate.rate for (base, _), rate in rates.items()}
    both = Found(_merged(found.rows, worth, currency), _merged(found.totals, worth, currency))
    return both, tuple(rates[pair] for pair in sorted(rates))


def _merged(rows: Iterable[Row], worth: Mapping[str, Decimal], currency: str) -> list[Row]:
    """Rows of equal keys as one; what is in the currency already, or in none without contracts, is taken as it is."""
    return merged_by(
        (converted(row, worth.get(row.currency or "", Decimal(1)), currency) for row in rows), lambda row: row.keys
    )
