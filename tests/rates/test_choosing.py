"""Which stored rates convert: as quoted, turned round, or through the euro."""

from decimal import Decimal
from fractions import Fraction

import pytest

from procurement.fiscal.years import FiscalYear
from procurement.rates.choosing import Stored, budget_rates, daily_rate, of_its_year, quotes_of, shown
from tests.makers import day


def stored(base, quote, rate, on="2019-10-31", **more):
    return Stored(base, quote, Decimal(rate), day(on), **more)


def chosen(pair, *rates):
    found = daily_rate(pair, quotes_of(rates), "other")
    return found and (found.rate, found.on.isoformat())


SHOWN = [
    ("120.730000000000", "120.73"),
    ("110.000000000000", "110"),
    ("13111", "13111"),
    ("1.00000000005", "1"),  # half to the even digit
    ("1.00000000015", "1"),  # below half of the tenth digit
    ("1.0000000015", "1.000000002"),
    ("1.0000000025", "1.000000002"),
    ("999999.99999", "1000000"),
]


@pytest.mark.parametrize(("value", "text"), SHOWN)
def test_a_rate_has_ten_significant_digits(value, text):
    assert str(shown(Fraction(value))) == text


def test_the_latest_day_counts():
    rates = [stored("EUR", "USD", "1.1106", "2019-10-30"), stored("EUR", "USD", "1.1154")]
    assert chosen(("EUR", "USD"), *rates) == (Decimal("1.1154"), "2019-10-31")


def test_a_pair_is_read_backwards():
    assert chosen(("USD", "EUR"), stored("EUR", "USD", "1.1154")) == (Decimal("0.8965393581"), "2019-10-31")


def test_a_rate_quoted_in_this_direction_is_taken_as_it_is():
    rates = [stored("JPY", "USD", "0.01"), stored("USD", "JPY", "99")]
    assert [chosen(pair, *rates)[0] for pair in (("USD", "JPY"), ("JPY", "USD"))] == [Decimal(99), Decimal("0.01")]


def test_a_cross_takes_both_legs_of_the_last_day_that_has_both():
    rates = [stored("EUR", "USD", "2", "2019-10-30"), stored("EUR", "JPY", "200", "2019-10-30")]
    assert chosen(("USD", "JPY"), *rates, stored("EUR", "USD", "3")) == (Decimal(100), "2019-10-30")


def test_legs_of_different_days_make_no_cross():
    assert chosen(("USD", "JPY"), stored("EUR", "USD", "2", "2019-10-30"), stored("EUR", "JPY", "200")) is None


def test_a_budget_rate_is_of_the_year_of_its_own_country():
    rates = [stored("USD", "JPY", "110", fiscal_year=year, country="JP") for year in (2018, 2019)]
    rates.append(stored("USD", "THB", "30", fiscal_year=2020, country="TH"))
    assert of_its_year(rates, day("2020-03-31"), {"JP": FiscalYear(4)}) == rates[1:]


def test_a_budget_rate_is_read_backwards_and_never_crossed():
    rates = [stored("USD", "JPY", "110", fiscal_year=2019, country="JP"), stored("EUR", "JPY", "130", country="JP")]
    assert budget_rates(("JPY", "USD"), rates)["JP"].rate == Decimal("0.009090909091")
    assert budget_rates(("EUR", "USD"), rates) == {}
