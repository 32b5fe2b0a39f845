"""disputed-status: facts in, flags out; and the near misses."""

import pytest

from procurement.flags.rules.disputed_status import CODE, RULE
from tests.flags.backtests import found
from tests.flags.made_facts import program, said
from tests.makers import decide, make_organization, make_program, say

STOP = said(1, "suspended", "2020-06-15")


def voice(number: int, status: str, on: str, **more):
    return said(number, status, on, **{"kind": "statement", "speaker": f"Speaker {number}"} | more)


@pytest.mark.django_db
def test_opens_with_the_positions_of_all_sides():
    radar = make_program("radar")
    decision = decide(radar, "suspended", "2020-06-15", speaker="Kono")
    say(radar, "cancelled", "2020-06-25", speaker="Kono", role="Minister", term="断念")
    say(radar, "suspended", "2020-06-25", organization=make_organization("MOFA"), term="suspend")
    say(radar, "suspended", "2020-06-25", side="partner", organization=make_organization("State", "US"))
    (flag,) = found(CODE, "2020-06-25")
    assert (flag.contract_id, flag.severity, flag.condition_since.isoformat()) == (None, "medium", "2020-06-25")
    assert flag.evidence["decision"]["id"] == decision.pk
    assert [(p["speaker"], p["organization"], p["side"], p["status"]) for p in flag.evidence["positions"]] == [
        ("Kono", "Ministry of Defense", "buyer", "cancelled"),
        ("", "MOFA", "buyer", "suspended"),
        ("", "State", "partner", "suspended"),
    ]


@pytest.mark.parametrize(
    "near_miss",
    [
        voice(2, "suspended", "2020-06-25"),
        voice(2, "", "2020-06-25"),
        voice(2, "cancelled", "2020-06-25", side="partner"),
        voice(2, "cancelled", "2020-06-14"),
        voice(2, "cancelled", "2020-03-01"),
    ],
)
def test_stays_closed_without_another_status_on_the_buyers_side_since_the_decision(near_miss):
    assert RULE.findings(program("2020-06-25", STOP, near_miss)) == []


def test_ends_when_the_position_lapses_after_90_days():
    spoken = voice(2, "cancelled", "2020-06-25")
    assert RULE.findings(program("2020-09-23", STOP, spoken))
    assert RULE.findings(program("2020-09-24", STOP, spoken)) == []


@pytest.mark.parametrize(
    ("voices", "since"),
    [
        ([voice(2, "cancelled", "2020-06-21"), voice(3, "cancelled", "2020-09-20")], "2020-06-21"),
        ([voice(2, "cancelled", "2020-06-21"), voice(3, "cancelled", "2020-09-21")], "2020-09-21"),
        ([voice(2, "cancelled", "2020-06-21"), voice(3, "cancelled", "2020-08-25")], "2020-06-21"),
        ([voice(2, "cancelled", "2020-06-21"), voice(3, "cancelled", "2020-10-01")], "2020-10-01"),
        ([voice(2, "cancelled", "2020-06-21"), voice(4, "suspended", "2020-07-01", speaker="Speaker 2"),
          voice(3, "cancelled", "2020-10-01")], "2020-10-01"),
    ],
)  # fmt: skip
def test_is_disputed_since_the_unbroken_dispute_began(voices, since):
    (flag,) = RULE.findings(program("2020-10-01", STOP, *voices))
    assert flag.condition_since.isoformat() == since


def test_the_summary_names_only_what_is_said_since_the_decision():
    before = voice(2, "completed", "2020-06-01")
    (flag,) = RULE.findings(program("2020-06-25", STOP, before, voice(3, "under_review", "2020-06-20")))
    assert flag.summary.startswith("Radar Program is suspended since 2020-06-15 by decision; ")
    assert flag.summary.endswith("it is also said to be under review")
