"""On random histories the service answers, at any dates, in any grouping, what DESIGN.md says in words."""

import datetime as dt
from dataclasses import asdict, replace
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procurement.common.dates import Asked
from procurement.exposure.answering import Question, answer
from procurement.exposure.kept.refreshing import refresh
from procurement.exposure.line_columns import AMOUNTS
from procurement.exposure.rows import Row
from tests.exposure.histories import Asking, histories, steps
from tests.exposure.oracle import Group, Oracle
from tests.exposure.stage import Stage, rolled_back
from tests.exposure.stored_facts import Dates, World
from tests.fuzzing import examples

pytestmark = pytest.mark.django_db

random_histories = settings(
    max_examples=examples(40),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def given_by_sql(rows: list[Row]) -> dict[Any, Any]:
    found = {}
    for row in rows:
        counts = (row.contracts, row.contracts_without_commitment, row.disputes)
        next_due = None if row.next_due is None else (row.next_due.due_on, row.next_due.amount)
        covered = (row.covered, row.uncovered, row.gross)
        found[(*row.keys.values(), row.currency)] = (counts, row.figures, covered, asdict(row.age), next_due)
    assert len(found) == len(rows)
    return found


def given_by_words(groups: dict[Any, Group]) -> dict[Any, Any]:
    """The same of the groups."""
    return {
        key: (
            (len(group.contracts), len(group.uncommitted), len(group.disputes)),
            {name: group.figures[name] for name in AMOUNTS},
            (group.covered, group.uncovered, group.gross),
            group.age,
            group.next_due,
        )
        for key, group in groups.items()
    }


def expect_the_words(world: World, question: Question) -> None:
    asked = question.asked
    oracle = Oracle(world, Dates(asked.as_of, asked.published_by, asked.recorded_by))
    answered = answer(question)
    for rows, groups in ((answered.rows, question.group_by), (answered.totals, [])):
        assert given_by_sql(rows) == given_by_words(oracle.rows(groups, question.filters))


@random_histories
@given(histories, st.data())
def test_every_answer_is_what_the_words_say(history, data):
    with rolled_back():
        stage = Stage(history)
        world = World.stored()
        for question in data.draw(st.lists(Asking(stage).questions, min_size=6, max_size=6)):
            expect_the_words(world, question)


@settings(random_histories, max_examples=examples(25))
@given(histories, st.lists(steps, max_size=6), st.data())
def test_what_is_kept_says_the_same_on_its_day_and_others_and_with_more_posted_since(history, more, data):
    with rolled_back():
        stage = Stage(history)
        ask = Asking(stage).of_a_day
        kept = data.draw(ask).asked.as_of
        refresh(today=kept)
        asking = st.lists(ask | ask.map(partial(on, kept)), min_size=4, max_size=4)
        for question in data.draw(asking):
            expect_the_words(World.stored(), question)
        for step in more:
            stage.play(**step)
        for question in data.draw(asking):
            expect_the_words(World.stored(), question)
        refresh(today=data.draw(ask).asked.as_of)
        for question in data.draw(asking):
            expect_the_words(World.stored(), question)


def on(day: dt.date, question: Question) -> Question:
    return replace(question, asked=Asked(day))
