"""active-past-end-date: facts in, flags out; and the near misses."""

import pytest

from procurement.contracts.recording import contract_status_changes
from procurement.flags.rule import Limits
from procurement.sources.recording import Amending
from tests.flags.backtests import found
from tests.makers import day, make_contract, make_program, make_source, post, put, rehome

pytestmark = pytest.mark.django_db

CODE = "active-past-end-date"
ENDS = day("2021-03-31")


def test_opens_on_the_day_after_the_end():
    radar = make_program("radar")
    contract = make_contract(radar, committed="100", paid="40", ends_on=ENDS)
    assert found(CODE, "2021-03-31") == []
    (flag,) = found(CODE, "2021-04-01")
    assert (flag.program_id, flag.contract_id, flag.severity) == (radar.pk, contract.pk, "low")
    assert (flag.condition_since, flag.evidence["ends_on"]) == (day("2021-04-01"), "2021-03-31")
    assert (flag.evidence["contract_status"], flag.evidence["contract_status_since"]) == ("active", "2019-10-31")
    assert (flag.evidence["outstanding"], flag.evidence["currency"]) == ("60.00", "JPY")
    assert flag.summary.endswith("of Radar is active after its end on 2021-03-31; 60 JPY outstanding")


def test_nothing_in_the_evidence_moves_by_itself():
    post(make_contract(make_program(), committed="100", ends_on=ENDS), "1", on="2020-06-01")
    (flag,), (later,) = found(CODE, "2021-04-01"), found(CODE, "2022-04-01")
    assert (flag.digest, flag.summary) == (later.digest, later.summary)


@pytest.mark.parametrize("status", ["active", "stop_work", "suspended", "partially_terminated", "pending"])
def test_opens_in_every_live_state(status):
    make_contract(make_program(), status=status, committed="100", paid="100", ends_on=ENDS)
    (flag,) = found(CODE, "2021-04-01")
    assert flag.evidence["contract_status"] == status


@pytest.mark.parametrize(
    "near_miss",
    [
        {"ends_on": None},
        {"ends_on": day("2021-04-01")},
        {"status": "completed"},
        {"status": "terminated"},
        {"status": "cancelled_before_signature"},
        {"status": None},
        {"status": "pending", "committed": None},
        {"is_remainder": True},
    ],
)
def test_stays_closed_on_a_contract_that_is_not_live_or_not_past_its_end(near_miss):
    make_contract(make_program(), **{"committed": "100", "ends_on": ENDS} | near_miss)
    assert found(CODE, "2021-04-01") == []


def test_ends_with_the_contract_unless_that_is_taken_back():
    contract = make_contract(make_program(), committed="100", ends_on=ENDS)
    done = put(contract, "completed", "2021-05-01")
    assert found(CODE, "2021-04-30")
    assert found(CODE, "2021-05-01") == []
    contract_status_changes.reverse(done, Amending(source=make_source("2021-06-01")))
    assert found(CODE, "2021-05-01")
    assert found(CODE, "2021-05-01", published_by=day("2021-05-31")) == []


def test_says_since_when_it_is_in_its_state():
    contract = make_contract(make_program(), committed="100", ends_on=ENDS)
    order = put(contract, "suspended", "2021-02-01")
    (flag,) = found(CODE, "2021-04-01")
    assert flag.evidence["contract_status_since"] == "2021-02-01"
    assert {contract.source_id, order.source_id} <= set(flag.evidence["sources"])


def test_a_contract_of_no_program_is_flagged_under_none():
    contract = make_contract(committed="100", ends_on=ENDS)
    (flag,) = found(CODE, "2021-04-01")
    assert (flag.program_id, flag.contract_id) == (None, contract.pk)
    assert flag.summary == (
        f"Contract {contract.reference} ({contract.title}) is active after its end on 2021-03-31; "
        "100 JPY unaccounted for (outstanding amount unknown)"
    )


def test_each_program_is_flagged_with_its_share_from_the_same_day():
    radar, ships = make_program("radar"), make_program("ships")
    contract = make_contract(radar, committed="100", paid="40", ends_on=ENDS)
    rehome(contract, [(radar, "0.25"), (ships, "0.75")], "2021-06-01")
    flags = found(CODE, "2021-06-01")
    assert [(flag.program_id, flag.evidence["outstanding"]) for flag in flags] == [
        (radar.pk, "15.00"), (ships.pk, "45.00"),
    ]  # fmt: skip
    assert {flag.condition_since for flag in flags} == {day("2021-04-01")}


def test_of_a_contract_that_is_partly_a_programs_the_rest_is_nobodys():
    radar = make_program("radar")
    make_contract(radar, committed="100", share="0.5", ends_on=ENDS)
    assert [flag.program_id for flag in found(CODE, "2021-04-01")] == [radar.pk]


def test_the_grace_can_be_changed():
    make_contract(make_program(), committed="100", ends_on=ENDS)
    limits = {CODE: Limits({"grace": 30})}
    assert found(CODE, "2021-04-30", limits=limits) == []
    (flag,) = found(CODE, "2021-05-01", limits=limits)
    assert flag.condition_since == day("2021-05-01")
