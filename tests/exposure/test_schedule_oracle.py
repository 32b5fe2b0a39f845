"""On random histories a schedule by fiscal year is what DESIGN.md says in words, from whatever it is read."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procurement.common.dates import Asked
from procurement.exposure.answering import Question
from procurement.exposure.kept.refreshing import refresh
from procurement.exposure.schedule.answers import schedule
from procurement.exposure.schedule.schedule import Schedule
from tests.exposure.histories import Asking, histories, meeting, owing
from tests.exposure.oracle import Group, Oracle
from tests.exposure.stage import Stage, rolled_back
from tests.exposure.stored_facts import Dates, World
from tests.fuzzing import examples

pytestmark = pytest.mark.django_db

random_histories = settings(
    max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
#: More of them than other histories have.
dues = st.lists(st.one_of(owing, owing.map(dict), meeting), min_size=4, max_size=10)


def key(found: Schedule) -> tuple[Any, ...]:
    return (*found.keys.values(), found.currency)


def given_by_sql(found: list[Schedule]) -> dict[Any, Any]:
    assert len({key(each) for each in found}) == len(found)
    return {
        key(each): (None if each.outstanding is None else each.by_year, each.outstanding, each.unscheduled, each.counts)
        for each in found
    }


def counts(group: Group) -> dict[str, int]:
    """The open milestones that have no place, each counted once."""
    due = [(line, m) for line, value in group.stock for m in value.due]
    payments = [(line, m) for line, m in due if m["kind"] == "payment"]
    unowed = [m for line, m in payments if m["amount"] is not None and line.figures["outstanding"] is None]
    return {
        "payments_without_amount": len({m["id"] for _, m in payments if m["amount"] is None}),
        "payments_of_unknown_outstanding": len({m["id"] for m in unowed}),
        "deliveries": len({m["id"] for _, m in due if m["kind"] == "delivery"}),
    }


def given_by_words(groups: dict[Any, Group]) -> dict[Any, Any]:
    return {
        key: (group.deferred, group.figures["outstanding"], group.unscheduled, counts(group))
        for key, group in groups.items()
    }


def expect_the_words(world: World, question: Question) -> None:
    asked = question.asked
    oracle = Oracle(world, Dates(asked.as_of, asked.published_by, asked.recorded_by))
    found = schedule(question)
    for rows, groups in ((found.rows, question.group_by), (found.totals, [])):
        assert given_by_sql(rows) == given_by_words(oracle.rows(groups, question.filters))


@random_histories
@given(histories, dues, st.none() | st.integers(0, 32), st.data())
def test_every_schedule_is_what_the_words_say(history, dues, kept_after, data):
    """Nothing is kept yet, or only what was posted until then; and then all of it."""
    steps, first = [*dues, *history.steps], kept_after or 0
    with rolled_back():
        stage = Stage(replace(history, steps=steps[:first]))
        kept = data.draw(Asking(stage).of_a_day).asked.as_of
        if kept_after is not None:
            refresh(today=kept)
        for step in steps[first:]:
            stage.play(**step)
        questions = data.draw(st.lists(Asking(stage).questions, min_size=4, max_size=4))
        world = World.stored()
        for _ in range(2):
            for question in questions:
                expect_the_words(world, question)
                expect_the_words(world, replace(question, asked=Asked(kept)))
            refresh(today=kept)
