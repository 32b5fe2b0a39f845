"""How old is what an answer says: what is paid is known through a day, and a live state wears out."""

import pytest

from procurement.contracts.models import Contract, ContractStatusChange
from procurement.contracts.presuming import Presumption
from procurement.contracts.recording import contract_status_changes
from procurement.exposure.kept.refreshing import refresh
from tests.exposure.asking import ask, by
from tests.makers import allocate, day, make_contract, make_program, make_source, post, put, state_complete

pytestmark = pytest.mark.django_db

AWARDED = "2020-01-31"
WORN_OUT = "2022-01-30"  # 730 days later


@pytest.fixture(params=["from the ledger", "from what is kept"], autouse=True)
def way(request):
    return request.param


@pytest.fixture
def age(way):
    def of(as_of, **filters):
        if way == "from what is kept":
            refresh()
        (total,) = ask(as_of, **filters).totals
        return total.age

    return of


def confirm(contract, on, act="confirmation"):
    dates = {"effective_on": day(on), "source": make_source(on)}
    contract_status_changes.record(ContractStatusChange(contract=contract, act=act, status="", **dates))


def live(**more):
    return make_contract(**{"status": "active", "signed_on": AWARDED, "committed": "100.00"} | more)


def days(*texts):
    return tuple(map(day, texts))


def test_a_live_state_wears_out_after_two_years(age):
    live()
    assert [age(on).presumed for on in ("2022-01-29", WORN_OUT)] == [0, 1]
    assert age(WORN_OUT).confirmed_on == days(AWARDED, AWARDED)


@pytest.mark.parametrize("measure", ["commitment", "funding", "delivery", "payment", "refund"])
def test_a_movement_shows_a_contract_alive(age, measure):
    post(live(), "1.00", measure, on="2021-06-30")
    assert (age(WORN_OUT).presumed, age(WORN_OUT).confirmed_on) == (0, days("2021-06-30", "2021-06-30"))


@pytest.mark.parametrize(
    ("measure", "reason"), [("commitment", "de_obligation"), ("payment", "settlement"), ("compensation", "other")]
)
def test_what_closes_an_account_or_comes_beside_the_price_does_not(age, measure, reason):
    post(live(), "1.00", measure, on="2021-06-30", reason=reason)
    assert age(WORN_OUT).presumed == 1


@pytest.mark.parametrize("status", ["active", "stop_work", "suspended", "partially_terminated"])
def test_a_live_state_does(age, status):
    put(live(), status, "2021-06-30")
    assert age(WORN_OUT).presumed == 0


@pytest.mark.parametrize(("act", "presumed"), [("confirmation", 0), ("show_cause", 1)])
def test_a_confirmation_does_and_a_notice_does_not(age, act, presumed):
    confirm(live(), "2021-06-30", act)
    assert age(WORN_OUT).presumed == presumed


def test_an_end_still_ahead_speaks_for_it(age):
    Contract.objects.filter(pk=live().pk).update(ends_on=day("2022-03-31"))
    assert [age(on).presumed for on in ("2022-03-31", "2022-04-01")] == [0, 1]


def test_what_has_ended_is_not_presumed_to_run(age):
    put(live(), "completed", "2020-06-30")
    assert (age(WORN_OUT).presumed, age(WORN_OUT).confirmed_on) == (0, None)


def test_what_is_outstanding_under_presumed_contracts_is_named(age):
    program, other = make_program("one"), make_program("other")
    live(program=program, committed="100.00", paid="10.00", share="0.5")
    live(program=other)
    assert (age(WORN_OUT).presumed, age(WORN_OUT).presumed_outstanding) == (2, 90)
    row = by("program", ask(WORN_OUT, "program"))[program.pk]
    assert (row.age.presumed, row.age.presumed_outstanding) == (1, 45)


def test_a_contract_that_two_programs_share_is_presumed_once(age, way):
    one, two = make_program("one", domain="naval"), make_program("two", domain="naval")
    contract = live(program=one, share="0.5")
    allocate(contract, two, "0.5", AWARDED)
    assert age(WORN_OUT).presumed == 1
    assert by("domain", ask(WORN_OUT, "domain"))["naval"].age.presumed == 1


def test_questions_can_be_about_what_is_presumed_or_not(age):
    live(committed="100.00")
    post(live(committed="40.00"), "1.00", "payment", on="2021-06-30")
    totals = [ask(WORN_OUT, presumed=[which]).totals[0].figures["committed"] for which in (True, False)]
    assert totals == [100, 40]


def test_after_how_long_is_a_setting(age):
    live()
    refresh()
    Presumption.objects.update(days=365)
    assert [age(on).presumed for on in ("2021-01-29", "2021-01-30")] == [0, 1]


def test_payments_are_known_through_the_last_one(age):
    post(live(), "10.00", "payment", on="2020-06-30")
    found = age(WORN_OUT)
    assert (found.paid_known_through, found.paid_bases) == (days("2020-06-30", "2020-06-30"), {"entries"})


def test_payments_are_known_through_what_a_statement_covers(age):
    contract = live()
    post(contract, "10.00", "payment", on="2020-06-30")
    state_complete(contract, "2020-12-31")
    state_complete(live(), "2021-06-30", basis="balanced")
    found = age(WORN_OUT)
    assert found.paid_known_through == days("2020-12-31", "2021-06-30")
    assert found.paid_bases == {"stated", "balanced"}


def test_a_day_is_that_of_the_statement_nearest_before_it(age):
    contract = live()
    for through in ("2020-03-31", "2021-03-31"):
        state_complete(contract, through)
    assert [age(on).paid_known_through for on in ("2020-02-01", "2020-06-30", "2021-06-30")] == [
        days("2020-03-31", "2020-03-31"),
        days("2020-03-31", "2020-03-31"),
        days("2021-03-31", "2021-03-31"),
    ]


def test_where_payments_are_unknown_so_is_their_age(age):
    live()
    assert (age(WORN_OUT).paid_known_through, age(WORN_OUT).paid_bases) == (None, frozenset())
