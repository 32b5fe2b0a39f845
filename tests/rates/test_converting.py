"""Which rate an amount is converted with, at any dates. Rates are the ECB's, read off its file by hand."""

from decimal import Decimal

import pytest

from procurement.common.dates import Asked
from procurement.common.errors import Refused
from procurement.rates.converting import USUAL, Rate, rates_for
from procurement.rates.models import ExchangeRate
from tests.makers import day, make_budget_rate, make_rate

pytestmark = pytest.mark.django_db

#: Euro foreign exchange reference rates of these days.
PUBLISHED = [
    ("USD", "2019-06-14", "1.1265"),
    ("JPY", "2019-06-14", "121.9"),
    ("USD", "2019-10-31", "1.1154"),
    ("JPY", "2019-10-31", "120.73"),
    ("SKK", "2008-12-31", "30.126"),
    ("USD", "2008-12-31", "1.3917"),
    ("ROL", "2005-06-30", "36030"),
]


@pytest.fixture(autouse=True)
def published():
    return [make_rate("EUR", currency, rate, on) for currency, on, rate in PUBLISHED]


def found(native, wanted, as_of, *rate_types, **dates):
    return rates_for([(native, wanted)], Asked(day(as_of), **dates), rate_types or USUAL)[native, wanted]


def refused(native, wanted, as_of, *rate_types, **dates):
    with pytest.raises(Refused) as error:
        found(native, wanted, as_of, *rate_types, **dates)
    (said,) = error.value.errors["currency"]
    return said


def test_a_rate_says_what_it_is():
    assert found("EUR", "USD", "2019-10-31") == Rate(
        "EUR", "USD", Decimal("1.1154"), day("2019-10-31"), "ecb_reference"
    )


def test_amounts_in_euro_are_reached_by_the_inverse():
    assert found("JPY", "EUR", "2019-10-31").rate == Decimal("0.008282945415")  # 1 / 120.73 = 0.00828294541538...


def test_two_other_currencies_meet_in_the_euro():
    assert found("USD", "JPY", "2019-10-31").rate == Decimal("108.2391967")  # 120.73 / 1.1154 = 108.239196700...
    assert found("JPY", "USD", "2019-10-31").rate == Decimal("0.009238797316")  # 1.1154 / 120.73 = 0.00923879731632...


def test_a_weekend_takes_fridays_rate():
    assert [found("EUR", "USD", on).on for on in ("2019-06-15", "2019-06-16")] == [day("2019-06-14")] * 2


def test_day_seven_is_the_last():
    assert found("EUR", "USD", "2019-06-21").rate == Decimal("1.1265")
    assert "no ecb_reference rate for EUR/USD at 2019-06-22 or in the 7 days before" in refused(
        "EUR", "USD", "2019-06-22"
    )


@pytest.mark.parametrize(
    ("currency", "on", "day_eight"), [("SKK", "2009-01-07", "2009-01-08"), ("ROL", "2005-07-07", "2005-07-08")]
)
def test_a_discontinued_currency_has_no_rate_after_its_last(currency, on, day_eight):
    assert found("EUR", currency, on)
    assert f"EUR/{currency}: last " in refused("EUR", currency, day_eight)
    assert "first never after" in refused("EUR", currency, day_eight)


def test_the_future_is_not_clamped_to_the_newest_rate():
    assert "EUR/USD: last 2019-10-31 before, first never after" in refused("USD", "EUR", "2030-01-01")


def test_a_later_rate_is_never_taken():
    assert "last never before, first 2005-06-30 after" in refused("EUR", "ROL", "2005-06-29")


def test_every_pair_without_a_rate_is_named():
    with pytest.raises(Refused, match=r"for CHF/JPY, GBP/JPY at 2019-10-31 .*leaving currency out"):
        rates_for([("USD", "JPY"), ("GBP", "JPY"), ("CHF", "JPY")], Asked(day("2019-10-31")))


def test_what_was_public_then_is_asked_for():
    assert found("EUR", "USD", "2019-11-01", published_by=day("2019-10-31")).rate == Decimal("1.1154")
    assert "EUR/USD" in refused("EUR", "USD", "2019-11-01", published_by=day("2019-10-30"))


def test_a_pair_of_one_currency_needs_no_rate():
    assert rates_for([("JPY", "JPY")], Asked(day("1900-01-01"))) == {}


def test_an_unknown_type_of_rate_is_refused():
    with pytest.raises(Refused, match=r"“guess” is not a type of rate; accepted, .*: ecb_reference, budget, other"):
        rates_for([("JPY", "USD")], Asked(day("2020-01-01")), ("ecb_reference", "guess"))


@pytest.mark.parametrize(("types", "said"), [((), "is empty; accepted"), (("other", "other"), "name each type once")])
def test_a_list_of_types_names_each_once_and_at_least_one(types, said):
    with pytest.raises(Refused, match=said):
        rates_for([("JPY", "USD")], Asked(day("2020-01-01")), types)


def test_other_rates_are_their_own():
    make_rate("USD", "KRW", "1166.5", "2019-10-31", "other")
    assert found("KRW", "USD", "2019-11-05", "other").on == day("2019-10-31")
    assert "no other rate for EUR/USD" in refused("EUR", "USD", "2019-10-31", "other")


