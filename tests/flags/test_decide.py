"""What a screening does to one flag, as a table."""

from dataclasses import replace

import pytest

from procurement.flags.decide import Stored, decide
from procurement.flags.rule import Finding, Movements
from tests.makers import day

TODAY = day("2020-06-25")
SEEN, MORE, RECORDED_LATER, FEWER = Movements(2, 20), Movements(3, 20), Movements(2, 21), Movements(1, 10)

FOUND = Finding("some-rule", 1, 1, "medium", day("2020-06-15"), "It is so.", {"sum": "1"}, "digest", SEEN)
SAME = Stored(1, FOUND.key, "open", "medium", day("2020-06-15"), True, FOUND.digest, None, SEEN)

ACKNOWLEDGED = replace(SAME, state="acknowledged")
ACCEPTED = replace(SAME, state="accepted", accepted_until=TODAY)
BY_HAND = replace(SAME, state="resolved")
ENDED = replace(SAME, state="resolved", condition_holds=False)


@pytest.mark.parametrize(
    ("stored", "finding", "kind", "reason"),
    [
        (None, None, None, ""),
        (None, FOUND, "opened", ""),
        (SAME, FOUND, None, ""),
        (SAME, replace(FOUND, evidence={"sum": "1", "as_of": "2020-06-26"}), None, ""),
        (SAME, replace(FOUND, digest="other"), "refreshed", ""),
        (SAME, replace(FOUND, condition_since=TODAY), "refreshed", ""),
        (SAME, replace(FOUND, severity="low"), "refreshed", ""),
        (SAME, replace(FOUND, movements=MORE), "refreshed", ""),
        (SAME, replace(FOUND, severity="high"), "escalated", "from medium to high"),
        (SAME, None, "resolved", "the condition ended"),
        (ACKNOWLEDGED, FOUND, None, ""),
        (ACKNOWLEDGED, replace(FOUND, severity="high"), "escalated", "from medium to high"),
        (ACKNOWLEDGED, None, "resolved", "the condition ended"),
        (ACCEPTED, FOUND, None, ""),
        (ACCEPTED, replace(FOUND, movements=MORE), "reopened", "a new payment or commitment arrived"),
        (ACCEPTED, replace(FOUND, movements=RECORDED_LATER), "reopened", "a new payment or commitment arrived"),
        (ACCEPTED, replace(FOUND, movements=FEWER), "refreshed", ""),
        (replace(ACCEPTED, accepted_until=day("2020-06-24")), FOUND, "reopened", "the acceptance expired"),
        (ACCEPTED, None, "resolved", "the condition ended"),
        (ENDED, None, None, ""),
        (ENDED, FOUND, "reopened", "the condition returned"),
        (BY_HAND, FOUND, None, ""),
        (BY_HAND, replace(FOUND, severity="high"), None, ""),
        (BY_HAND, replace(FOUND, movements=MORE), "reopened", "a new payment or commitment arrived"),
        (BY_HAND, None, "", "the condition ended"),
    ],
)
def test_a_step_follows_from_what_is_stored_and_what_is_found(stored, finding, kind, reason):
    step = decide(stored, finding, each_movement=False, today=TODAY)
    assert (step and step.kind, step.reason if step else "") == (kind, reason)


@pytest.mark.parametrize(("each_movement", "kind"), [(True, "reopened"), (False, "refreshed")])
def test_an_acknowledged_flag_heeds_movements_only_where_each_is_an_event(each_movement, kind):
    step = decide(ACKNOWLEDGED, replace(FOUND, movements=MORE), each_movement=each_movement, today=TODAY)
    assert step is not None
    assert step.kind == kind
