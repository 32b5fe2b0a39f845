"""paid-exceeds-committed: facts in, flags out; and the near misses."""

import pytest

from procurement.ledger.recording import ledger_entries
from procurement.sources.recording import Amending
from tests.flags.backtests import found
from tests.makers import day, make_contract, make_program, make_source, post, put, rehome, state_complete

pytestmark = pytest.mark.django_db

CODE = "paid-exceeds-committed"


def test_opens_on_the_payment_that_goes_beyond():
    radar = make_program("radar")
    contract = make_contract(radar, committed="100", paid="90")
    paid = post(contract, "20", "payment", on="2020-07-01")
    assert found(CODE, "2020-06-30") == []
    (flag,) = found(CODE, "2021-01-01")
    assert (flag.program_id, flag.contract_id, flag.severity) == (radar.pk, contract.pk, "high")
    assert flag.condition_since == day("2020-07-01")
    assert (flag.evidence["committed"], flag.evidence["paid"]) == ("100.00", "110.00")
    assert (flag.evidence["excess"], flag.evidence["rounding"]) == ("10.00", "0.00")
    assert (flag.evidence["outstanding"], flag.evidence["currency"]) == ("-10.00", "JPY")
    latest = flag.evidence["latest_entry"]
    assert (latest["id"], latest["measure"], latest["amount"]) == (paid.pk, "payment", "20.00")
    assert flag.summary.endswith("of Radar shows 110 JPY paid and 100 JPY committed, 10 JPY too much")


@pytest.mark.parametrize(
    ("entries", "opens"),
    [
        ([("100", "payment", "0")], False),
        ([("100.01", "payment", "0")], True),
        ([("110", "payment", "10")], False),
        ([("110.01", "payment", "10")], True),
        ([("60", "payment", "5"), ("50", "payment", "5")], False),
        ([("60", "payment", "5"), ("50.01", "payment", "5")], True),
        ([("130", "payment", "0"), ("20", "refund", "10")], False),
        ([("130", "payment", "0"), ("19.99", "refund", "10")], True),
        ([("110", "payment", "0"), ("5", "commitment", "5")], False),
        ([("110", "payment", "0"), ("-5", "commitment", "15")], False),
        ([("110", "payment", "0"), ("-5", "commitment", "14")], True),
        ([("90", "payment", "0"), ("20", "compensation", "0")], False),
        ([("90", "payment", "0"), ("20", "delivery", "0")], False),
    ],
)
def test_compares_beyond_the_summed_rounding(entries, opens):
    contract = make_contract(make_program(), committed="100")
    for amount, measure, rounding in entries:
        post(contract, amount, measure, on="2020-07-01", rounding=rounding)
    assert len(found(CODE, "2021-01-01")) == opens


@pytest.mark.parametrize(
    "near_miss",
    [
        {"paid": "100"},
        {"committed": "100"},
        {"committed": "100", "paid": "101", "is_remainder": True},
    ],
)
def test_stays_closed_where_a_side_is_unknown_and_on_balancing_lines(near_miss):
    make_contract(make_program(), **near_miss)
    assert found(CODE, "2021-01-01") == []


def test_payments_that_are_known_to_be_none_exceed_nothing():
    contract = make_contract(make_program(), committed="100")
    state_complete(contract, "2020-12-31")
    assert found(CODE, "2021-01-01") == []


@pytest.mark.parametrize(
    ("entries", "since"),
    [
        ([("120", "payment", "2020-07-01")], "2020-07-01"),
        ([("120", "payment", "2020-07-01"), ("10", "payment", "2020-08-01")], "2020-07-01"),
        ([("120", "payment", "2020-07-01"), ("20", "refund", "2020-08-01"),
          ("1", "payment", "2020-09-01")], "2020-09-01"),
        ([("120", "payment", "2020-07-01"), ("30", "commitment", "2020-07-01"),
          ("-30", "commitment", "2020-10-01")], "2020-10-01"),
        ([("120", "payment", "2019-01-01")], "2019-10-31"),
    ],
)  # fmt: skip
def test_is_so_since_the_first_day_without_a_break(entries, since):
    contract = make_contract(make_program(), committed="100")
    for amount, measure, on in entries:
        post(contract, amount, measure, on=on)
    (flag,) = found(CODE, "2021-01-01")
    assert flag.condition_since == day(since)
    assert found(CODE, since)[0].condition_since == day(since)


def test_ends_when_the_payment_is_taken_back_for_those_who_know():
    contract = make_contract(make_program(), committed="100")
    paid = post(contract, "120", "payment", on="2020-07-01")
    ledger_entries.reverse(paid, Amending(source=make_source("2020-09-01")))
    assert found(CODE, "2021-01-01") == []
    assert len(found(CODE, "2021-01-01", published_by=day("2020-08-31"))) == 1


def test_rounding_counts_with_the_share_of_each_program():
    radar, ships = make_program("radar"), make_program("ships")
    contract = make_contract(radar, committed="100", share="0.333333")
    rehome(contract, [(ships, "0.666667")], "2019-10-31")
    post(contract, "112", "payment", on="2020-07-01", rounding="9")
    flags = found(CODE, "2021-01-01")
    assert [(f.program_id, f.evidence["share"]) for f in flags] == [(radar.pk, "0.333333"), (ships.pk, "0.666667")]
    assert [f.evidence["excess"] for f in flags] == ["4.00", "8.00"]
    assert [f.evidence["rounding"] for f in flags] == ["3.00", "6.00"]
    post(contract, "3", on="2020-07-01")
    assert found(CODE, "2021-01-01") == []


def test_a_contract_of_no_program_is_flagged_under_none_also_when_it_ended():
    contract = make_contract(committed="100", paid="120")
    put(contract, "completed", "2020-07-01")
    (flag,) = found(CODE, "2021-01-01")
    assert (flag.program_id, flag.contract_id, flag.evidence["share"]) == (None, contract.pk, "1")
    assert (flag.evidence["contract_status"], flag.evidence["outstanding"]) == ("completed", None)


def test_sees_payments_and_cites_every_entry():
    contract = make_contract(make_program(), committed="100", paid="150")
    refund = post(contract, "10", "refund", on="2020-07-01")
    (flag,) = found(CODE, "2021-01-01")
    assert flag.movements.count == 2
    assert set(contract.ledgerentry_set.values_list("source_id", flat=True)) <= set(flag.evidence["sources"])
    assert flag.evidence["latest_entry"]["source"] == refund.source_id
