"""payment-after-stop: facts in, flags out; and the near misses."""

import pytest

from procurement.ledger.recording import ledger_entries
from procurement.sources.recording import Amending
from tests.flags.backtests import found
from tests.makers import (
    decide,
    make_contract,
    make_program,
    make_source,
    post,
    rehome,
    report,
    state_complete,
)

CODE = "payment-after-stop"


@pytest.mark.django_db
def test_opens_on_a_payment_dated_by_a_year_that_overlaps_the_stop():
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-15")
    kept = make_contract(radar, committed="100", paid="10")
    post(kept, "7", "payment", on="2021-03-31", effective_precision="fiscal_year")
    (flag,) = found(CODE, "2021-03-31")
    assert (flag.severity, flag.evidence["total"], flag.evidence["overlapping"]) == ("medium", "7.00", "7.00")
    assert flag.evidence["entries"][0]["when"] == "overlapping"


@pytest.mark.django_db
def test_stays_closed_on_a_payment_dated_by_the_year_before():
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-15")
    kept = make_contract(radar, committed="100")
    post(kept, "7", "payment", on="2020-03-31", effective_precision="fiscal_year")
    assert found(CODE, "2021-03-31") == []


@pytest.mark.django_db
def test_stays_after_rehoming_and_ends_when_the_payment_is_taken_back():
    radar, ships = make_program("radar"), make_program("ships")
    decide(radar, "cancelled", "2020-06-15")
    kept = make_contract(radar, committed="100")
    paid = post(kept, "7", "payment", on="2020-07-01")
    rehome(kept, [(radar, "0"), (ships, "1")], "2020-12-18")
    post(kept, "9", "payment", on="2021-01-01")
    (flag,) = found(CODE, "2021-01-01")
    assert (flag.program_id, flag.evidence["total"]) == (radar.pk, "7.00")
    ledger_entries.reverse(paid, Amending(source=make_source("2021-01-01")))
    assert found(CODE, "2021-01-01") == []


@pytest.fixture
def stopped():
    """A contract of a program that was suspended on 2020-06-15 and resumed on 2020-09-01."""
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-15")
    decide(radar, "active", "2020-09-01")
    return make_contract(radar)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("on", "precision", "when"),
    [
        ("2020-06-15", "day", None),
        ("2020-06-16", "day", "after"),
        ("2020-08-31", "day", "after"),
        ("2020-09-01", "day", None),
        ("2020-06-30", "month", "overlapping"),
        ("2020-07-31", "month", "after"),
        ("2020-09-30", "quarter", "overlapping"),
        ("2020-12-31", "quarter", None),
        ("2021-03-31", "fiscal_year", "overlapping"),
        ("2020-12-31", "year", "overlapping"),
        ("2019-12-31", "year", None),
    ],
)
def test_says_whether_a_payment_fell_into_the_stop_surely_or_perhaps(stopped, on, precision, when):
    post(stopped, "10", "payment", on=on, effective_precision=precision)
    rows = [row for flag in found(CODE, "2021-04-01") for row in flag.evidence["entries"]]
    assert [row["when"] for row in rows] == ([when] if when else [])


@pytest.mark.django_db
def test_a_stop_of_one_day_leaves_no_day_after_it():
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-15")
    decide(radar, "active", "2020-06-16")
    post(make_contract(radar), "10", "payment", on="2020-06-30", effective_precision="month")
    assert found(CODE, "2021-04-01") == []


@pytest.mark.django_db
def test_two_stops_are_told_apart(stopped):
    decide(stopped.programallocation_set.get().program, "cancelled", "2021-01-01")
    for on in ("2020-07-01", "2021-02-01"):
        post(stopped, "10", "payment", on=on)
    (flag,) = found(CODE, "2021-04-01")
    assert [row["stopped_on"] for row in flag.evidence["entries"]] == ["2020-06-15", "2021-01-01"]


@pytest.mark.django_db
def test_totals_are_of_the_programs_share():
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-15")
    post(make_contract(radar, share="0.5"), "10", "payment", on="2020-07-01")
    (flag,) = found(CODE, "2021-04-01")
    assert (flag.evidence["total"], flag.evidence["entries"][0]["amount"]) == ("5.00", "10.00")


