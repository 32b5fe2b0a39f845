"""However contracts are read, and however much is looked at, the rules find the same (flags/evaluation/tables.py)."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procurement.common.dates import Asked
from procurement.exposure.kept.refreshing import refresh
from procurement.flags.evaluation.evaluate import MOST_READ, evaluate
from procurement.flags.evaluation.scope import EVERYTHING, Scope, of_contracts, of_programs
from procurement.flags.rule import Finding
from procurement.flags.rules import all_rules
from tests.exposure.stage import Stage, rolled_back
from tests.flags.histories import asked_days, histories, steps
from tests.fuzzing import examples

pytestmark = pytest.mark.django_db

#: Everything is public by then, so that a question by this day gets the same answer, but from the ledger.
PUBLIC = dt.date(9000, 1, 1)
#: Up to so many contracts are read one by one from the ledger, as the service does, or none is.
FEW_OR_NONE = (MOST_READ, 0)

#: A day, and which of the scopes are looked at then.
looks = st.tuples(asked_days, st.lists(st.integers(0, 99), min_size=2, max_size=2), st.sampled_from(FEW_OR_NONE))
Look = tuple[dt.date, list[int], int]

random_histories = settings(
    max_examples=examples(6), suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def found(day: dt.date, scope: Scope = EVERYTHING, published_by: dt.date | None = None) -> dict[Any, Finding]:
    """What all rules find, by what it is about; each is found once."""
    listed = evaluate(Asked(day, published_by), scope, all_rules())
    by_key = {each.key: each for each in listed}
    assert len(by_key) == len(listed)
    return by_key


def within(scope: Scope, everything: dict[Any, Finding]) -> dict[Any, Finding]:
    """Of what is found everywhere, what is about a scope."""
    programs, contracts = scope.programs or (), scope.contracts or ()
    return {
        key: each
        for key, each in everything.items()
        if (each.program_id in programs if each.contract_id is None else each.contract_id in contracts)
    }


def scopes(stage: Stage) -> list[Scope]:
    """Each program, each contract, some of both, a program without what belongs to it, and all."""
    programs, contracts = [each.pk for each in stage.programs], [each.pk for each in stage.contracts]
    return [
        *(of_programs([each]) for each in programs),
        *(of_contracts([each]) for each in contracts),
        of_programs(programs[:1]) | of_contracts(contracts[-1:]),
        Scope(frozenset(programs), frozenset()),
        Scope(frozenset(programs), frozenset(contracts)),
    ]


def expect_one_answer(stage: Stage, look: Look) -> None:
    day, chosen, most_read = look
    everything, known = found(day), scopes(stage)
    assert found(day, published_by=PUBLIC) == everything
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("procurement.flags.evaluation.evaluate.MOST_READ", most_read)
        for scope in (known[number % len(known)] for number in chosen):
            assert found(day, scope) == within(scope, everything)


@random_histories
@given(histories, st.lists(steps, min_size=1, max_size=6), st.tuples(looks, looks, looks))
def test_rules_find_the_same_in_what_is_kept_and_in_the_ledger(history, more, chosen):
    with rolled_back():
        stage = Stage(history)
        expect_one_answer(stage, chosen[0])
        refresh()
        expect_one_answer(stage, chosen[1])
        for each in more:
            stage.play(**each)
        expect_one_answer(stage, chosen[2])
