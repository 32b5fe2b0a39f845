"""Nothing that has to be done is left out where flags and findings are compared in the database (flags/evaluation)."""

import datetime as dt
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procurement.common.dates import Asked
from procurement.common.errors import Refused
from procurement.flags import lifecycle
from procurement.flags.decide import Step, Stored, decide
from procurement.flags.evaluation.evaluate import differences
from procurement.flags.evaluation.scope import EVERYTHING, Scope
from procurement.flags.models import Flag
from procurement.flags.rule import Movements
from procurement.flags.rules import all_rules
from procurement.flags.screening.screen import screen
from tests.exposure.histories import DAYS
from tests.exposure.stage import Stage, rolled_back
from tests.flags.histories import asked_days, histories, steps
from tests.flags.test_modes import found, random_histories, scopes, within
from tests.fuzzing import examples

pytestmark = pytest.mark.django_db

EACH_MOVEMENT = {rule.code: rule.each_movement for rule in all_rules()}

#: What somebody does with one of the flags, and through when an acceptance runs.
acts = st.lists(
    st.tuples(
        st.sampled_from(["acknowledge", "accept", "accept", "resolve", "reopen"]),
        st.integers(0, 30),
        st.sampled_from(DAYS[5:]),
    ),
    min_size=2,
    max_size=8,
)


def act_on_flags(chosen: list[tuple[str, int, dt.date]], today: dt.date) -> None:
    ids = list(Flag.objects.order_by("pk").values_list("pk", flat=True))
    for verb, number, until in chosen if ids else ():
        given = {"owner": "Mori", "until": until, "today": today} if verb == "accept" else {}
        with suppress(Refused):
            getattr(lifecycle, verb)(ids[number % len(ids)], by=None, reason="known", **given)


def stored(flag: Flag) -> Stored:
    return Stored(
        id=flag.pk,
        key=(flag.rule, flag.program_id, flag.contract_id),
        state=flag.state,
        severity=flag.severity,
        condition_since=flag.condition_since,
        condition_holds=flag.condition_holds,
        digest=flag.evidence_digest,
        accepted_until=flag.accepted_until,
        movements=Movements(flag.movements, flag.latest_movement),
    )


def step_of(key: tuple[Any, ...], today: dt.date, had: Stored | None, finding: Any) -> Step | None:
    return decide(had, finding, each_movement=EACH_MOVEMENT[key[0]], today=today)


def by_hand(today: dt.date, scope: Scope) -> dict[Any, Step]:
    """What is to be done, from all flags and all findings of a scope, each looked at."""
    findings, flags = found(today), {row.key: row for row in map(stored, Flag.objects.all())}
    if scope != EVERYTHING:
        findings = within(scope, findings)
        flags = {key: row for key, row in flags.items() if _is_within(scope, *key[1:])}
    steps = {key: step_of(key, today, flags.get(key), findings.get(key)) for key in {*findings, *flags}}
    return {key: step for key, step in steps.items() if step}


def _is_within(scope: Scope, program: int | None, contract: int | None) -> bool:
    return program in (scope.programs or ()) if contract is None else contract in (scope.contracts or ())


def by_comparison(today: dt.date, scope: Scope) -> dict[Any, Step]:
    """What is to be done, from what the database says may differ."""
    rows = differences(Asked(today), scope, all_rules(), {})
    pairs = {each.key: pair for pair in rows for each in reversed(pair) if each}
    assert len(pairs) == len(rows)
    steps = {key: step_of(key, today, *pair) for key, pair in pairs.items()}
    return {key: step for key, step in steps.items() if step}


@settings(random_histories, max_examples=examples(6))
@given(
    histories,
    acts,
    st.lists(steps, min_size=1, max_size=8),
    acts,
    st.lists(asked_days, min_size=3, max_size=3),
    st.data(),
)
def test_nothing_to_be_done_is_left_out(history, first_acts, more, last_acts, days, data):
    first, today, then = sorted(days)
    with rolled_back():
        stage = Stage(history)
        screen(None, today=first)
        act_on_flags(first_acts, first)
        for each in more:
            stage.play(**each)
        screen(data.draw(st.sampled_from(scopes(stage))), today=today)
        act_on_flags(last_acts, today)
        for scope in (EVERYTHING, data.draw(st.sampled_from(scopes(stage)))):
            assert by_comparison(then, scope) == by_hand(then, scope)
        screen(None, today=then)
        assert by_comparison(then, EVERYTHING) == {}


@settings(random_histories, max_examples=examples(3))
@given(histories, acts, st.lists(steps, min_size=1, max_size=6), asked_days)
def test_bit_by_bit_leaves_what_everything_at_once_does(history, chosen, more, today):
    with rolled_back():
        stage = Stage(history)
        screen(None, today=DAYS[5])
        act_on_flags(chosen, DAYS[5])
        for each in more:
            stage.play(**each)
        for number in range(len(stage.contracts)):
            screen(scopes(stage)[len(stage.programs) + number], today=today)
        screen([each.pk for each in stage.programs], today=today)
        assert by_comparison(today, EVERYTHING) == {}
