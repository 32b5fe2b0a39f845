"""Which values a threshold may take, and how they are said."""

from decimal import Decimal

import pytest

from procurement.flags.rule import Days, Money, Percent
from procurement.flags.thresholds.ranges import currency_fault, in_words, range_in_words, value_fault

DAYS = Days("rises", 90, reason="r", lowest=1, highest=365)
PERCENT = Percent("differ", Decimal(1), reason="r", highest=Decimal(50))
MONEY = Money("large", {"JPY": Decimal(1000)}, reason="r", highest=Decimal(10) ** 6)

ACCEPTED = [
    (DAYS, "1", ""), (DAYS, "365", ""), (DAYS, "9E+1", ""), (PERCENT, "0", ""), (PERCENT, "0.0001", ""),
    (PERCENT, "50", ""), (MONEY, "0", "JPY"), (MONEY, "999999.99", "USD"), (MONEY, "1.125", "KWD"),
]  # fmt: skip
REFUSED = [
    (DAYS, "0", "", "1 to 365 days would be accepted"),
    (DAYS, "366", "", "out of its range"),
    (DAYS, "-5", "", "out of its range"),
    (DAYS, "90.5", "", "none would be accepted"),
    (DAYS, "NaN", "", "finite"),
    (DAYS, "1E+1000000", "", "out of its range"),
    (PERCENT, "50.1", "", "0 to 50 %"),
    (PERCENT, "0.00001", "", "too many decimals; 4"),
    (MONEY, "1000001", "JPY", "0 to 1,000,000 JPY"),
    (MONEY, "Infinity", "JPY", "finite"),
    (MONEY, "1.125", "JPY", "too many decimals; 2"),
]


@pytest.mark.parametrize(("threshold", "value", "currency"), ACCEPTED)
def test_a_value_in_its_range_is_accepted(threshold, value, currency):
    assert value_fault(threshold, Decimal(value), currency) is None


@pytest.mark.parametrize(("threshold", "value", "currency", "said"), REFUSED)
def test_a_value_out_of_its_range_is_told_what_would_be_accepted(threshold, value, currency, said):
    assert said in (value_fault(threshold, Decimal(value), currency) or "")


CURRENCIES = [
    (DAYS, "", None),
    (DAYS, "JPY", "rises is in days, not in money"),
    (MONEY, "JPY", None),
    (MONEY, "ISK", None),
    (MONEY, "", "JPY would be accepted"),
    (MONEY, "yen", "ISO 4217"),
    (MONEY, "XYZ", "ISO 4217"),
]


@pytest.mark.parametrize(("threshold", "currency", "said"), CURRENCIES)
def test_money_needs_a_currency_and_nothing_else_has_one(threshold, currency, said):
    fault = currency_fault(threshold, currency)
    assert fault is None if said is None else said in (fault or "")


def test_values_are_said_as_people_write_them():
    said = [in_words(DAYS, Decimal("90.0000")), in_words(PERCENT, Decimal("0.5")), in_words(MONEY, None, "JPY")]
    assert said == ["90 days", "0.50 %", "no amount"]
    assert in_words(MONEY, Decimal("1E+9"), "JPY") == "1,000,000,000 JPY"
    assert (range_in_words(DAYS), range_in_words(MONEY, "JPY")) == ("1 to 365 days", "0 to 1,000,000 JPY")
