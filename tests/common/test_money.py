"""Money: what is accepted, and how it is shown."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.common.money import amount_fault, as_text, decimals, is_country, is_currency, rounded, truncated_share

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