@pytest.mark.django_db
def test_lists_the_latest_of_very_many(stopped):
    for _ in range(103):
        post(stopped, "1", "payment", on="2020-07-01")
    (flag,) = found(CODE, "2021-04-01")
    assert (flag.evidence["count"], flag.evidence["total"], len(flag.evidence["entries"])) == (103, "103.00", 100)


# of which only the latest day is known


@pytest.fixture
def dated_by():
    """A contract of which 10 was paid before its program was suspended, and 7 more by the end of March 2022."""
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-15")
    contract = make_contract(radar, committed="100", paid="10")
    post(contract, "7", "payment", on="2022-03-31", effective_precision="by")
    return contract


@pytest.mark.django_db
def test_stays_closed_on_a_payment_that_may_be_older_than_the_stop(dated_by):
    assert found(CODE, "2022-12-31") == []


#: What else is known, and what the payment is then.
COMPLETE = [
    ("payment", "2020-06-14", None),
    ("payment", "2020-06-15", "after"),
    ("payment", "2021-12-31", "after"),
    ("payment", "2022-03-31", None),
    ("commitment", "2020-12-31", None),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("measure", "through", "when"), COMPLETE)
def test_opens_where_payments_were_complete_without_it_through_the_stop(dated_by, measure, through, when):
    state_complete(dated_by, through, measure)
    rows = [row for flag in found(CODE, "2022-12-31") for row in flag.evidence["entries"]]
    assert [row["when"] for row in rows] == ([when] if when else [])


REPORTED = [
    ({"amount": "10", "on": "2020-12-31"}, "after"),
    ({"amount": "16.99", "on": "2020-12-31"}, "after"),
    ({"amount": "17", "on": "2020-12-31"}, None),
    ({"amount": "10", "on": "2020-06-14"}, None),
    ({"amount": "10", "on": "2022-03-31"}, None),
    ({"amount": "10", "on": "2020-12-31", "rounding": "7"}, None),
    ({"low": "5", "high": "12", "on": "2020-12-31"}, "after"),
    ({"low": "5", "on": "2020-12-31"}, None),
    ({"amount": "10", "on": "2020-12-31", "scope": "radars"}, None),
    ({"amount": "10", "on": "2020-12-31", "currency": "USD"}, None),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("said", "when"), REPORTED)
def test_opens_where_a_reported_total_since_the_stop_has_no_room_for_it(dated_by, said, when):
    report(dated_by, "paid", **said)
    rows = [row for flag in found(CODE, "2022-12-31") for row in flag.evidence["entries"]]
    assert [row["when"] for row in rows] == ([when] if when else [])


@pytest.mark.django_db
def test_what_may_have_come_back_by_then_leaves_room(dated_by):
    post(dated_by, "7", "refund", on="2020-12-31", effective_precision="year")
    report(dated_by, "paid", "10", on="2020-12-30")
    assert found(CODE, "2022-12-31") == []


@pytest.mark.django_db
def test_one_that_opens_on_others_is_named_as_uncertain_and_not_counted(dated_by):
    post(dated_by, "5", "payment", on="2020-07-01")
    (flag,) = found(CODE, "2022-12-31")
    assert (flag.movements.count, flag.evidence["count"], flag.evidence["total"]) == (1, 1, "5.00")
    assert (flag.evidence["uncertain_count"], flag.evidence["uncertain"]) == (1, "7.00")
    assert [row["when"] for row in flag.evidence["entries"]] == ["after", "uncertain"]
    assert flag.summary.endswith(
        "shows 1 payment since, 5 JPY in all; 7 JPY more, of which only the latest day is known, may be older"
    )


@pytest.mark.django_db
def test_one_that_may_have_come_before_the_contract_belonged_there_overlaps():
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-15")
    came = make_contract(make_program("ships"), committed="100")
    rehome(came, [(came.programallocation_set.get().program, "0"), (radar, "1")], "2021-01-01")
    post(came, "7", "payment", on="2022-03-31", effective_precision="by")
    state_complete(came, "2020-06-30")
    (flag,) = found(CODE, "2022-12-31")
    assert [row["when"] for row in flag.evidence["entries"]] == ["overlapping"]
