"""stop-work-over-90-days: facts in, flags out; and the near misses."""

import pytest

from procurement.contracts.recording import contract_status_changes
from procurement.flags.rule import Limits
from procurement.sources.recording import Amending
from tests.flags.backtests import found
from tests.makers import day, make_contract, make_program, make_source, post, put, rehome

pytestmark = pytest.mark.django_db

CODE = "stop-work-over-90-days"


@pytest.fixture
def ordered():
    """A contract of 100, 40 of it paid, of a program that goes on; work on it stopped on 15 June 2020."""
    contract = make_contract(make_program("radar"), committed="100", paid="40")
    put(contract, "stop_work", "2020-06-15", notified_on=day("2020-06-17"))
    return contract


def test_opens_on_the_day_after_the_ninetieth(ordered):
    assert found(CODE, "2020-09-13") == []
    (flag,) = found(CODE, "2020-09-14")
    assert (flag.contract_id, flag.severity, flag.condition_since) == (ordered.pk, "high", day("2020-09-14"))
    assert flag.evidence["began_on"] == "2020-06-15"
    assert (flag.evidence["deadline"], flag.evidence["days_under_order"]) == ("2020-09-13", 91)
    assert (flag.evidence["notified_on"], flag.evidence["until"]) == ("2020-06-17", None)
    assert (flag.evidence["committed"], flag.evidence["paid"]) == ("100.00", "40.00")
    assert (flag.evidence["outstanding"], flag.evidence["currency"]) == ("60.00", "JPY")


def test_the_days_move_alone_and_the_evidence_stays_the_same(ordered):
    (flag,), (later,) = found(CODE, "2020-09-14"), found(CODE, "2021-01-01")
    assert later.evidence["days_under_order"] == 200
    assert (flag.digest, flag.summary) == (later.digest, later.summary)


def test_says_what_left_and_that_an_agreed_period_goes_on(ordered):
    put(ordered, "stop_work", "2020-08-01", until=day("2020-12-31"))
    (flag,) = found(CODE, "2020-09-14")
    assert flag.evidence["until"] == "2020-12-31"
    assert flag.evidence["notified_on"] == "2020-06-17"
    assert flag.summary.endswith("has passed, though agreed until 2020-12-31; 60 JPY outstanding")


@pytest.mark.parametrize(
    ("states", "since"),
    [
        ([("stop_work", "2020-07-01")], "2020-09-14"),
        ([("active", "2020-08-01"), ("stop_work", "2020-08-02")], "2020-11-01"),
        ([("active", "2020-08-01"), ("stop_work", "2020-08-01")], "2020-09-14"),
        ([("active", "2020-06-15"), ("stop_work", "2020-06-15")], "2020-09-14"),
        ([("suspended", "2020-06-14")], "2020-09-14"),
        ([("stop_work", "2020-06-01")], "2020-08-31"),
        ([("stop_work", "2020-08-01"), ("active", "2020-08-01")], None),
        ([("active", "2020-08-01")], None),
        ([("suspended", "2020-12-31")], None),
        ([("terminated", "2020-12-31")], None),
    ],
)
def test_counts_from_the_first_day_of_the_unbroken_run(ordered, states, since):
    for status, on in states:
        put(ordered, status, on)
    assert [flag.condition_since for flag in found(CODE, "2020-12-31")] == ([day(since)] if since else [])


def test_an_order_that_is_taken_back_was_none(ordered):
    order = ordered.contractstatuschange_set.get(status="stop_work")
    contract_status_changes.reverse(order, Amending(source=make_source("2020-10-01")))
    assert found(CODE, "2020-12-31") == []
    assert found(CODE, "2020-12-31", published_by=day("2020-09-30"))


def test_opens_only_for_those_who_could_know_of_the_order():
    contract = make_contract(committed="100")
    put(contract, "stop_work", "2020-06-15", published_on=day("2020-11-01"))
    assert found(CODE, "2020-12-31", published_by=day("2020-10-31")) == []
    assert len(found(CODE, "2020-12-31", published_by=day("2020-11-01"))) == 1


def test_a_contract_of_no_program_is_flagged_under_none():
    contract = make_contract(committed="100")
    put(contract, "stop_work", "2020-06-15")
    (flag,) = found(CODE, "2020-12-31")
    assert (flag.program_id, flag.contract_id, flag.evidence["outstanding"]) == (None, contract.pk, None)
    assert flag.summary.endswith("has passed; 100 JPY unaccounted for (outstanding amount unknown)")


def test_each_program_is_flagged_with_its_share(ordered):
    radar, ships = ordered.programallocation_set.get().program, make_program("ships")
    rehome(ordered, [(radar, "0.25"), (ships, "0.75")], "2020-08-01")
    flags = found(CODE, "2020-09-14")
    assert [(flag.program_id, flag.evidence["outstanding"]) for flag in flags] == [
        (radar.pk, "15.00"), (ships.pk, "45.00"),
    ]  # fmt: skip
    assert {flag.condition_since for flag in flags} == {day("2020-09-14")}


def test_balancing_lines_are_left_alone_and_unknown_commitments_are_not_zero():
    for given in ({"is_remainder": True, "committed": "100"}, {}):
        put(make_contract(**given), "stop_work", "2020-06-15")
    (flag,) = found(CODE, "2020-12-31")
    assert (flag.evidence["committed"], flag.evidence["outstanding"]) == (None, None)
    assert flag.summary.endswith("outstanding amount unknown (no commitment on record here)")


def test_sees_payments_and_cites_who_says_all_this(ordered):
    paid = post(ordered, "5", "payment", on="2020-08-01")
    (flag,) = found(CODE, "2020-12-31")
    assert (flag.movements.count, flag.movements.latest) == (3, paid.pk)
    order = ordered.contractstatuschange_set.get(status="stop_work")
    assert {ordered.source_id, order.source_id, paid.source_id} <= set(flag.evidence["sources"])


@pytest.mark.parametrize(("limit", "count"), [(10, 1), (198, 1), (199, 0)])
def test_the_limit_can_be_changed(ordered, limit, count):
    assert len(found(CODE, "2020-12-31", limits={CODE: Limits({"limit": limit})})) == count
