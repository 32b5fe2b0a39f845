"""The values a threshold may have, and their wording. Pure."""

from decimal import Decimal

from procurement.common.money import decimals, in_full, is_currency, range_in_full
from procurement.flags.rule import Days, Money, Threshold

#: A threshold in percent may have as many decimals as its column keeps.
PERCENT_DECIMALS = 4
#: How many characters of a bad value an error repeats.
REPEATED = 40


def in_words(threshold: Threshold, value: Decimal | None, currency: str = "") -> str:
    """A value of a threshold for people: 90 days, 1 %, 1,000,000,000 JPY."""
    if value is None:
        return "no amount"
    if isinstance(threshold, Money):
        return in_full(value, currency)
    return f"{in_full(value)} {'%' if threshold.unit == 'percent' else threshold.unit}"


def range_in_words(threshold: Threshold, currency: str = "") -> str:
    """The range of a threshold, in words."""
    lowest, highest = Decimal(threshold.lowest), Decimal(threshold.highest)
    if isinstance(threshold, Money):
        return range_in_full(lowest, highest, currency)
    return f"{in_full(lowest)} to {in_words(threshold, highest)}"


def decimals_of(threshold: Threshold, currency: str = "") -> int:
    """How many decimals a value of a threshold may have."""
    if isinstance(threshold, Days):
        return 0
    return decimals(currency) if isinstance(threshold, Money) else PERCENT_DECIMALS


def currency_fault(threshold: Threshold, currency: str) -> str | None:
    """Say what is wrong with the currency of a threshold, or None."""
    if not isinstance(threshold, Money):
        return f"{threshold.name} is in {threshold.unit}, not in money; leave it empty" if currency else None
    if not currency:
        return f"{threshold.name} is in money, one amount for each currency; JPY would be accepted"
    if not is_currency(currency):
        return f"“{currency[:REPEATED]}” is not an ISO 4217 code in capitals; JPY would be accepted"
    return None


def value_fault(threshold: Threshold, value: Decimal, currency: str = "") -> str | None:
    """Say what is wrong with a value of a threshold, or None."""
    accepted = f"{range_in_words(threshold, currency)} would be accepted"
    if not value.is_finite():
        return f"must be a finite number; {accepted}"
    if not threshold.lowest <= value <= threshold.highest:
        return f"{str(value)[:REPEATED]} is out of its range; {accepted}"
    places = decimals_of(threshold, currency)
    if value != round(value, places):
        return f"{str(value)[:REPEATED]} has too many decimals; {places or 'none'} would be accepted"
    return None
