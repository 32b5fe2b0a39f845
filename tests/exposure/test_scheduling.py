"""What falls due when and what is unscheduled, each worked by hand."""

from decimal import Decimal

import pytest
from django.db import connection

from procurement.common.errors import Refused
from procurement.exposure.answering import Question, answer
from procurement.exposure.schedule.answers import deferred, schedule
from procurement.exposure.snapshot import one_moment
from procurement.ledger.recording import ledger_entries
from procurement.sources.recording import Amending
from tests.exposure.asking import asked
from tests.makers import (
    decide,
    make_contract,
    make_organization,
    make_program,
    make_rate,
    make_source,
    owe,
    post,
    put,
    rehome,
    state_complete,
)
from tests.racing import at_once

pytestmark = pytest.mark.django_db


def planned(by="fiscal_year", as_of="2020-06-25", published_by=None, group_by=(), currency=None, **filters):
    return schedule(Question(asked(as_of, published_by), group_by, filters, currency), by)


def shown(found):
    """The amounts by period, and the rest."""
    return {each.period.label: f"{each.amount:f}" for each in found.instalments} | {"rest": f"{found.unscheduled:f}"}


def only(**more):
    (found,) = planned(**more).totals
    return found


def amounts(**more):
    return {name: Decimal(amount) for name, amount in shown(only(**more)).items()}


def owing(*dues, **more):
    """A contract with 1000 committed and 100 paid, and payments due."""
    contract = make_contract(**{"committed": "1000", "paid": "100"} | more)
    for due_on, amount in dues:
        owe(contract, due_on, amount)
    return contract


def test_a_japanese_year_ends_with_march():
    owing(("2021-03-31", "300"), ("2021-04-01", "200"), ("2020-07-01", "50"))
    # outstanding 1000 - 100 = 900; FY2020 (to 2021-03-31) 300 + 50; FY2021 200; 900 - 550 = 350
    assert amounts() == {"FY2020": 350, "FY2021": 200, "rest": 350}
    days = [(each.period.first_day.isoformat(), each.period.last_day.isoformat()) for each in only().instalments]
    assert days == [("2020-04-01", "2021-03-31"), ("2021-04-01", "2022-03-31")]


def test_an_american_year_begins_in_october_and_is_named_for_its_end():
    owing(("2020-09-30", "300"), ("2020-10-01", "200"), buyer=make_organization("DoD", "US"))
    assert amounts() == {"FY2020": 300, "FY2021": 200, "rest": 400}


def test_a_country_without_a_rule_has_the_calendar_year():
    owing(("2020-12-31", "300"), ("2021-01-01", "200"), buyer=make_organization("DGA", "FR"))
    assert amounts() == {"FY2020": 300, "FY2021": 200, "rest": 400}


def test_quarters_are_those_of_the_fiscal_year():
    owing(("2020-06-30", "1"), ("2020-07-01", "2"), ("2021-03-31", "4"))
    owing(("2020-06-30", "8"), buyer=make_organization("DoD", "US"))
    # June is Japan's first quarter of FY2020 and America's third; 2 * 900 - 15 = 1785
    assert amounts(by="quarter") == {"FY2020-Q1": 1, "FY2020-Q2": 2, "FY2020-Q3": 8, "FY2020-Q4": 4, "rest": 1785}


def test_months_and_calendar_years_are_the_same_everywhere():
    owing(("2021-03-31", "300"), ("2021-01-01", "200"))
    assert amounts(by="month") == {"2021-01": 200, "2021-03": 300, "rest": 400}
    assert amounts(by="year") == {"2021": 500, "rest": 400}


def test_years_of_one_number_are_one_with_the_days_of_both():
    owing(("2020-07-01", "300"))
    owing(("2020-07-01", "200"), buyer=make_organization("DoD", "US"))
    (each,) = only().instalments
    # Japan's FY2020 from April 2020 to March 2021, America's from October 2019 to September 2020
    assert (each.period.first_day.isoformat(), each.period.last_day.isoformat()) == ("2019-10-01", "2021-03-31")
    assert each.amount == 500


