"""disputed-status: facts in, flags out; and the near misses."""

from typing import Any

import pytest

from procurement.flags.evaluation.standings import program_row
from procurement.flags.rules.disputed_status import RULE
from procurement.programs.standing import Said
from tests.flags.backtests import found
from tests.makers import day, decide, make_organization, make_program, say

CODE = "disputed-status"


def said(number: int, status: str, on: str, **more) -> Said:
    """A decision by the buyer."""
    given: dict[str, Any] = {"kind": "decision", "effective_on": day(on), "published_on": day(on)}
    return Said(number, status=status, **given | more)


STOP = said(1, "suspended", "2020-06-15")


def disputed(as_of: str, *said: Said):
    """The row of the table `program` on which the rule rests, when it is met."""
    row = program_row(1, "Radar Program", said, day(as_of))
    return row if "disputed_since" in row else None


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
    assert disputed("2020-06-25", STOP, near_miss) is None


def test_does_not_lapse():
    spoken = voice(2, "cancelled", "2020-06-25")
    row = disputed("2026-11-28", STOP, spoken)
    assert row is not None
    assert (row["disputed_since"], row["last_said_on"]) == (day("2020-06-25"), day("2020-06-25"))


@pytest.mark.parametrize(
    ("voices", "since"),
    [
        ([voice(2, "cancelled", "2020-06-21"), voice(3, "cancelled", "2020-09-21")], "2020-06-21"),
        ([voice(2, "cancelled", "2020-06-21"), voice(4, "suspended", "2020-07-01", speaker="Speaker 2"),
          voice(3, "cancelled", "2020-10-01")], "2020-10-01"),
    ],
)  # fmt: skip
def test_is_disputed_since_the_unbroken_dispute_began(voices, since):
    assert disputed("2020-10-01", STOP, *voices)["disputed_since"] == day(since)


def test_the_summary_names_only_what_is_said_since_the_decision():
    before = voice(2, "completed", "2020-06-01")
    row = disputed("2020-06-25", STOP, before, voice(3, "under_review", "2020-06-20"))
    summary = RULE.say({"program": row["name"], "status_since": row["since"]} | row)
    assert summary.startswith("Radar Program is suspended since 2020-06-15 by decision; ")
    assert summary.endswith("it is also said to be under review, since 2020-06-20, last on 2020-06-20")
