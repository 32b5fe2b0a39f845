"""suspended-contract-active-program: facts in, flags out; and the near misses."""

from decimal import Decimal

import pytest

from procurement.contracts.recording import contract_status_changes
from procurement.flags.rule import Limits
from procurement.sources.recording import Amending
from tests.flags.backtests import found
from tests.makers import day, decide, make_contract, make_program, make_source, post, put, rehome, state_complete

pytestmark = pytest.mark.django_db

CODE = "suspended-contract-active-program"


@pytest.fixture
def program():
    """A program that is active."""
    made = make_program("vehicle", name="Vehicle")
    decide(made, "active", "2019-01-01")
    return made


@pytest.fixture
def halted(program):
    """A contract of it of 5.5 billion, 3.2 billion paid, under which payments stopped on 1 December 2020."""
    contract = make_contract(program, committed="5500000000", paid="3200000000")
    put(contract, "suspended", "2020-12-01", suspends="payments", notified_on=day("2020-12-03"))
    return contract


def test_opens_on_the_day_after_the_thirtieth(halted):
    assert found(CODE, "2020-12-31") == []
    (flag,) = found(CODE, "2021-01-01")
    assert (flag.contract_id, flag.severity, flag.condition_since) == (halted.pk, "high", day("2021-01-01"))
    shown = ("began_on", "days_under_order", "suspends", "status", "outstanding", "notified_on")
    assert [flag.evidence[name] for name in shown] == [
        "2020-12-01", 31, "payments", "active", "2300000000.00", "2020-12-03"
    ]  # fmt: skip
    assert flag.summary == (
        f"Vehicle is active since 2019-01-01; contract {halted.reference} ({halted.title}) of it "
        "is suspended (payments) since 2020-12-01, with 2,300,000,000 JPY outstanding"
    )


def test_the_days_move_alone_and_the_evidence_stays_the_same(halted):
    (flag,), (later,) = found(CODE, "2021-01-01"), found(CODE, "2021-06-01")
    assert later.evidence["days_under_order"] == 182
    assert (flag.digest, flag.summary) == (later.digest, later.summary)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({"status": "stop_work"}, "is under a stop-work order since"),
        ({"status": "suspended"}, "is suspended since"),
        ({"status": "suspended", "suspends": "deliveries"}, "is suspended (deliveries) since"),
        ({"status": "suspended", "suspends": "work"}, "is suspended (work) since"),
    ],
)
def test_every_kind_of_halt_counts_and_is_named(program, state, said):
    put(make_contract(program, committed="100", paid="1"), on="2020-12-01", **state)
    (flag,) = found(CODE, "2021-02-01")
    assert said in flag.summary


@pytest.mark.parametrize("status", ["active", "partially_terminated", "pending", "terminated", "completed"])
def test_stays_closed_on_a_contract_that_goes_on_or_has_ended(halted, status):
    put(halted, status, "2020-12-20")
    assert found(CODE, "2021-06-01") == []


#: What was decided about the program, and since when the condition holds on 2021-06-01; None where it does not.
STANDINGS = [
    ([], "2021-01-01"),
    ([("reduced", "2021-02-01")], "2021-02-01"),
    ([("completed", "2021-02-01")], "2021-02-01"),
    ([("under_review", "2020-12-15")], None),
    ([("suspended", "2020-12-15")], None),
    ([("cancelled", "2021-03-01")], None),
    ([("suspended", "2020-12-15"), ("active", "2021-03-01")], "2021-03-01"),
    ([("under_review", "2020-12-15"), ("active", "2020-12-20")], "2021-01-01"),
]


@pytest.mark.parametrize(("decisions", "since"), STANDINGS)
def test_the_program_is_neither_stopped_nor_under_review(program, halted, decisions, since):
    for status, on in decisions:
        decide(program, status, on)
    assert [flag.condition_since for flag in found(CODE, "2021-06-01")] == ([day(since)] if since else [])


def test_opens_where_nobody_ever_spoke_of_the_program_and_not_where_there_is_none():
    silent = make_contract(make_program(name="Quiet"), committed="100", paid="1")
    for contract in (silent, make_contract(committed="100", paid="1")):
        put(contract, "suspended", "2020-12-01")
    (flag,) = found(CODE, "2021-06-01")
    assert (flag.contract_id, flag.condition_since) == (silent.pk, day("2021-01-01"))
    assert flag.summary.startswith("No decision to stop or review Quiet is on record here; contract ")


