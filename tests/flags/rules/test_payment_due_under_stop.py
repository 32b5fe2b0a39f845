"""payment-due-under-stop: facts in, flags out; and the near misses."""

import pytest

from procurement.contracts.recording import milestones
from procurement.flags.rule import Limits
from procurement.ledger.recording import ledger_entries
from procurement.sources.recording import Amending
from tests.flags.backtests import found
from tests.makers import day, decide, make_contract, make_program, make_source, owe, post, put, rehome

pytestmark = pytest.mark.django_db

CODE = "payment-due-under-stop"


@pytest.fixture
def radar():
    """A program that was suspended on 2020-06-15."""
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-15")
    return radar


@pytest.fixture
def kept(radar):
    return make_contract(radar, committed="100", paid="40")


def test_opens_sixty_days_before_a_payment_is_due(radar, kept):
    due = owe(kept, "2021-03-31", "25", due_precision="fiscal_year", description="second instalment")
    assert found(CODE, "2021-01-29") == []
    (flag,) = found(CODE, "2021-01-30")
    assert (flag.program_id, flag.contract_id, flag.severity) == (radar.pk, kept.pk, "high")
    assert flag.condition_since == day("2021-01-30")
    assert {"outstanding": "60.00", "total": "25.00", "next_due_on": "2021-03-31", "overdue": 0}.items() <= (
        flag.evidence.items()
    )
    assert flag.evidence["milestones"] == [
        {"id": due.pk, "due_on": "2021-03-31", "due_precision": "fiscal_year", "amount": "25.00",
         "description": "second instalment", "source": due.source_id}
    ]  # fmt: skip
    assert due.source_id in flag.evidence["sources"]
    assert flag.summary.endswith("has 1 payment of 25 JPY due, on 2021-03-31")


@pytest.mark.parametrize(
    "near_miss",
    [
        {"due_on": "2020-09-24"},
        {"kind": "delivery"},
        {"on": "2020-07-26"},
    ],
)
def test_stays_closed_on_what_is_due_later_or_is_no_payment(kept, near_miss):
    owe(kept, **{"due_on": "2020-07-31", "amount": "25"} | near_miss)
    assert found(CODE, "2020-07-25") == []


@pytest.mark.parametrize(
    ("status", "given"), [("completed", {}), ("terminated", {}), ("active", {"is_remainder": True})]
)
def test_stays_closed_on_a_contract_that_ended_or_is_a_balancing_line(radar, status, given):
    owe(make_contract(radar, status=status, **given), "2020-07-31", "25")
    assert found(CODE, "2020-07-25") == []


@pytest.mark.parametrize("status", ["active", "suspended", "pending", None])
def test_a_contract_that_has_not_ended_has_to_be_paid(radar, status):
    owe(make_contract(radar, status=status), "2020-07-31", "25")
    assert len(found(CODE, "2020-07-25")) == 1


def test_ends_when_the_payment_is_made_and_returns_when_that_is_taken_back(kept):
    due = owe(kept, "2020-07-31", "25")
    paid = post(kept, "25", "payment", on="2020-07-20", milestone=due)
    assert len(found(CODE, "2020-07-19")) == 1
    assert found(CODE, "2020-07-20") == []
    ledger_entries.reverse(paid, Amending(source=make_source("2020-07-25")))
    assert len(found(CODE, "2020-07-20")) == 1


def test_a_milestone_that_was_taken_back_or_not_public_is_none(kept):
    due = owe(kept, "2020-07-31", "25", source=make_source("2020-07-01"))
    assert found(CODE, "2020-07-25", published_by=day("2020-06-30")) == []
    assert len(found(CODE, "2020-07-25", published_by=day("2020-07-01"))) == 1
    milestones.reverse(due, Amending(source=make_source("2020-07-02")))
    assert found(CODE, "2020-07-25") == []


def test_what_is_overdue_stays_and_all_that_is_due_is_one_flag(kept):
    for due_on, amount in (("2020-07-31", "25"), ("2020-01-31", "5"), ("2020-06-30", None), ("2021-06-30", "30")):
        owe(kept, due_on, amount)
    (flag,) = found(CODE, "2020-07-25")
    counts = {name: flag.evidence[name] for name in ("count", "overdue", "without_amount", "total", "next_due_on")}
    assert counts == {
        "count": 3, "overdue": 2, "without_amount": 1, "total": "30.00", "next_due_on": "2020-01-31"
    }  # fmt: skip
    assert [each["due_on"] for each in flag.evidence["milestones"]] == ["2020-01-31", "2020-06-30", "2020-07-31"]
    assert flag.summary.endswith("has 3 payments of 30 JPY due, the first on 2020-01-31, and 2 overdue")


@pytest.mark.parametrize(
    ("due_on", "agreed_on", "since"),
    [
        ("2020-07-01", "2019-10-31", "2020-06-15"),
        ("2020-09-01", "2019-10-31", "2020-07-03"),
        ("2020-09-01", "2020-07-10", "2020-07-10"),
        ("2020-01-01", "2019-10-31", "2020-06-15"),
    ],
)
def test_holds_since_the_stop_or_since_it_came_near_or_was_agreed(kept, due_on, agreed_on, since):
    owe(kept, due_on, "25", on=agreed_on)
    owe(kept, "2020-09-01", on="2020-07-12")
    assert [flag.condition_since for flag in found(CODE, "2020-07-25")] == [day(since)]


def test_belongs_to_the_program_that_has_the_contract_at_its_share(radar, kept):
    ships = make_program("ships")
    owe(kept, "2020-07-31", "25")
    rehome(kept, [(radar, "0.5"), (ships, "0.5")], "2020-07-10")
    (flag,) = found(CODE, "2020-07-25")
    assert (flag.program_id, flag.evidence["total"], flag.evidence["outstanding"]) == (radar.pk, "12.50", "30.00")
    decide(ships, "cancelled", "2020-07-01")
    flags = {flag.program_id: flag.condition_since for flag in found(CODE, "2020-07-25")}
    assert flags == {radar.pk: day("2020-06-15"), ships.pk: day("2020-07-10")}
    rehome(kept, [(radar, "0")], "2020-07-12")
    assert [flag.program_id for flag in found(CODE, "2020-07-25")] == [ships.pk]


def test_ends_when_the_program_resumes_or_the_contract_ends(radar, kept):
    owe(kept, "2020-07-31", "25")
    put(kept, "terminated", "2020-07-20")
    assert [len(found(CODE, on)) for on in ("2020-07-19", "2020-07-20")] == [1, 0]
    put(kept, "active", "2020-07-21")
    decide(radar, "active", "2020-07-22")
    assert [len(found(CODE, on)) for on in ("2020-07-21", "2020-07-22")] == [1, 0]


def test_the_threshold_can_be_changed(kept):
    owe(kept, "2020-07-31", "25")
    limits = {CODE: Limits({"within": 6})}
    assert [len(found(CODE, on, limits=limits)) for on in ("2020-07-24", "2020-07-25")] == [0, 1]
