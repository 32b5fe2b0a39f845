"""What a program's status is, since when, and who disputes it: the rule, without a database."""

import datetime as dt
from collections.abc import Sequence
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.programs.standing import STOPPED, Said, Standing, standing, steps, stops
from tests.makers import day

_ids = count(1)

FIRST = day("2020-01-01")


def decided(status: str, on: str, **more: Any) -> Said:
    """A decision by the buyer, public when it was taken."""
    given: dict[str, Any] = {"id": next(_ids), "kind": "decision", "status": status, "published_on": day(on)} | more
    return Said(effective_on=day(on), **given)


def stated(status: str, on: str, speaker: str = "Kono", **more: Any) -> Said:
    return decided(status, on, kind="statement", speaker=speaker, **more)


def at(on: str, *said: Said) -> Standing:
    return standing(said, day(on))


def status_at(on: str, said: Sequence[Said]) -> tuple[str | None, str | None]:
    """The status and the day since when it stands."""
    found = standing(said, day(on))
    return found.status, found.since.isoformat() if found.since else None


# the standing status


HISTORY = [
    decided("approved", "2017-12-19"),
    decided("suspended", "2020-06-15"),
    decided("suspended", "2020-06-24"),
    decided("cancelled", "2020-12-18"),
    decided("active", "2021-04-01"),
    decided("suspended", "2022-01-01"),
]
AT = [
    ("2017-12-18", None, None),
    ("2017-12-19", "approved", "2017-12-19"),
    ("2020-06-14", "approved", "2017-12-19"),
    ("2020-06-15", "suspended", "2020-06-15"),
    ("2020-06-30", "suspended", "2020-06-15"),
    ("2020-12-18", "cancelled", "2020-12-18"),
    ("2021-04-01", "active", "2021-04-01"),
    ("2022-06-01", "suspended", "2022-01-01"),
]


@pytest.mark.parametrize(("on", "status", "since"), AT)
def test_the_latest_decision_stands_since_its_unbroken_run_began(on, status, since):
    assert status_at(on, HISTORY) == (status, since)


STOPS = [
    ("2020-06-14", []),
    ("2020-06-20", [("2020-06-15", None)]),
    ("2021-03-31", [("2020-06-15", None)]),
    ("2021-04-01", [("2020-06-15", "2021-04-01")]),
    ("2022-06-01", [("2020-06-15", "2021-04-01"), ("2022-01-01", None)]),
]


@pytest.mark.parametrize(("on", "found"), STOPS)
def test_a_stop_runs_through_suspension_and_cancellation(on, found):
    runs = [(s.began_on.isoformat(), s.until and s.until.isoformat()) for s in stops(HISTORY, day(on))]
    assert runs == found


def test_a_stop_that_ended_does_not_run():
    found = at("2021-05-01", *HISTORY)
    assert (found.is_stopped, found.stopped_on, found.stopped_by) == (False, None, None)


def test_statements_never_set_the_status():
    assert at("2020-07-01", stated("cancelled", "2020-06-25")).status is None
    found = at("2020-07-01", decided("suspended", "2020-06-15"), stated("cancelled", "2020-06-25"))
    assert (found.status, found.stopped_on) == ("suspended", day("2020-06-15"))


def test_under_review_is_watched_and_not_stopped():
    assert not at("2020-07-01", decided("under_review", "2020-06-15")).is_stopped


ONE_DAY = [
    ({"sequence": 1}, {"sequence": 2}, "cancelled"),
    ({"sequence": 2}, {"sequence": 1}, "suspended"),
    ({"published_on": day("2020-06-16")}, {}, "suspended"),
    ({"published_on": day("2020-06-16"), "sequence": 1}, {"sequence": 9}, "suspended"),
    ({}, {}, "cancelled"),
]


@pytest.mark.parametrize(("one", "two", "status"), ONE_DAY)
def test_decisions_of_one_day_count_by_publication_then_sequence_then_entry(one, two, status):
    said = [decided("suspended", "2020-06-15", **one), decided("cancelled", "2020-06-15", **two)]
    assert at("2020-06-15", *said).status == at("2020-06-15", *reversed(said)).status == status


def test_an_export_authority_can_stop_a_program():
    found = at("2020-07-01", decided("approved", "2019-01-01"), decided("suspended", "2020-06-15", side="seller"))
    assert (found.status, found.stopped_by) == ("suspended", "seller")


