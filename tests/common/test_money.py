"""Money: what is accepted, and how it is shown."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.common.amounts import Written, read_amount
from procurement.common.money import (
    amount_fault,
    as_text,
    decimals,
    in_full,
    in_short,
    is_country,
    is_currency,
    range_in_full,
    range_in_short,
    rounded,
    trimmed,
    truncated_share,
)

FAULTS = [
    ("1", "JPY", None),
    ("0.01", "JPY", None),
    ("0.001", "JPY", "may have at most 2 decimals in JPY"),
    ("0.001", "KWD", None),
    ("0.0001", "KWD", "may have at most 3 decimals in KWD"),
    ("1.10", "USD", None),
    ("1.100000", "USD", None),
    ("-5", "USD", None),
    ("0", "USD", "must not be zero"),
    ("-0.00", "USD", "must not be zero"),
    ("NaN", "USD", "must be a finite decimal number"),
    ("sNaN", "USD", "must be a finite decimal number"),
    ("Infinity", "USD", "must be a finite decimal number"),
    ("9999999999999999.99", "USD", None),
    ("1e16", "USD", "must be below 10000000000000000"),
    ("-1e16", "USD", "must be below"),
    ("1e400", "USD", "must be below"),
    ("1e-400", "USD", "may have at most 2 decimals"),
    ("0." + "0" * 90 + "1", "USD", "may have at most 2 decimals"),
]


@pytest.mark.parametrize(("amount", "currency", "said"), FAULTS)
def test_an_amount_is_accepted_or_told_why_not(amount, currency, said):
    fault = amount_fault(Decimal(amount), currency)
    assert (fault is None) if said is None else (fault is not None and said in fault)


@pytest.mark.parametrize(("currency", "digits"), [("JPY", 2), ("USD", 2), ("KWD", 3), ("BHD", 3), ("TND", 3)])
def test_decimals_go_by_currency(currency, digits):
    assert decimals(currency) == digits


ROUNDED = [
    ("0.005", "USD", "0.00"),
    ("0.015", "USD", "0.02"),
    ("0.025", "USD", "0.02"),
    ("-0.015", "USD", "-0.02"),
    ("2.0005", "KWD", "2.000"),
    ("2.0015", "KWD", "2.002"),
    ("-0.001", "USD", "0.00"),
    ("178700000000", "JPY", "178700000000.00"),
    ("123456789012345678901234.125", "USD", "123456789012345678901234.12"),
]


@pytest.mark.parametrize(("amount", "currency", "text"), ROUNDED)
def test_output_is_rounded_half_even(amount, currency, text):
    assert as_text(Decimal(amount), currency) == text


def test_unknown_stays_unknown():
    assert as_text(None, "JPY") is None


@given(st.decimals(min_value="-1e20", max_value="1e20", places=6))
def test_rounding_moves_by_half_a_step_at_most_and_only_once(amount):
    once = rounded(amount, "USD")
    assert abs(once - amount) <= Decimal("0.005")
    assert rounded(once, "USD") == once


SHARES = [("1", "3", "0.3333"), ("2", "3", "0.6666"), ("99999", "100000", "0.9999"), ("5", "5", "1.0000")]


@pytest.mark.parametrize(("part", "whole", "share"), SHARES)
def test_a_coverage_share_is_truncated_so_that_one_means_all(part, whole, share):
    assert truncated_share(Decimal(part), Decimal(whole)) == share


def test_there_is_no_share_of_nothing():
    assert truncated_share(Decimal(0), Decimal(0)) is None


CODES = [("JPY", True), ("jpy", False), ("YEN", False), ("", False), ("JP", False)]
WITHDRAWN = [(code, True) for code in ("DEM", "FRF", "ITL", "HRK", "BGN", "XEU")]
NO_CURRENCY = [("XXX", False), ("XTS", False), ("dem", False)]


@pytest.mark.parametrize(("code", "known"), [*CODES, *WITHDRAWN, *NO_CURRENCY, ("XAU", True), ("CLF", True)])
def test_currencies_are_iso_codes_in_capitals_of_today_or_before(code, known):
    assert is_currency(code) is known


@pytest.mark.parametrize(("code", "known"), [("JP", True), ("jp", False), ("UK", False), ("", False), ("JPN", False)])
def test_countries_are_iso_codes_in_capitals(code, known):
    assert is_country(code) is known


IN_FULL = [
    ("178700000000.0000", "JPY", "178,700,000,000 JPY"),
    ("28455000000.50", "JPY", "28,455,000,000.50 JPY"),
    ("-0.50", "JPY", "-0.50 JPY"),
    ("-650859410", "JPY", "-650,859,410 JPY"),
    ("0", "USD", "0 USD"),
    ("-0.004", "USD", "0 USD"),
    ("1234567.5", "USD", "1,234,567.50 USD"),
    ("1234.5", "KWD", "1,234.500 KWD"),
    ("0.0005", "KWD", "0 KWD"),
    ("0.0015", "KWD", "0.002 KWD"),
    ("0.1250", "", "0.125"),
    ("1.5000", "", "1.50"),
    ("1E+9", "", "1,000,000,000"),
    (None, "JPY", "unknown"),
]


@pytest.mark.parametrize(("amount", "currency", "text"), IN_FULL)
def test_an_amount_is_written_in_full(amount, currency, text):
    assert in_full(amount and Decimal(amount), currency) == text


IN_SHORT = [
    ("178700000000", "JPY", "178.7 bn JPY"),
    ("28455000000", "JPY", "28.46 bn JPY"),
    ("-56800000", "EUR", "-56.8 m EUR"),
    ("450000000", "USD", "450 m USD"),
    ("999949999", "USD", "999.9 m USD"),
    ("999960000", "USD", "1 bn USD"),
    ("999999.60", "USD", "1 m USD"),
    ("999499.60", "USD", "999,499.60 USD"),
    ("1234567890123456", "JPY", "1,235 tn JPY"),
    ("-0.50", "JPY", "-0.50 JPY"),
    ("0", "JPY", "0 JPY"),
    (None, "JPY", "unknown"),
]


@pytest.mark.parametrize(("amount", "currency", "text"), IN_SHORT)
def test_an_amount_is_written_in_short(amount, currency, text):
    assert in_short(amount and Decimal(amount), currency) == text


RANGES = [
    ("450000000", "680000000", "450,000,000 to 680,000,000 USD", "450 m to 680 m USD"),
    ("5", "5", "5 USD", "5 USD"),
    (None, "5", "at most 5 USD", "at most 5 USD"),
    ("1000000", None, "at least 1,000,000 USD", "at least 1 m USD"),
    ("28455000000", "28455000001", "28,455,000,000 to 28,455,000,001 USD", "28.46 bn USD"),
    (None, None, "unknown", "unknown"),
]


@pytest.mark.parametrize(("low", "high", "full", "short"), RANGES)
def test_a_range_is_written_with_its_open_end(low, high, full, short):
    ends = (low and Decimal(low), high and Decimal(high))
    assert (range_in_full(*ends, "USD"), range_in_short(*ends, "USD")) == (full, short)


AMOUNTS = st.decimals(min_value="-9999999999999999", max_value="9999999999999999", places=4)
CURRENCIES = st.sampled_from(["JPY", "USD", "EUR", "KWD", "BHD"])


@given(AMOUNTS, CURRENCIES)
def test_a_written_amount_read_back_is_the_amount(amount, currency):
    assert read_amount(in_full(amount, currency)) == Written(rounded(amount, currency), currency)
    assert read_amount(in_full(amount)) == Written(amount)


@given(AMOUNTS, CURRENCIES)
def test_a_short_amount_read_back_is_the_amount_to_four_digits(amount, currency):
    read = read_amount(in_short(amount, currency))
    assert read.currency == currency
    assert abs(read.amount - amount) <= max(abs(amount) / 2000, Decimal("0.005"))


@pytest.mark.parametrize(("number", "text"), [("0.5000", "0.5"), ("110", "110"), ("1E+2", "100"), ("-0.10", "-0.1")])
def test_a_number_is_written_without_idle_zeros(number, text):
    assert trimmed(Decimal(number)) == text