def test_each_pair_takes_the_first_type_that_has_a_rate():
    make_rate("USD", "KRW", "1166.5", "2019-10-31", "other")
    make_rate("USD", "JPY", "108", "2019-10-31", "other")
    pairs, asked = [("KRW", "USD"), ("JPY", "USD")], Asked(day("2019-10-31"))
    for order, of_yen in ((("ecb_reference", "other"), "ecb_reference"), (("other", "ecb_reference"), "other")):
        rates = rates_for(pairs, asked, order)
        assert [rates[pair].rate_type for pair in pairs] == ["other", of_yen]


def test_a_rate_of_a_later_type_is_taken_though_a_better_day_stands_in_none():
    """The first type's rate is a week old and still holds: the order decides, not the age."""
    make_rate("EUR", "USD", "1.2", "2019-06-21", "other")
    assert found("EUR", "USD", "2019-06-21", "ecb_reference", "other").on == day("2019-06-14")
    assert found("EUR", "USD", "2019-06-22", "ecb_reference", "other").on == day("2019-06-21")


def test_no_rate_is_made_of_two_types():
    make_rate("EUR", "UAH", "27.5", "2019-10-31", "other")
    assert "no ecb_reference or other rate for UAH/USD" in refused("UAH", "USD", "2019-10-31", "ecb_reference", "other")


def test_a_budget_rate_can_come_before_the_market():
    make_budget_rate("USD", "JPY", "110", 2019)
    pairs = [("USD", "JPY"), ("EUR", "JPY")]
    rates = rates_for(pairs, Asked(day("2019-10-31")), ("budget", "ecb_reference"))
    assert [rates[pair].rate_type for pair in pairs] == ["budget", "ecb_reference"]


def test_a_refusal_names_every_type_that_was_tried():
    said = refused("UAH", "USD", "2019-10-31", "ecb_reference", "other", "budget")
    assert "no ecb_reference or other or budget rate for UAH/USD at 2019-10-31 or in the 7 days before" in said
    assert "ecb_reference: EUR/UAH: last never" in said
    assert "budget: stored: none between these currencies" in said
    assert "rate_type=" not in said


def test_and_advises_a_list_that_would_be_answered():
    make_rate("USD", "UAH", "24.9", "2019-10-31", "other")
    pairs, asked = [("UAH", "USD"), ("JPY", "USD")], Asked(day("2019-10-31"))
    for asked_for, advised in (("ecb_reference", "ecb_reference,other"), ("other", "other,ecb_reference")):
        with pytest.raises(Refused, match=f"rate_type={advised}, another as_of, or leaving currency out"):
            rates_for(pairs, asked, [asked_for])
        assert len(rates_for(pairs, asked, advised.split(","))) == 2


@pytest.mark.django_db(transaction=True)
def test_a_corrected_rate_is_found_as_it_was_before():
    first = ExchangeRate.objects.get(quote="USD", on="2019-10-31")
    later = make_rate("EUR", "USD", "1.1155", "2019-10-31")
    later.refresh_from_db()
    assert found("EUR", "USD", "2019-10-31").rate == Decimal("1.1155")
    assert found("EUR", "USD", "2019-10-31", recorded_by=later.recorded_at).rate == Decimal("1.1155")
    assert found("EUR", "USD", "2019-10-31", recorded_by=first.recorded_at).rate == Decimal("1.1154")


#: 支出官レート: FMS contracts of FY2019 were booked at 110 yen to the dollar (Board of Audit, 2018-h30-Y2010).
@pytest.mark.parametrize("as_of", ["2019-04-01", "2020-03-31"])
def test_a_budget_rate_holds_through_its_fiscal_year(as_of):
    make_budget_rate("USD", "JPY", "110", 2019)
    assert found("USD", "JPY", as_of, "budget") == Rate("USD", "JPY", Decimal(110), day("2019-04-01"), "budget", 2019)
    assert found("JPY", "USD", as_of, "budget").rate == Decimal("0.009090909091")


@pytest.mark.parametrize("as_of", ["2019-03-31", "2020-04-01"])
def test_and_not_a_day_longer(as_of):
    make_budget_rate("USD", "JPY", "110", 2019)
    said = refused("USD", "JPY", as_of, "budget")
    assert f"no budget rate for USD/JPY at {as_of}" in said
    assert "stored: JP 2019 USD/JPY" in said


def test_two_countries_budget_rates_are_not_chosen_between():
    make_budget_rate("USD", "JPY", "110", 2019)
    make_budget_rate("JPY", "USD", "0.0092", 2020, "US")
    assert "several countries set a budget rate at 2020-01-01: USD/JPY by JP and US" in refused(
        "USD", "JPY", "2020-01-01", "budget"
    )


@pytest.mark.parametrize(("rate_type", "queries"), [("ecb_reference", 1), ("budget", 2)])
@pytest.mark.parametrize("pairs", [1, 3])
def test_the_number_of_queries_is_constant(rate_type, queries, pairs, django_assert_num_queries):
    for currency in ("USD", "GBP", "CHF"):
        make_budget_rate(currency, "JPY", "110", 2019)
        make_rate("EUR", currency, "1.5", "2019-10-31")
    wanted = [("USD", "JPY"), ("GBP", "JPY"), ("CHF", "JPY")][:pairs]
    with django_assert_num_queries(queries):
        assert len(rates_for(wanted, Asked(day("2019-10-31")), [rate_type])) == pairs
