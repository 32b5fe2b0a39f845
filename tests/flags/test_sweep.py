"""The sweep looks only where something can have changed, and leaves what a look at everything leaves."""

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procurement.alerts.draining import drain
from procurement.common.dates import Asked
from procurement.common.errors import Refused
from procurement.contracts.models import Contract
from procurement.flags.decide import Step, decide
from procurement.flags.evaluation.clocks import dated
from procurement.flags.evaluation.evaluate import differences, evaluate
from procurement.flags.evaluation.scope import EVERYTHING, Scope
from procurement.flags.history.turning_days import turning_days
from procurement.flags.lifecycle import accept, reopen, resolve
from procurement.flags.models import Flag, SweptRule
from procurement.flags.rule import Dates
from procurement.flags.rules import all_rules
from procurement.flags.screening.screen import screen, screen_all
from procurement.flags.screening.sweep import sweep, sweep_everything
from procurement.flags.thresholds.values import change_threshold, limits_in_force
from procurement.sources.models import Recheck, ScreeningMark
from tests.exposure.histories import DAYS, LATER, words
from tests.exposure.stage import Stage, rolled_back
from tests.flags.histories import histories, steps
from tests.flags.test_differing import EACH_MOVEMENT, act_on_flags, acts
from tests.flags.test_modes import scopes
from tests.fuzzing import TIMES, examples
from tests.makers import day, make_contract, make_organization, make_program, say
from tests.makers import decide as decided

pytestmark = pytest.mark.django_db

ACTIVE = "suspended-program-active-contract"


def undone(today: dt.date) -> list[Step]:
    """What a look at everything would do."""
    pairs = differences(Asked(today), EVERYTHING, all_rules(), limits_in_force())
    keys = [next(each.key for each in reversed(pair) if each) for pair in pairs]
    steps = (
        decide(*pair, each_movement=EACH_MOVEMENT[key[0]], today=today) for key, pair in zip(keys, pairs, strict=True)
    )
    return [step for step in steps if step]


def drain_all(today: dt.date) -> None:
    while drain(now=dt.datetime.combine(today, dt.time(12), dt.UTC)).more:
        pass


@pytest.fixture
def radar():
    return make_program("radar")


@pytest.fixture
def kept(radar):
    """A contract under a program suspended on 2020-06-15, swept on 2020-06-20."""
    contract = make_contract(radar, committed="100", paid="40", title="Radar")
    decided(radar, "suspended", "2020-06-15")
    drain_all(day("2020-06-20"))
    sweep(day("2020-06-20"))
    return contract


def looked_at(monkeypatch) -> list[Any]:
    """What is looked at from now on: scopes, and which rules."""
    found: list[Any] = []

    def noted(today, *, within=EVERYTHING, rules=None):
        found.append((within, rules))
        return screen_all(today, within=within, rules=rules)

    monkeypatch.setattr("procurement.flags.screening.sweep.screen_all", noted)
    return found


def test_a_sweep_of_the_same_day_looks_at_nothing(kept, monkeypatch):
    seen = looked_at(monkeypatch)
    assert sweep(day("2020-06-20")).events == []
    assert seen == []


def test_a_day_on_which_nothing_turns_looks_only_at_stopped_programs_themselves(radar, kept, monkeypatch):
    seen = looked_at(monkeypatch)
    sweep(day("2020-06-25"))
    assert [(within.programs, within.contracts) for within, _ in seen] == [({radar.pk}, frozenset())]


def test_a_clock_is_found_on_its_day(kept):
    sweep(day("2020-09-12"))
    assert Flag.objects.get(rule=ACTIVE).severity == "low"
    assert sweep(day("2020-09-13")).kinds["escalated"] == 1


def test_days_without_a_sweep_are_made_up_for(kept):
    assert sweep(day("2021-09-13")).kinds["escalated"] == 1
    assert undone(day("2021-09-13")) == []


def test_an_acceptance_that_ended_is_found(kept):
    flag, today = Flag.objects.get(rule=ACTIVE), day("2020-06-20")
    accept(flag.pk, by=None, reason="spares", owner="Mori", until=day("2020-06-22"), today=today)
    assert sweep(day("2020-06-22")).events == []
    assert sweep(day("2020-06-23")).kinds == {"reopened": 1}


