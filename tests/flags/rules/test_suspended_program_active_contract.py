"""suspended-program-active-contract: facts in, flags out; and the near misses."""

from decimal import Decimal

import pytest

from procurement.flags.rule import Limits
from tests.flags.backtests import found
from tests.makers import decide, make_contract, make_program, post, put, rehome

CODE = "suspended-program-active-contract"


@pytest.mark.django_db
def test_opens_on_a_live_contract_with_money_outstanding():
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-15")
    kept = make_contract(radar, committed="34955000000", paid="6500000000")
    (flag,) = found(CODE, "2020-06-25")
    assert (flag.contract_id, flag.severity, flag.condition_since.isoformat()) == (kept.pk, "high", "2020-06-15")
    assert flag.evidence["outstanding"] == "28455000000.00"
    assert flag.evidence["days_stopped"] == 10
    assert "28,455,000,000 JPY outstanding" in flag.summary


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "given"),
    [
        ("active", {"committed": "100", "paid": "100"}),
        ("completed", {"committed": "100", "paid": "40"}),
        ("pending", {}),
        (None, {"committed": "100"}),
        ("active", {"committed": "100", "is_remainder": True}),
    ],
)
def test_stays_closed_on_a_contract_that_is_settled_ended_or_a_balancing_line(status, given):
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-15")
    make_contract(radar, status=status, **given)
    assert found(CODE, "2020-06-25") == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "known"),
    [({"committed": "100"}, {"outstanding": None, "unaccounted": "100.00", "paid": None}), ({}, {"committed": None})],
)
def test_opens_on_what_is_unaccounted_for_or_unknown(given, known):
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-15")
    make_contract(radar, **given)
    (flag,) = found(CODE, "2020-06-25")
    assert known.items() <= flag.evidence.items()


@pytest.mark.django_db
def test_opens_on_a_pending_contract_once_something_is_committed():
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-15")
    make_contract(radar, status="pending", committed="100")
    assert len(found(CODE, "2020-06-25")) == 1


@pytest.mark.django_db
def test_leaves_a_contract_that_was_rehomed_and_takes_up_one_that_came():
    radar, ships = make_program("radar"), make_program("ships")
    decide(ships, "suspended", "2020-06-15")
    moved = make_contract(radar, committed="100", paid="40")
    rehome(moved, [(radar, "0"), (ships, "1")], "2020-12-18")
    (flag,) = found(CODE, "2020-12-18")
    assert (flag.program_id, flag.condition_since.isoformat()) == (ships.pk, "2020-12-18")
    assert found(CODE, "2020-12-17") == []


@pytest.mark.django_db
def test_counts_the_share_that_belongs_to_the_program():
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-15")
    make_contract(radar, committed="100", paid="40", share="0.5")
    (flag,) = found(CODE, "2020-06-25")
    assert (flag.evidence["share"], flag.evidence["outstanding"]) == ("0.5", "30.00")


@pytest.mark.django_db
def test_ends_with_the_contract():
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-15")
    kept = make_contract(radar, committed="100", paid="40")
    put(kept, "terminated", "2020-07-01")
    post(kept, "-60", on="2020-07-01", reason="termination")
    assert found(CODE, "2020-06-30")
    assert found(CODE, "2020-07-01") == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "as_of", "severity"),
    [
        ({"committed": "999999999", "paid": "0.01"}, "2020-06-15", "medium"),
        ({"committed": "1000000001", "paid": "1"}, "2020-06-15", "high"),
        ({"committed": "99999999", "paid": "1"}, "2020-06-15", "low"),
        ({"committed": "100000001", "paid": "1"}, "2020-06-15", "medium"),
        ({"committed": "1000000000"}, "2020-06-15", "high"),
        ({"committed": "1", "currency": "USD"}, "2020-06-15", "low"),
        ({"committed": "10000000", "currency": "USD"}, "2020-06-15", "high"),
        ({"committed": "1", "currency": "SEK"}, "2020-06-15", "medium"),
        ({}, "2020-06-15", "medium"),
        ({"committed": "1"}, "2020-09-12", "low"),
        ({"committed": "1"}, "2020-09-13", "medium"),
        ({"committed": "1"}, "2021-06-14", "medium"),
        ({"committed": "1"}, "2021-06-15", "high"),
        ({"committed": "1000000000"}, "2021-06-15", "high"),
    ],
)
def test_severity_is_by_money_and_rises_at_90_and_365_days(given, as_of, severity):
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-15")
    make_contract(radar, **given)
    assert [flag.severity for flag in found(CODE, as_of)] == [severity]


@pytest.mark.django_db
def test_thresholds_can_be_changed():
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-15")
    make_contract(radar, committed="1")
    limits = {CODE: Limits({"small": {"JPY": Decimal(1)}, "rises": 1})}
    assert [flag.severity for flag in found(CODE, "2020-06-16", limits=limits)] == ["high"]
