"""Answers in one currency, with rates entered by hand: each native sum times one rate, rows of equal keys merged."""

import pytest

from procurement.common.errors import Refused
from procurement.contracts.models import LiabilityEstimate, Milestone
from procurement.contracts.recording import liability_estimates, milestones
from procurement.exposure.answering import Question, answer, answer_from_ledger
from procurement.exposure.rows import Due
from tests.exposure.asking import asked, some
from tests.makers import (
    day,
    decide,
    make_budget_rate,
    make_contract,
    make_program,
    make_rate,
    make_source,
    say,
    state_complete,
)

pytestmark = pytest.mark.django_db
DAY = "2020-06-25"


def convert(currency, *group_by, as_of=DAY, **more):
    found = answer(question := Question(asked(as_of), group_by, currency=currency, **more))
    again = answer_from_ledger(question)
    assert (found.rows, found.totals, found.rates) == (again.rows, again.totals, again.rates)
    return found


def the_total(currency, **more):
    (row,) = convert(currency, **more).totals
    return row


def estimate(contract, **amounts):
    said = {"effective_on": day("2020-01-01"), "source": make_source("2020-01-01")}
    liability_estimates.record(LiabilityEstimate(contract=contract, **said, **amounts))


def fall_due(contract, on, amount=None):
    said = {"effective_on": day("2020-01-01"), "source": make_source("2020-01-01")}
    milestones.record(Milestone(contract=contract, kind="payment", due_on=day(on), amount=amount, **said))


@pytest.fixture
def euro():
    """What a euro is worth: a dollar is then 120 / 1.25 = 96 yen."""
    make_rate("EUR", "JPY", "120", DAY)
    make_rate("EUR", "USD", "1.25", DAY)


def test_every_amount_is_multiplied_by_the_rate_through_the_euro(euro):
    make_contract(committed="1000.00", paid="250.00", currency="USD")
    # 1000 x 96, 250 x 96, 750 x 96
    assert some(the_total("JPY"), "committed", "paid", "outstanding") == ["96000.00", "24000.00", "72000.00"]


def test_rows_of_equal_keys_merge_and_known_amounts_add(euro):
    program = make_program("x")
    make_contract(program, committed="1000.00", paid="250.00", currency="USD")
    make_contract(program, committed="4000.00", currency="JPY")
    (row,) = convert("JPY", "program").rows
    # 96,000 + 4,000; paid is known for the dollars alone, which are 96 % of it
    assert some(row, "committed", "paid", "unaccounted") == ["100000.00", "24000.00", "4000.00"]
    assert (row.currency, row.contracts, row.coverage()["paid"]) == ("JPY", 2, "0.9600")


def test_by_currency_is_one_row_once_all_is_in_one(euro):
    make_contract(committed="1.00", currency="USD")
    make_contract(committed="4.00", currency="JPY")
    assert [some(row, "committed") for row in convert("JPY", "currency").rows] == [["100.00"]]


def test_the_sum_is_rounded_once_and_not_the_parts():
    """A dollar is 1 / 1.5 = 0.6666666667 euros: 0.02 x it = 0.0133..., twice 0.0267; rounded before, it were 0.02."""
    make_rate("EUR", "USD", "1.5", DAY)
    make_contract(committed="0.02", currency="USD")
    make_contract(committed="0.02", currency="USD")
    assert some(the_total("EUR"), "committed") == ["0.03"]


def test_yen_have_two_decimals_and_dinars_three():
    make_rate("EUR", "KWD", "0.3333", DAY)
    make_contract(committed="10.00", currency="EUR")
    assert some(the_total("KWD"), "committed") == ["3.333"]


@pytest.mark.parametrize(("known", "unknown"), [("USD", "JPY"), ("JPY", "USD")])
def test_an_end_that_is_open_in_one_currency_is_open_in_the_merged_row(euro, known, unknown):
    estimate(make_contract(committed="1000.00", currency=known), low=10, high=20)
    estimate(make_contract(committed="1000.00", currency=unknown), low=10)
    # low: 10 x 96 + 10; high: of one of the two unknown
    assert some(the_total("JPY"), "liability_low", "liability_high") == ["970.00", None]