def test_who_began_the_stop_is_told_when_another_went_on_with_it():
    said = [decided("suspended", "2020-06-15", side="seller"), decided("cancelled", "2020-12-18")]
    assert at("2021-01-01", *said).stopped_by == "seller"


# parts


PARTS = [
    ("active", "cancelled", "reduced"),
    ("active", "suspended", "reduced"),
    ("active", "reduced", "reduced"),
    ("active", "approved", "active"),
    ("active", "completed", "active"),
    ("suspended", "cancelled", "suspended"),
    ("cancelled", "suspended", "cancelled"),
    ("suspended", "active", "suspended"),
]


@pytest.mark.parametrize(("whole", "part", "status"), PARTS)
def test_a_decision_about_a_part_shows_only_as_reduced_and_never_ends_a_stop(whole, part, status):
    said = [decided(whole, "2020-01-01"), decided(part, "2020-06-15", scope="part")]
    assert at("2020-07-01", *said).status == status


def test_a_whole_decision_after_a_part_stands_again():
    said = [decided("cancelled", "2020-06-15", scope="part"), decided("active", "2020-07-01")]
    assert [at(on, *said).status for on in ("2020-06-15", "2020-07-01")] == ["reduced", "active"]


# revoking


def revoking() -> list[Said]:
    """Approved, suspended in June, the suspension revoked in August, the revocation in October."""
    halt = decided("suspended", "2020-06-15")
    lift = decided("", "2020-08-01", revokes_id=halt.id)
    return [decided("approved", "2019-01-01"), halt, lift, decided("", "2020-10-01", revokes_id=lift.id)]


REVOKED = [
    ("2020-07-31", "suspended", "2020-06-15"),
    ("2020-08-01", "approved", "2019-01-01"),
    ("2020-10-01", "suspended", "2020-06-15"),
]


@pytest.mark.parametrize(("on", "status", "since"), REVOKED)
def test_a_revoked_decision_counts_until_its_revocation_and_after_that_is_revoked(on, status, since):
    assert status_at(on, revoking()) == (status, since)


def test_a_revocation_that_decides_sets_its_own_status():
    halt = decided("suspended", "2020-06-15")
    assert at("2020-08-01", halt, decided("under_review", "2020-08-01", revokes_id=halt.id)).status == "under_review"


def test_with_its_only_decision_revoked_a_program_has_no_status():
    halt = decided("suspended", "2020-06-15")
    found = at("2020-08-01", halt, decided("", "2020-08-01", revokes_id=halt.id))
    assert (found.status, found.is_stopped) == (None, False)


# disputes


HALT = decided("suspended", "2020-06-15", id=0)
DISPUTES = [
    ("the same status", [stated("suspended", "2020-06-20")], False),
    ("another status", [stated("cancelled", "2020-06-20")], True),
    ("no status", [stated("", "2020-06-20")], False),
    ("before the decision", [stated("cancelled", "2020-06-14")], False),
    ("another side", [stated("cancelled", "2020-06-20", side="partner")], False),
    ("taken back", [stated("cancelled", "2020-06-20"), stated("suspended", "2020-06-21")], False),
    ("said again", [stated("suspended", "2020-06-20"), stated("cancelled", "2020-06-21")], True),
    ("then nothing", [stated("cancelled", "2020-06-20"), stated("", "2020-06-21")], True),
    ("two speakers", [stated("suspended", "2020-06-20"), stated("cancelled", "2020-06-20", "Suga")], True),
    ("one day, in order", [stated("cancelled", "2020-06-20"), stated("suspended", "2020-06-20", sequence=1)], False),
    ("another hat", [stated("cancelled", "2020-06-20"), stated("suspended", "2020-06-21", side="other")], True),
    ("in the future", [stated("cancelled", "2020-07-02")], False),
]


@pytest.mark.parametrize(("said", "disputed"), [each[1:] for each in DISPUTES], ids=[each[0] for each in DISPUTES])
def test_a_standing_status_is_disputed_by_the_buyers_own_side(said, disputed):
    assert at("2020-07-01", HALT, *said).disputed is disputed


@pytest.mark.parametrize("days", [0, 90, 91, 3650])
def test_a_dispute_does_not_lapse(days):
    on = day("2020-06-25") + dt.timedelta(days=days)
    found = standing([HALT, stated("cancelled", "2020-06-25")], on)
    assert (found.disputed, len(found.positions)) == (True, 1)
    assert (found.disputed_since, found.last_said_on) == (day("2020-06-25"), day("2020-06-25"))


