"""advance-past-delivery-date: facts in, flags out; and the near misses."""

import pytest

from procurement.contracts.recording import milestones
from procurement.sources.recording import Amending
from tests.flags.backtests import found
from tests.makers import day, make_contract, make_program, make_source, owe, post, put, rehome, state_complete

pytestmark = pytest.mark.django_db

CODE = "advance-past-delivery-date"


@pytest.fixture
def ahead():
    """A contract of 100 with 40 paid at signature, 10 delivered, and a delivery due on 31 March 2020."""
    contract = make_contract(make_program("radar"), committed="100", paid="40")
    post(contract, "10", "delivery", on="2020-01-31")
    owe(contract, "2020-03-31", "50", "delivery", description="First set")
    return contract


def test_opens_on_the_day_after_the_delivery_was_due(ahead):
    assert found(CODE, "2020-03-31") == []
    (flag,) = found(CODE, "2020-04-01")
    assert (flag.contract_id, flag.severity, flag.condition_since) == (ahead.pk, "medium", day("2020-04-01"))
    figures = ("paid", "delivered", "advance_at_risk", "outstanding", "currency")
    assert [flag.evidence[name] for name in figures] == ["40.00", "10.00", "30.00", "60.00", "JPY"]
    (late,) = flag.evidence["milestones"]
    assert (late["due_on"], late["due_precision"], late["amount"]) == ("2020-03-31", "day", "50.00")
    assert late["description"] == "First set"
    assert flag.summary.endswith(
        "of Radar has 30 JPY paid ahead of deliveries, and 1 delivery milestone overdue, the earliest due on 2020-03-31"
    )


@pytest.mark.parametrize(
    ("amount", "measure", "opens"),
    [
        ("30", "delivery", False),
        ("29.99", "delivery", True),
        ("30", "refund", False),
        ("-5", "delivery", True),
        ("30", "compensation", True),
    ],
)
def test_stays_closed_when_all_that_was_paid_is_delivered_or_came_back(ahead, amount, measure, opens):
    post(ahead, amount, measure, on="2020-06-01")
    assert len(found(CODE, "2020-06-01")) == opens


def test_stays_closed_while_nobody_says_what_was_delivered():
    contract = make_contract(make_program(), committed="100", paid="40")
    owe(contract, "2020-03-31", "50", "delivery")
    assert found(CODE, "2020-06-01") == []
    said = state_complete(contract, "2020-05-01", "delivery")
    (flag,) = found(CODE, "2020-06-01")
    assert (flag.evidence["delivered"], flag.evidence["advance_at_risk"]) == ("0.00", "40.00")
    assert said.source_id in flag.evidence["sources"]


@pytest.mark.parametrize(
    "near_miss",
    [
        {"kind": "payment"},
        {"due_on": "2020-06-01"},
        {"due_on": "2020-12-31", "due_precision": "year"},
        {"on": "2020-06-02"},
    ],
)
def test_stays_closed_without_an_overdue_delivery(near_miss):
    contract = make_contract(make_program(), committed="100", paid="40")
    state_complete(contract, "2020-05-01", "delivery")
    owe(contract, **{"due_on": "2020-03-31", "kind": "delivery"} | near_miss)
    assert found(CODE, "2020-06-01") == []


@pytest.mark.parametrize("status", ["terminated", "completed"])
def test_ends_with_the_contract(ahead, status):
    put(ahead, status, "2020-06-01")
    assert found(CODE, "2020-05-31")
    assert found(CODE, "2020-06-01") == []


def test_ends_when_an_entry_meets_the_milestone(ahead):
    post(ahead, "5", "delivery", on="2020-06-01", milestone=ahead.milestone_set.get())
    assert found(CODE, "2020-05-31")
    assert found(CODE, "2020-06-01") == []


def test_ends_when_the_milestone_is_taken_back_for_those_who_know(ahead):
    milestones.reverse(ahead.milestone_set.get(), Amending(source=make_source("2020-05-01")))
    assert found(CODE, "2020-06-01") == []
    assert len(found(CODE, "2020-06-01", published_by=day("2020-04-30"))) == 1