def test_an_end_that_nobody_committed_to_opens_nothing(euro):
    estimate(make_contract(committed="1000.00", currency="USD"), low=10, high=20)
    state_complete(make_contract(currency="JPY"), "2020-03-31", "commitment")
    assert some(the_total("JPY"), "liability_low", "liability_high") == ["960.00", "1920.00"]


def test_what_falls_due_on_the_earliest_day_adds_up(euro):
    fall_due(make_contract(committed="1.00", currency="USD"), "2021-03-31", 10)
    fall_due(make_contract(committed="1.00", currency="JPY"), "2021-03-31", 40)
    fall_due(make_contract(committed="1.00", currency="JPY"), "2021-04-01", 500)
    # 10 x 96 + 40
    assert the_total("JPY").next_due == Due(day("2021-03-31"), 1000)


def test_a_disputed_program_counts_once_in_a_merged_row(euro):
    program = make_program("x")
    for currency in ("USD", "JPY"):
        make_contract(program, committed="1.00", currency=currency)
    decide(program, "suspended", "2020-06-15")
    say(program, "cancelled", "2020-06-20", speaker="Kono")
    (row,) = convert("JPY", "domain").rows
    assert (row.disputes, row.contracts) == (1, 2)


def test_a_program_without_contracts_merges_with_the_others(euro):
    decide(make_program("x"), "suspended")
    make_contract(make_program("y"), committed="1.00", currency="USD")
    assert [some(row, "committed") for row in convert("JPY", "program").rows] == [[None], ["96.00"]]
    assert [row.currency for row in convert("JPY", "domain").rows] == ["JPY"]


def test_pages_are_cut_after_merging(euro):
    for program in [make_program(f"p-{number}") for number in range(3)]:
        for currency in ("USD", "JPY"):
            make_contract(program, committed="1.00", currency=currency)
    first = convert("JPY", "program", limit=2)
    rest = convert("JPY", "program", limit=2, offset=first.next_offset)
    assert [[row.contracts for row in page.rows] for page in (first, rest)] == [[2, 2], [2]]
    assert (first.totals, rest.next_offset) == (rest.totals, None)


@pytest.mark.parametrize("limit", [1, 2])
def test_rows_by_contract_have_pages_too(euro, limit):
    for currency in ("USD", "JPY", "EUR"):
        make_contract(committed="1.00", currency=currency)
    first = convert("JPY", "contract", limit=limit)
    rest = convert("JPY", "contract", limit=2, offset=limit)
    shown = [some(row, "committed") for row in (*first.rows, *rest.rows)][:3]
    assert shown == [["96.00"], ["1.00"], ["120.00"]]
    assert [rate.base for rate in first.rates] == ["EUR", "USD"]


def test_a_budget_rate_is_that_of_its_fiscal_year():
    make_contract(committed="100.00", currency="USD")
    make_budget_rate("USD", "JPY", "110", 2019)
    make_budget_rate("USD", "JPY", "105", 2020)
    for as_of, committed, year in (("2020-03-31", "11000.00", 2019), ("2020-04-01", "10500.00", 2020)):
        found = convert("JPY", as_of=as_of, rate_types=("budget",))
        assert some(found.totals[0], "committed") == [committed]
        assert [rate.fiscal_year for rate in found.rates] == [year]


def test_nothing_is_looked_up_where_all_is_in_the_currency():
    make_contract(committed="5.00")
    assert convert("JPY").rates == ()
    assert some(the_total("JPY"), "committed") == ["5.00"]


def test_without_a_rate_the_pair_and_the_day_are_named():
    make_contract(committed="5.00", currency="USD")
    with pytest.raises(Refused, match=r"USD/JPY at 2020-06-25"):
        convert("JPY")
    with pytest.raises(Refused, match=r"rate_type: “monthly” is not a type of rate; accepted, .*: ecb_reference"):
        convert("JPY", rate_types=("monthly",))


def test_each_currency_is_converted_at_the_first_type_that_has_a_rate(euro):
    make_rate("UAH", "JPY", "4", DAY, "other")
    make_contract(committed="10.00", currency="USD")
    make_contract(committed="10.00", currency="UAH")
    found = convert("JPY", rate_types=("ecb_reference", "other"))
    # 10 x 96 + 10 x 4
    assert some(found.totals[0], "committed") == ["1000.00"]
    assert [(rate.base, rate.rate_type) for rate in found.rates] == [("UAH", "other"), ("USD", "ecb_reference")]
