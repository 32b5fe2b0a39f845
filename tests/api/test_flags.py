"""Flags in the shape of DESIGN.md section 8, stored and as they would have been."""

import pytest
from django.utils import timezone

from procurement.flags.models import Flag
from procurement.flags.screening import screen
from tests.makers import decide, make_contract, make_program

MEMBERS = [
    "id", "rule", "program", "contract", "severity", "state", "condition_since", "opened_at", "owner",
    "accepted_until", "summary", "evidence",
]  # fmt: skip
RULE = "suspended-program-active-contract"


@pytest.fixture
def contract(db):
    program = make_program("x", name="X")
    contract = make_contract(program, committed="100", paid="40")
    decide(program, "suspended", "2020-06-15")
    screen([program.pk], today=timezone.localdate())
    return contract


def test_a_stored_flag_has_the_members_of_the_design(anonymous, contract):
    flag = anonymous.rows(f"flags/?rule={RULE}")[0]
    assert list(flag) == MEMBERS
    assert (flag["program"], flag["contract"], flag["state"], flag["owner"]) == ("x", contract.pk, "open", None)
    assert anonymous.read(f"flags/{flag['id']}/") == flag


def test_a_backtest_shows_what_would_have_been_open(anonymous, contract):
    (flag,) = anonymous.rows("flags/?as_of=2020-06-25&program=x")
    assert list(flag) == MEMBERS
    assert (flag["id"], flag["state"], flag["condition_since"], flag["opened_at"]) == (
        None, "would_be_open", "2020-06-15", None
    )  # fmt: skip
    evidence = flag["evidence"]
    assert (evidence["committed"], evidence["outstanding"], evidence["days_stopped"]) == ("100.00", "60.00", 10)
    assert anonymous.rows("flags/?as_of=2020-06-14&program=x") == []


BACKTESTS = [
    (f"rule={RULE}", 1), ("rule=disputed-status", 0), ("severity=low,medium,high", 1), ("contract=999999", 0),
    ("state=would_be_open", 1), ("published_by=2020-06-14", 0),
]  # fmt: skip


@pytest.mark.parametrize(("given", "count"), BACKTESTS)
def test_a_backtest_can_be_filtered(anonymous, contract, given, count):
    assert len(anonymous.rows(f"flags/?as_of=2020-06-25&{given}")) == count


def test_a_backtest_is_read_page_by_page(anonymous, contract):
    for _ in range(4):
        make_contract(contract.programallocation_set.get().program, committed="1")
    found = [flag["contract"] for flag in anonymous.every("flags/?as_of=2020-06-25&page_size=2")]
    assert len(set(found)) == len(found) == 5


LISTS = [("program=x", 1), ("state=resolved", 0), ("severity=low", 0), ("contract__isnull=true", 0), ("search=X", 1)]


@pytest.mark.parametrize(("given", "count"), LISTS)
def test_stored_flags_can_be_filtered(anonymous, contract, given, count):
    assert len(anonymous.rows(f"flags/?rule={RULE}&{given}")) == count


def test_a_flag_lives_from_open_to_reopened(administrator, contract):
    pk = Flag.objects.get(rule=RULE).pk
    deeds = [
        ("acknowledge", {}, "acknowledged"),
        ("accept", {"reason": "known", "owner": "Sato", "until": "2099-01-01"}, "accepted"),
        ("resolve", {"reason": "settled"}, "resolved"),
        ("reopen", {"reason": "not settled"}, "open"),
    ]
    for deed, body, state in deeds:
        done = administrator.post(f"flags/{pk}/{deed}/", body)
        assert (done.status_code, done.json()["state"]) == (200, state)


def test_accepting_names_what_is_missing(administrator, contract):
    pk = Flag.objects.get(rule=RULE).pk
    assert set(administrator.errors(f"flags/{pk}/accept/", {"until": "2020-01-01"})) == {"reason", "until"}
    assert administrator.post("flags/999/accept/", {}).status_code == 404