@pytest.mark.parametrize(
    ("more", "since"),
    [
        ([], "2020-04-01"),
        ([("owe", "2020-05-31")], "2020-04-01"),
        ([("owe", "2020-02-29")], "2020-03-01"),
        ([("30", "delivery", "2020-05-01"), ("1", "payment", "2020-05-15")], "2020-05-15"),
        ([("30", "refund", "2020-05-01"), ("-1", "delivery", "2020-05-20")], "2020-05-20"),
        ([("10", "delivery", "2020-05-01"), ("10", "payment", "2020-05-15")], "2020-04-01"),
    ],
)
def test_is_so_since_both_were_so_without_a_break(ahead, more, since):
    for each in more:
        if each[0] == "owe":
            owe(ahead, each[1], None, "delivery")
        else:
            post(ahead, each[0], each[1], on=each[2])
    (flag,) = found(CODE, "2020-06-01")
    assert flag.condition_since == day(since)


def test_nobody_knew_of_an_advance_before_it_was_known_what_was_delivered():
    contract = make_contract(make_program(), committed="100", paid="40")
    owe(contract, "2020-03-31", None, "delivery")
    post(contract, "10", "delivery", on="2020-05-20")
    assert found(CODE, "2020-05-19") == []
    assert [flag.condition_since for flag in found(CODE, "2020-06-01")] == [day("2020-05-20")]


def test_a_milestone_that_was_set_late_counts_from_its_setting():
    contract = make_contract(make_program(), committed="100", paid="40")
    state_complete(contract, "2020-05-01", "delivery")
    owe(contract, "2020-03-31", None, "delivery", on="2020-05-10")
    assert found(CODE, "2020-05-09") == []
    assert [flag.condition_since for flag in found(CODE, "2020-06-01")] == [day("2020-05-10")]


def test_lists_every_overdue_delivery_the_earliest_first(ahead):
    second = owe(ahead, "2020-02-29", None, "delivery", due_precision="month")
    (flag,) = found(CODE, "2020-06-01")
    rows = [(row["due_on"], row["due_precision"], row["amount"]) for row in flag.evidence["milestones"]]
    assert rows == [("2020-02-29", "month", None), ("2020-03-31", "day", "50.00")]
    assert flag.evidence["milestones"][0]["source"] == second.source_id
    assert "2 delivery milestones overdue, the earliest due on 2020-02-29" in flag.summary


def test_each_program_is_flagged_with_its_share(ahead):
    radar, ships = ahead.programallocation_set.get().program, make_program("ships")
    rehome(ahead, [(radar, "0.25"), (ships, "0.75")], "2020-05-01")
    flags = found(CODE, "2020-06-01")
    assert [(flag.program_id, flag.evidence["advance_at_risk"]) for flag in flags] == [
        (radar.pk, "7.50"), (ships.pk, "22.50"),
    ]  # fmt: skip


def test_a_contract_of_no_program_is_flagged_under_none():
    contract = make_contract(status=None, committed="100", paid="40")
    state_complete(contract, "2020-05-01", "delivery")
    owe(contract, "2020-03-31", None, "delivery")
    (flag,) = found(CODE, "2020-06-01")
    assert (flag.program_id, flag.contract_id) == (None, contract.pk)


def test_balancing_lines_are_left_alone():
    contract = make_contract(make_program(), committed="100", paid="40", is_remainder=True)
    state_complete(contract, "2020-05-01", "delivery")
    owe(contract, "2020-03-31", None, "delivery")
    assert found(CODE, "2020-06-01") == []


def test_sees_payments_and_cites_payments_deliveries_and_milestones(ahead):
    refund = post(ahead, "1", "refund", on="2020-05-01")
    (flag,) = found(CODE, "2020-06-01")
    assert flag.movements.count == 2
    entries = ahead.ledgerentry_set.filter(measure__in=["payment", "delivery", "refund"])
    cited = {*entries.values_list("source_id", flat=True), ahead.milestone_set.get().source_id, refund.source_id}
    assert cited <= set(flag.evidence["sources"])