def test_an_edit_is_found(kept):
    Contract.objects.filter(pk=kept.pk).update(title="Sonar")
    sweep(day("2020-06-20"))
    assert "Sonar" in Flag.objects.get(rule=ACTIVE).summary
    assert not ScreeningMark.objects.exists()


def test_a_program_and_a_speaker_that_are_renamed_are_found(radar, kept):
    ministry = make_organization("Ministry")
    say(radar, "active", "2020-06-18", organization=ministry)
    drain_all(day("2020-06-20"))
    ministry.name, radar.name = "Department", "Sonars"
    ministry.save(update_fields=["name"])
    radar.save(update_fields=["name"])
    sweep(day("2020-06-20"))
    assert all(flag.summary.startswith("Sonars") for flag in Flag.objects.filter(contract=None))
    assert undone(day("2020-06-20")) == []


def test_another_threshold_has_its_rule_swept_as_a_whole_and_no_other(kept, monkeypatch):
    seen = looked_at(monkeypatch)
    change_threshold(ACTIVE, "rises", value=Decimal(3), reason="sooner", by=None)
    assert sweep(day("2020-06-20")).kinds == {"escalated": 1}
    assert [(within, [rule.code for rule in rules]) for within, rules in seen] == [(EVERYTHING, [ACTIVE])]


def test_a_threshold_that_was_put_back_is_swept_too(kept):
    change_threshold(ACTIVE, "rises", value=Decimal(3), reason="sooner", by=None)
    screen(None, today=day("2020-06-20"))
    change_threshold(ACTIVE, "rises", value=None, reason="no", by=None)
    assert sweep(day("2020-06-20")).kinds == {"refreshed": 1}


def test_flags_of_a_rule_that_is_gone_are_resolved(kept):
    Flag.objects.filter(rule=ACTIVE).update(rule="gone")
    SweptRule.objects.filter(rule=ACTIVE).update(rule="gone")
    assert sweep(day("2020-06-20")).kinds["resolved"] == 1
    assert not SweptRule.objects.filter(rule="gone").exists()


def test_a_flag_that_somebody_reopens_is_brought_up_to_date(kept):
    flag, today = Flag.objects.get(rule=ACTIVE), day("2020-06-20")
    resolve(flag.pk, by=None, reason="settled")
    Contract.objects.filter(pk=kept.pk).update(title="Sonar")
    sweep(today)
    reopen(flag.pk, by=None, reason="not settled")
    assert sweep(today).kinds["refreshed"] == 1
    assert "Sonar" in Flag.objects.get(rule=ACTIVE).summary


def test_a_screening_of_an_older_day_is_looked_at_again(radar, kept):
    sweep(day("2020-09-13"))
    screen([radar.pk], today=day("2020-06-20"))
    assert Flag.objects.get(rule=ACTIVE).severity == "low"
    sweep(day("2020-09-13"))
    assert Flag.objects.get(rule=ACTIVE).severity == "medium"


def test_at_night_what_was_missed_is_found_and_named(kept, caplog):
    Flag.objects.filter(rule=ACTIVE).update(evidence_digest="of something else")
    missed = sweep_everything(day("2020-06-20")).unexplained
    assert [flag.rule for flag in missed] == [ACTIVE]
    assert "the sweep had missed a flag" in caplog.text
    assert sweep_everything(day("2020-06-20")).unexplained == []


def test_what_a_fact_explains_is_not_missed(radar, kept):
    make_contract(radar, committed="50")
    assert Recheck.objects.exists()
    assert sweep_everything(day("2020-06-20")).unexplained == []


# any history


#: What is edited: of which contract or program, and to what.
edits = st.lists(
    st.tuples(
        words(["title", "ends_on", "is_remainder", "method", "program"]), st.integers(0, 9), st.sampled_from(DAYS)
    ),
    max_size=2,
)
thresholds = st.none() | st.tuples(
    st.sampled_from(
        [(ACTIVE, "rises"), ("active-past-end-date", "grace"), ("stale-sources", "silent"), ("presumption", "days")]
    ),
    st.sampled_from([1, 31, 90, 200]),
)
rounds = st.lists(
    st.tuples(acts, st.lists(steps, max_size=1), edits, thresholds, st.none() | st.integers(0, 99)),
    min_size=5,
    max_size=8,
)