SETTLING = [
    ("a whole decision", decided("suspended", "2020-07-01"), False),
    ("a decision about a part", decided("cancelled", "2020-07-01", scope="part"), True),
    ("what a part gains", decided("active", "2020-07-01", scope="part"), True),
    ("a halt that is revoked", decided("", "2020-07-01", revokes_id=0), False),
    ("the speaker's own word", stated("suspended", "2020-07-01"), False),
    ("another's word", stated("suspended", "2020-07-01", "Suga"), True),
    ("the same speaker, written otherwise", stated("suspended", "2020-07-01", " ｋｏｎｏ\u200b"), False),
    ("a word without a status", stated("", "2020-07-01"), True),
]


@pytest.mark.parametrize(("said", "disputed"), [each[1:] for each in SETTLING], ids=[each[0] for each in SETTLING])
def test_a_dispute_ends_with_a_whole_decision_or_when_each_disputing_speaker_agrees(said, disputed):
    sound = decided("approved", "2019-01-01")
    history = [sound, HALT, stated("cancelled", "2020-06-25"), said]
    assert [at(on, *history).disputed for on in ("2020-06-30", "2020-07-01", "2029-01-01")] == [True, *[disputed] * 2]


def test_of_two_who_dispute_both_must_agree():
    said = [HALT, stated("cancelled", "2020-06-20"), stated("active", "2020-06-25", "Suga")]
    said += [stated("suspended", "2020-07-01"), stated("suspended", "2020-08-01", "Suga")]
    assert [at(on, *said).disputed for on in ("2020-07-01", "2020-08-01")] == [True, False]


def test_a_part_that_is_cut_leaves_what_was_disputed_before_it():
    said = [decided("active", "2020-01-01"), stated("active", "2020-02-01", "Suga")]
    said += [decided("cancelled", "2020-06-15", scope="part")]
    assert [at(on, *said).disputed for on in ("2020-06-14", "2020-06-15")] == [False, True]


SINCE = [
    ("one voice", [("cancelled", "2020-06-21", "Kono")], "2020-06-21", "2020-06-21"),
    ("said again", [("cancelled", "2020-06-21", "Kono"), ("active", "2022-03-01", "Kono")], "2020-06-21", "2022-03-01"),
    ("years apart", [("cancelled", "2020-06-21", "Kono"), ("active", "2022-03-01", "Abe")], "2020-06-21", "2022-03-01"),
    ("settled between", [("cancelled", "2020-06-21", "Kono"), ("suspended", "2020-07-01", "Kono"),
                         ("active", "2022-03-01", "Suga")], "2022-03-01", "2022-03-01"),
    ("one agreed", [("cancelled", "2020-06-21", "Kono"), ("active", "2020-06-22", "Suga"),
                    ("suspended", "2020-07-01", "Suga")], "2020-06-21", "2020-06-21"),
]  # fmt: skip


@pytest.mark.parametrize(("voices", "since", "last"), [each[1:] for each in SINCE], ids=[each[0] for each in SINCE])
def test_a_dispute_says_since_when_it_runs_and_when_it_was_last_said(voices, since, last):
    found = at("2026-01-01", HALT, *(stated(*voice) for voice in voices))
    assert (found.disputed_since, found.last_said_on) == (day(since), day(last))


def test_without_a_dispute_there_is_no_day_of_it():
    found = at("2020-07-01", HALT, stated("cancelled", "2020-06-20", side="other"))
    assert (found.disputed, found.disputed_since, found.last_said_on) == (False, None, None)


def test_positions_are_those_since_the_program_was_last_sound():
    said = [stated("cancelled", "2018-01-01", "Abe"), decided("approved", "2019-01-01")]
    said += [stated("under_review", "2020-05-06", "Officials"), HALT, stated("cancelled", "2024-01-01", side="other")]
    assert [p.speaker for p in at("2026-01-01", *said).positions] == ["Officials", "Kono"]


def test_the_status_with_which_a_stop_began_is_told_beside_that_of_today():
    said = [decided("suspended", "2020-06-15"), decided("cancelled", "2020-12-18")]
    found = at("2021-01-01", *said)
    assert (found.status, found.since) == ("cancelled", day("2020-12-18"))
    assert (found.stopped_as, found.stopped_on) == ("suspended", day("2020-06-15"))


