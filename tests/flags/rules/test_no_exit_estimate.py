"""no-exit-estimate: facts in, flags out; and the near misses."""

import pytest

from procurement.contracts.recording import liability_estimates
from procurement.flags.rule import Limits
from procurement.flags.rules import rules_named
from procurement.sources.recording import Amending
from tests.flags.backtests import found
from tests.makers import day, decide, estimate, make_contract, make_program, make_source, put, rehome

pytestmark = pytest.mark.django_db

CODE = "no-exit-estimate"


@pytest.fixture
def radar():
    """A program that was suspended on 2020-06-15."""
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-15")
    return radar


def test_opens_thirty_days_after_the_stop(radar):
    kept = make_contract(radar, committed="100", paid="40")
    assert found(CODE, "2020-07-14") == []
    (flag,) = found(CODE, "2020-07-15")
    assert (flag.program_id, flag.contract_id, flag.severity) == (radar.pk, kept.pk, "medium")
    assert (flag.condition_since, flag.evidence["stopped_on"]) == (day("2020-07-15"), "2020-06-15")
    money = {"committed": "100.00", "paid": "40.00", "outstanding": "60.00", "cap": "60.00", "currency": "JPY"}
    shown = {"days_stopped": 30, "share": "1", "status": "suspended"} | money
    assert shown.items() <= flag.evidence.items()
    assert flag.summary.endswith(
        f"leave contract {kept.reference} ({kept.title}), with 60 JPY outstanding, is not estimated"
    )


@pytest.mark.parametrize(
    "given",
    [{"point": "5"}, {"withheld": True}, {"point": "5", "on": "2020-07-15"}, {"point": "5", "on": "2018-01-01"}],
)
def test_stays_closed_once_there_is_an_estimate_also_a_secret_one(radar, given):
    estimate(make_contract(radar, committed="100"), **given)
    assert found(CODE, "2020-07-15") == []


@pytest.mark.parametrize(
    ("status", "given"),
    [("completed", {}), ("terminated", {}), ("pending", {}), (None, {}), ("active", {"is_remainder": True})],
)
def test_stays_closed_on_a_contract_that_does_not_live_or_is_a_balancing_line(radar, status, given):
    make_contract(radar, status=status, **given)
    assert found(CODE, "2020-07-15") == []


def test_an_estimate_that_was_not_public_or_was_taken_back_is_none(radar):
    kept = make_contract(radar, committed="100")
    said = estimate(kept, "5", on="2020-07-01", source=make_source("2020-08-01"))
    assert len(found(CODE, "2020-07-20", published_by=day("2020-07-20"))) == 1
    assert found(CODE, "2020-07-20") == []
    liability_estimates.reverse(said, Amending(source=make_source("2020-08-02")))
    assert len(found(CODE, "2020-07-20")) == 1


@pytest.mark.parametrize(
    ("given", "known"),
    [
        ({"committed": "100", "paid": "40", "method": "foreign_military_sale"}, {"cap": None, "outstanding": "60.00"}),
        ({"committed": "100"}, {"cap": None, "unaccounted": "100.00"}),
        ({"committed": "100", "paid": "100"}, {"cap": "0.00", "outstanding": "0.00"}),
        ({"committed": "40", "paid": "100"}, {"cap": "0.00", "outstanding": "-60.00"}),
        ({"committed": "100", "paid": "40", "share": "0.5"}, {"cap": "30.00", "share": "0.5"}),
        ({}, {"cap": None, "committed": None}),
    ],
)
def test_the_cap_is_what_is_outstanding_where_that_is_known_and_binds(radar, given, known):
    make_contract(radar, **given)
    (flag,) = found(CODE, "2020-07-15")
    assert known.items() <= flag.evidence.items()


def test_a_stop_goes_on_when_the_program_is_cancelled_and_ends_when_it_resumes(radar):
    make_contract(radar, committed="100")
    decide(radar, "cancelled", "2020-07-01")
    (flag,) = found(CODE, "2020-07-15")
    assert (flag.evidence["status"], flag.condition_since) == ("cancelled", day("2020-07-15"))
    decide(radar, "active", "2020-08-01")
    assert len(found(CODE, "2020-07-31")) == 1
    assert found(CODE, "2020-08-01") == []


def test_a_contract_that_came_later_counts_from_its_coming_under_the_program_that_has_it(radar):
    ships = make_program("ships")
    kept = make_contract(ships, committed="100")
    rehome(kept, [(ships, "0.5"), (radar, "0.5")], "2020-12-18")
    assert found(CODE, "2020-12-17") == []
    (flag,) = found(CODE, "2020-12-18")
    assert (flag.program_id, flag.condition_since) == (radar.pk, day("2020-12-18"))
    decide(ships, "suspended", "2020-12-18")
    assert [flag.program_id for flag in found(CODE, "2021-01-17")] == [radar.pk, ships.pk]


def test_ends_with_the_contract(radar):
    kept = make_contract(radar, committed="100")
    put(kept, "terminated", "2020-08-01")
    assert found(CODE, "2020-07-31")
    assert found(CODE, "2020-08-01") == []


def test_the_threshold_can_be_changed_and_the_clauses_are_named(radar):
    make_contract(radar, committed="100")
    (flag,) = found(CODE, "2020-06-15", limits={CODE: Limits({"after": 0})})
    assert flag.condition_since == day("2020-06-15")
    (rule,) = rules_named([CODE])
    assert [clause.reference for clause in rule.clauses] == ["FAR 49.207", "DFARS 252.249-7000"]