@pytest.mark.parametrize(
    ("states", "began", "since"),
    [
        ([("stop_work", "2020-12-20")], "2020-12-01", "2021-01-01"),
        ([("suspended", "2020-11-01")], "2020-11-01", "2020-12-02"),
        ([("active", "2020-12-20"), ("stop_work", "2020-12-21")], "2020-12-21", "2021-01-21"),
        ([("active", "2020-12-20"), ("suspended", "2020-12-20")], "2020-12-01", "2021-01-01"),
    ],
)
def test_counts_from_the_first_day_of_the_unbroken_halt(halted, states, began, since):
    for status, on in states:
        put(halted, status, on)
    (flag,) = found(CODE, "2021-06-01")
    assert (flag.evidence["began_on"], flag.condition_since) == (began, day(since))


def test_says_until_when_it_is_to_last(halted):
    put(halted, "suspended", "2021-01-10", suspends="work", until=day("2021-12-31"))
    (flag,) = found(CODE, "2021-06-01")
    assert (flag.evidence["until"], flag.evidence["suspends"]) == ("2021-12-31", "work")


@pytest.mark.parametrize(
    ("money", "severity"),
    [
        ({"committed": "1000000001", "paid": "1"}, "high"),
        ({"committed": "999999999", "paid": "1"}, "medium"),
        ({"committed": "100000001", "paid": "1"}, "medium"),
        ({"committed": "99999999", "paid": "1"}, "low"),
        ({"committed": "10000001", "paid": "1", "currency": "GBP"}, "high"),
        ({"committed": "2", "paid": "1", "currency": "SEK"}, "medium"),
        ({"committed": "1000000000"}, "medium"),
        ({"paid": "5"}, "medium"),
        ({}, "medium"),
        ({"committed": "100", "paid": "100"}, None),
        ({"committed": "100", "paid": "101"}, None),
        ({"committed": "100", "paid": "1", "is_remainder": True}, None),
    ],
)
def test_severity_is_by_what_is_outstanding(program, money, severity):
    put(make_contract(program, **money), "suspended", "2020-12-01")
    assert [flag.severity for flag in found(CODE, "2021-06-01")] == ([severity] if severity else [])


@pytest.mark.parametrize("money", [{}, {"paid": "5"}, {"committed": "100"}])
def test_what_is_outstanding_may_be_unknown_and_is_said_to_be(program, money):
    put(make_contract(program, **money), "suspended", "2020-12-01")
    (flag,) = found(CODE, "2021-06-01")
    assert (flag.outstanding, "amount unknown" in flag.summary) == (None, True)


def test_nothing_is_outstanding_where_all_is_stated_to_be_paid(program):
    contract = make_contract(program, committed="100")
    put(contract, "suspended", "2020-12-01")
    state_complete(contract, "2020-12-31")
    (flag,) = found(CODE, "2021-06-01")
    post(contract, "100", "payment", on="2020-12-31")
    assert (flag.evidence["outstanding"], found(CODE, "2021-06-01")) == ("100.00", [])


def test_is_about_the_program_that_the_contract_belongs_to_and_its_share(program, halted):
    stopped = make_program("radar")
    decide(stopped, "cancelled", "2019-01-01")
    rehome(halted, [(program, "0"), (stopped, "1")], "2020-12-10")
    assert found(CODE, "2021-06-01") == []
    rehome(halted, [(program, "0.25"), (stopped, "0.75")], "2021-03-01")
    (flag,) = found(CODE, "2021-06-01")
    assert (flag.program_id, flag.condition_since) == (program.pk, day("2021-03-01"))
    assert (flag.evidence["outstanding"], flag.severity) == ("575000000.00", "medium")


def test_a_halt_that_is_taken_back_was_none(halted):
    contract_status_changes.reverse(
        halted.contractstatuschange_set.get(status="suspended"), Amending(source=make_source("2021-02-01"))
    )
    assert found(CODE, "2021-06-01") == []
    assert found(CODE, "2021-06-01", published_by=day("2021-01-31"))


def test_cites_the_decision_the_halt_and_who_says_what_moved(program, halted):
    (flag,) = found(CODE, "2021-06-01")
    decision, halt = program.statuschange_set.get(), halted.contractstatuschange_set.get(status="suspended")
    assert {decision.source_id, halt.source_id, halted.source_id} <= set(flag.evidence["sources"])
    assert flag.movements.count == 2


def test_thresholds_can_be_changed(halted):
    limits = {CODE: Limits({"after": 10, "large": {"JPY": Decimal(10) ** 12}})}
    assert found(CODE, "2020-12-11", limits=limits) == []
    assert [flag.severity for flag in found(CODE, "2020-12-12", limits=limits)] == ["medium"]
