"""The newest rate there is, with its age: for questions of today."""

from decimal import Decimal

import pytest

from procurement.common.dates import Asked
from procurement.common.errors import Refused
from procurement.rates.converting import known_rates, rates_for
from tests.makers import day, make_budget_rate, make_rate

pytestmark = pytest.mark.django_db

TODAY = "2026-11-30"


def found(native, wanted, *rate_types, **dates):
    pairs, types = [(native, wanted)], rate_types or ("ecb_reference",)
    return rates_for(pairs, Asked(day(TODAY), **dates), types, any_age=True)[native, wanted]


def test_a_recent_rate_is_taken_as_ever_and_has_no_age():
    make_rate("EUR", "USD", "1.1", "2026-11-23")
    assert (found("EUR", "USD").on, found("EUR", "USD").age_days) == (day("2026-11-23"), None)


def test_an_old_one_says_its_age():
    make_rate("EUR", "USD", "1.0", "2026-10-01")
    make_rate("EUR", "USD", "1.1", "2026-11-22")
    rate = found("USD", "EUR")
    assert (rate.rate, rate.on, rate.age_days) == (Decimal("0.9090909091"), day("2026-11-22"), 8)


def test_a_cross_is_of_the_newest_day_that_has_both():
    for currency, on in (("USD", "2026-11-20"), ("JPY", "2026-11-20"), ("USD", "2026-11-21"), ("JPY", "2026-11-19")):
        make_rate("EUR", currency, "2", on)
    assert found("JPY", "USD").age_days == 10


def test_each_pair_has_a_day_of_its_own():
    for currency, on in (("USD", "2026-11-20"), ("SKK", "2008-12-31"), ("USD", "2008-12-31"), ("GBP", "2026-11-20")):
        make_rate("EUR", currency, "2", on)
    rates = rates_for([("SKK", "USD"), ("GBP", "USD")], Asked(day(TODAY)), any_age=True)
    assert [rates[pair].on for pair in (("SKK", "USD"), ("GBP", "USD"))] == [day("2008-12-31"), day("2026-11-20")]


def test_the_newest_of_the_types_is_taken_and_of_two_on_one_day_the_first():
    make_rate("EUR", "USD", "1", "2026-11-01")
    make_rate("EUR", "USD", "2", "2026-11-02", "other")
    assert found("EUR", "USD", "ecb_reference", "other").rate == 2
    make_rate("EUR", "USD", "3", "2026-11-02")
    assert found("EUR", "USD", "ecb_reference", "other").rate == 3


def test_a_budget_rate_has_no_age():
    make_budget_rate("USD", "JPY", "110", 2019)
    with pytest.raises(Refused, match="no budget rate for USD/JPY"):
        found("USD", "JPY", "budget")


def test_what_was_not_public_or_not_recorded_then_is_left_out():
    make_rate("EUR", "USD", "1", "2026-10-01")
    make_rate("EUR", "USD", "2", "2026-11-01")
    assert found("EUR", "USD", published_by=day("2026-10-31")).rate == 1


def test_a_pair_that_never_had_a_rate_is_refused_and_nothing_else():
    make_rate("EUR", "USD", "1", "2026-10-01")
    pairs, asked = [("EUR", "USD"), ("UAH", "USD")], Asked(day(TODAY))
    with pytest.raises(Refused, match=r"for UAH/USD at 2026-11-30"):
        rates_for(pairs, asked, any_age=True)
    assert set(known_rates(pairs, asked, any_age=True)) == {("EUR", "USD")}


@pytest.mark.parametrize("pairs", [1, 3])
def test_old_rates_cost_two_more_queries_for_any_number_of_pairs(pairs, django_assert_num_queries):
    for currency in ("USD", "GBP", "CHF", "JPY"):
        make_rate("EUR", currency, "1.5", "2019-10-31")
    wanted = [("USD", "JPY"), ("GBP", "JPY"), ("CHF", "JPY")][:pairs]
    with django_assert_num_queries(3):
        assert len(rates_for(wanted, Asked(day(TODAY)), any_age=True)) == pairs