def days_of(kind: Dates, number: int, count: int) -> list[dt.date]:
    """Up to so many days in a row on which a clock of a kind strikes, or else on which anything may turn."""
    limits = limits_in_force()
    shifts = {clock.shift(limits[rule.code]) for rule in all_rules() for clock in rule.clocks if clock.dates is kind}
    named = {on + shift for each in dated(kind) for on in each.days(EVERYTHING) for shift in shifts}
    days = sorted(on for on in named if DAYS[2] <= on <= LATER)
    days = days or turning_days(DAYS[3], LATER, scope=EVERYTHING, rules=all_rules(), limits=limits)
    return days[number % max(1, len(days) - count // 2) :][:count]


def edit(stage: Stage, field: str, number: int, on: dt.date) -> None:
    if field == "program":
        program = stage.programs[number % len(stage.programs)]
        program.name = f"{program.name}{number}"
        program.save(update_fields=["name"])
        return
    contract = stage.contracts[number % len(stage.contracts)]
    to = {"title": str(number), "ends_on": on, "is_remainder": number % 2, "method": ["other", "grant"][number % 2]}
    Contract.objects.filter(pk=contract.pk).update(**{field: to[field], "starts_on": None})


def set_threshold(chosen: Any) -> None:
    try:
        (rule, name), value = chosen
        change_threshold(rule, name, value=Decimal(value), reason="try", by=None)
    except Refused:  # it has that value
        pass


@settings(max_examples=examples(10), suppress_health_check=list(HealthCheck))
@given(histories, st.sampled_from(Dates), st.integers(0, 999), rounds)
def test_sweeps_leave_what_a_look_at_everything_leaves(history, kind, number, given_rounds):
    with rolled_back():
        stage, before = Stage(history), None
        days = days_of(kind, number, len(given_rounds))
        for today, (chosen, more, edited, threshold, late) in zip(days, given_rounds, strict=False):
            for each in more:
                stage.play(**each)
            for each in edited:
                edit(stage, *each)
            if threshold:
                set_threshold(threshold)
            drain_all(today)
            sweep(today)
            if late is not None and before is not None:
                screen(scopes(stage)[late % len(scopes(stage))], today=before)
                sweep(today)
            assert undone(today) == []
            act_on_flags(chosen, today)
            before = today
        assert sweep_everything(today).unexplained == []


def telling_strikes() -> set[dt.date]:
    """For each clock of each rule that finds anything on some day, the last day on which it strikes for what is found.

    The last one, because only the newest sign of life of a contract and the last stop of a program count.
    """
    limits, rules = limits_in_force(), {rule.code: rule for rule in all_rules()}
    found = {
        (each.rule, Scope(*(frozenset(filter(None, [pk])) for pk in (each.program_id, each.contract_id))))
        for on in (*DAYS[3:], LATER)
        for each in evaluate(Asked(on), EVERYTHING, all_rules(), limits)
    }
    strikes: dict[Any, set[dt.date]] = defaultdict(set)
    for code, about in found:
        for clock in rules[code].clocks:
            days = {on for each in dated(clock.dates) for on in each.days(about)}
            strikes[code, clock] |= {on + clock.shift(limits[code]) for on in days}
    return {max(days) for days in strikes.values() if days}


#: In its short form always the same histories, so that what it finds does not depend on luck.
@settings(max_examples=examples(3), derandomize=TIMES == 1, suppress_health_check=list(HealthCheck))
@given(histories)
def test_no_clock_strikes_a_day_early_or_late(history):
    with rolled_back():
        Stage(history)
        for today in sorted({on + dt.timedelta(days=near) for on in telling_strikes() for near in (-1, 0, 1)}):
            drain_all(today)
            sweep(today)
            assert undone(today) == [], today
