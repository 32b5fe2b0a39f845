"""payment-after-stop: facts in, flags out; and the near misses."""

import pytest

from procurement.ledger.posting import ledger_entries
from procurement.sources.recording import Amending
from tests.flags.backtests import found
from tests.makers import decide, make_contract, make_program, make_source, post, rehome

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
def test_stays_closed_on_a_payment_that_happened_by_a_day_since_the_stop_at_the_latest():
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-15")
    kept = make_contract(radar, committed="100", paid="10")
    post(kept, "7", "payment", on="2022-03-31", effective_precision="by")
    assert found(CODE, "2022-12-31") == []


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