def test_what_is_late_is_still_due_and_its_passed_period_overdue():
    owing(("2020-03-31", "300"), ("2020-04-01", "200"))
    found = planned(as_of="2020-06-25")
    overdue = {each.period.label: each.is_overdue(found.question.asked.as_of) for each in found.totals[0].instalments}
    # FY2019 ended on 2020-03-31, before the day; FY2020 runs, though 2020-04-01 is over
    assert overdue == {"FY2019": True, "FY2020": False}


def test_a_payment_that_was_made_is_due_no_more():
    contract = owing(("2020-08-01", "300"))
    post(contract, "290", "payment", on="2020-07-20", milestone=owe(contract, "2020-09-01", "200"))
    # before: 900 - 300 - 200; from the day on: P = 100 + 290, so 1000 - 390 - 300 = 310, though 10 less were paid
    assert amounts(as_of="2020-07-19") == {"FY2020": 500, "rest": 400}
    assert amounts(as_of="2020-07-20") == {"FY2020": 300, "rest": 310}


def test_a_payment_taken_back_is_due_again():
    contract = owing()
    paid = post(contract, "200", "payment", on="2020-05-01", milestone=owe(contract, "2020-05-01", "200"))
    assert amounts() == {"rest": 700}
    ledger_entries.reverse(paid, Amending(source=make_source("2020-06-01")))
    # P = 100 again; 900 - 200
    assert amounts() == {"FY2020": 200, "rest": 700}
    assert amounts(published_by="2020-05-31") == {"rest": 700}


def test_a_milestone_counts_from_when_it_was_published():
    owe(owing(), "2020-08-01", "300", source=make_source("2020-06-01"))
    assert amounts(published_by="2020-05-31") == {"rest": 900}
    assert amounts(published_by="2020-06-01") == {"FY2020": 300, "rest": 600}


def test_a_re_homed_part_goes_with_its_share():
    one, other = make_program(), make_program()
    contract = owing(("2020-08-01", "300"), program=one)
    rehome(contract, [(one, "0.25"), (other, "0.5")], "2020-06-01")
    found = {each.keys["program"]: shown(each) for each in planned(group_by=("program",)).rows}
    # 300 and 900 by 0.25, 0.5 and the rest of 0.25
    quarter = {"FY2020": Decimal(75), "rest": Decimal(150)}
    expected = {one.pk: quarter, other.pk: {"FY2020": Decimal(150), "rest": Decimal(300)}, None: quarter}
    assert {pk: {name: Decimal(amount) for name, amount in each.items()} for pk, each in found.items()} == expected


def test_without_known_payments_nothing_is_known_to_be_outstanding():
    owing(("2020-08-01", "300"), paid=None)
    found = only()
    assert (found.outstanding, found.unscheduled, found.instalments) == (None, None, ())
    assert found.counts["payments_of_unknown_outstanding"] == 1


def test_a_group_schedules_what_is_known_of_it():
    owing(("2020-08-01", "300"), paid=None)
    owing(("2020-08-01", "200"))
    # the first contract's 300 are no part of the 900 that are known
    assert amounts() == {"FY2020": 200, "rest": 700}


def test_more_may_be_scheduled_than_is_owed():
    owing(("2020-08-01", "950"))
    assert amounts() == {"FY2020": 950, "rest": -50}


def test_nothing_falls_due_under_an_ended_contract():
    contract = owing(("2020-08-01", "300"))
    put(contract, "terminated", "2020-06-01")
    post(contract, "-500", reason="termination", on="2020-06-01")
    # C = 1000 - 500, P = 100: 400 are owed and nobody says when
    assert amounts() == {"rest": 400}
    assert amounts(as_of="2020-05-31") == {"FY2020": 300, "rest": 600}


def test_what_has_no_place_is_counted_once():
    one, other = make_program(), make_program()
    contract = owing(("2020-08-01", None), program=one, share="0.5")
    rehome(contract, [(other, "0.5")], "2020-01-01")
    owe(contract, "2020-08-01", "5", kind="delivery")
    assert dict(only().counts) == {
        "payments_without_amount": 1, "payments_of_unknown_outstanding": 0, "deliveries": 1
    }  # fmt: skip