def test_a_new_decision_settles_the_dispute():
    said = [HALT, stated("cancelled", "2020-06-25"), decided("suspended", "2020-06-26")]
    assert [at(on, *said).disputed for on in ("2020-06-25", "2020-06-26")] == [True, False]


def test_all_positions_stand_side_by_side_in_order():
    said = [HALT, stated("cancelled", "2020-06-21", "Kono"), stated("suspended", "2020-06-20", "Ohtaka")]
    said += [stated("suspended", "2020-06-22", "Helvey", side="partner"), stated("suspended", "2020-06-23", "Kono")]
    positions = at("2020-07-01", *said).positions
    assert [(p.speaker, p.status) for p in positions] == [
        ("Ohtaka", "suspended"), ("Helvey", "suspended"), ("Kono", "suspended"),
    ]  # fmt: skip


def test_a_body_without_a_named_speaker_has_a_position_of_its_own():
    said = [HALT, stated("cancelled", "2020-06-20", "", organization_id=1)]
    said += [stated("suspended", "2020-06-21", "", organization_id=2)]
    assert len(at("2020-07-01", *said).positions) == 2
    assert at("2020-07-01", *said).disputed


def test_without_a_decision_there_are_positions_and_no_dispute():
    found = at("2020-07-01", stated("cancelled", "2020-06-25"))
    assert (found.disputed, len(found.positions)) == (False, 1)


# invariants on random histories


@st.composite
def histories(draw: st.DrawFn) -> list[Said]:
    """Decisions and statements within 200 days, some revoking earlier decisions."""
    said: list[Said] = []
    for number in range(1, draw(st.integers(0, 12)) + 1):
        on = FIRST + dt.timedelta(days=draw(st.integers(0, 200)))
        kind = draw(st.sampled_from(["decision", "statement"]))
        earlier = [s.id for s in said if kind == s.kind == "decision" and s.effective_on <= on]
        status = draw(st.sampled_from(["approved", "active", "suspended", "cancelled", "reduced", ""]))
        revokes = draw(st.sampled_from([None, *earlier])) if earlier else None
        scope = draw(st.sampled_from(["whole", "whole", "part"]))
        side = draw(st.sampled_from(["buyer", "seller", "other"]))
        published = on + dt.timedelta(days=draw(st.integers(-5, 5)))
        speaker = draw(st.sampled_from(["Kono", "Suga", ""]))
        row = Said(number, kind, status, on, published, 0, scope, side, speaker, revokes_id=revokes, organization_id=1)
        said.append(row)
    return said


days = st.integers(-1, 320).map(lambda number: FIRST + dt.timedelta(days=number))


@given(histories(), days)
def test_statements_and_the_order_of_rows_do_not_move_the_status(said, on):
    decisions = [s for s in said if s.kind == "decision"]
    found, alone = standing(said, on), standing(decisions[::-1], on)
    assert (found.status, found.since, found.stop) == (alone.status, alone.since, alone.stop)


@given(histories(), days)
def test_what_comes_later_does_not_move_the_past(said, on):
    assert standing(said, on) == standing([s for s in said if s.effective_on <= on], on)


@given(histories(), days)
def test_stopped_means_suspended_or_cancelled_since_no_later_than_the_status(said, on):
    found = standing(said, on)
    assert found.is_stopped is (found.status in STOPPED)
    if found.stopped_on and found.since:
        assert found.stopped_on <= found.since <= on


@given(histories(), days)
def test_stops_are_in_order_and_only_the_last_may_run(said, on):
    found = stops(said, on)
    assert all(stop.until for stop in found[:-1])
    ends = [(stop.began_on, stop.until or dt.date.max) for stop in found]
    assert all(began <= until for began, until in ends)
    assert ends == sorted(ends)


@given(histories(), days)
def test_every_step_rests_on_a_decision_in_effect(said, on):
    for step in steps(said, on):
        assert step.decision.kind == "decision"
        assert step.decision.effective_on <= on
        assert step.status == step.decision.status or (step.status, step.decision.scope) == ("reduced", "part")


@given(histories(), days)
def test_a_dispute_has_a_position_that_differs(said, on):
    found = standing(said, on)
    assert not found.disputed or any(s.kind == "statement" and s.status not in ("", found.status) for s in said)