def test_a_contract_that_owes_nothing_has_an_empty_schedule():
    contract = make_contract()
    state_complete(contract, "2020-03-31")
    state_complete(contract, "2020-03-31", "commitment")
    assert amounts() == {"rest": 0}


def test_a_program_without_contracts_has_a_row_as_in_exposure():
    decide(make_program(), "suspended", "2020-06-15")
    (row,) = planned(group_by=("program",)).rows
    assert (row.currency, row.outstanding, row.instalments) == (None, None, ())


def test_pages_are_those_of_exposure_and_totals_are_of_everything():
    for number in range(3):
        owing(("2020-08-01", str(100 + number)), program=make_program(f"p-{number}"))
    question = Question(asked("2020-06-25"), ("program",), offset=1, limit=1)
    found = schedule(question)
    assert ([row.keys for row in found.rows], found.next_offset) == ([answer(question).rows[0].keys], 2)
    assert (shown(found.rows[0])["FY2020"][:3], found.totals[0].by_year[2020]) == ("101", 303)


def test_filters_choose_what_falls_due():
    contract = owing(("2020-08-01", "300"), program=make_program("x", domain="naval"))
    owing(("2020-08-01", "200"))
    assert amounts(domain=["naval"]) == {"FY2020": 300, "rest": 600}
    assert amounts(contract=[contract.pk]) == {"FY2020": 300, "rest": 600}


# as a figure


def test_deferred_is_the_same_by_the_number_of_the_year():
    program = make_program()
    owing(("2020-08-01", "300"), program=program)
    found = schedule(Question(asked("2020-06-25"), ("program",)))
    (row,), (total,) = map(deferred, found.rows), map(deferred, found.totals)
    assert row == total
    assert (total.years, total.unscheduled) == ({2020: 300}, 600)


def test_deferred_is_unknown_where_outstanding_is():
    owing(("2020-08-01", "300"), paid=None)
    assert [*map(deferred, schedule(Question(asked("2020-06-25"))).totals)] == [None]


# conversion


def test_currencies_are_converted_and_then_one_row():
    program = make_program()
    owing(("2020-08-01", "300"), program=program)
    owing(("2020-08-01", "2"), program=program, currency="USD", committed="10", paid="1")
    make_rate("EUR", "JPY", "120", "2020-06-25")
    make_rate("EUR", "USD", "1.2", "2020-06-25")
    (row,) = planned(group_by=("program",), currency="JPY").rows
    # a dollar is 120 / 1.2 = 100 yen: outstanding 900 + 9 * 100, due 300 + 2 * 100, the rest 600 + 7 * 100
    assert (row.currency, row.outstanding, row.by_year, row.unscheduled) == ("JPY", 1800, {2020: 500}, 1300)


def test_contracts_are_converted_page_by_page():
    for number in range(3):
        owing(("2020-08-01", str(100 * number + 100)))
    make_rate("EUR", "JPY", "100", "2020-06-25")
    found = schedule(Question(asked("2020-06-25"), ("contract",), currency="EUR", offset=1, limit=1))
    assert ([row.by_year for row in found.rows], found.next_offset) == ([{2020: 2}], 2)
    assert (found.totals[0].by_year, found.rates[0].rate) == ({2020: 6}, Decimal("0.01"))


def test_a_missing_rate_is_refused():
    owing()
    with pytest.raises(Refused, match="JPY/EUR"):
        planned(currency="EUR")


def test_an_unknown_period_is_refused_with_those_that_are_known():
    with pytest.raises(Refused, match="fiscal_year, quarter, month, year"):
        planned(by="week")


# one moment


@pytest.mark.django_db(transaction=True)
def test_what_is_posted_meanwhile_is_not_seen():
    contract = owing(("2020-08-01", "300"))
    with one_moment():
        before = amounts()
        at_once(lambda: owe(contract, "2020-09-01", "200"))
        assert amounts() == before
    assert not connection.in_atomic_block
    assert amounts() == {"FY2020": 500, "rest": 400}
