"""On random histories the service answers, at any dates, in any grouping, what DESIGN.md says in words."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procurement.exposure.answering import FIGURES, Question, Row, answer
from tests.exposure.histories import Asking, Stage, histories, rolled_back
from tests.exposure.oracle import Dates, Group, Oracle, World

pytestmark = pytest.mark.django_db

random_histories = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def given_by_sql(rows: list[Row]) -> dict[Any, Any]:
    found = {}
    for row in rows:
        counts = (row.contracts, row.contracts_without_commitment, row.disputes)
        found[(*row.keys.values(), row.currency)] = (counts, row.figures, row.covered)
    assert len(found) == len(rows)
    return found


def given_by_words(groups: dict[Any, Group]) -> dict[Any, Any]:
    return {
        key: (
            (len(group.contracts), len(group.uncommitted), len(group.disputes)),
            {name: group.figures.get(name) for name in FIGURES},
            group.covered,
        )
        for key, group in groups.items()
    }


def expect_the_words(world: World, question: Question) -> None:
    asked = question.asked
    oracle = Oracle(world, Dates(asked.as_of, asked.published_by, asked.recorded_by))
    answered = answer(question)
    assert given_by_sql(answered.rows) == given_by_words(oracle.rows(question.group_by, question.filters))
    assert given_by_sql(answered.totals) == given_by_words(oracle.rows([], question.filters))


@random_histories
@given(histories, st.data())
def test_every_answer_is_what_the_words_say(history, data):
    with rolled_back():
        stage = Stage(history)
        world = World.stored()
        for question in data.draw(st.lists(Asking(stage).questions, min_size=6, max_size=6)):
            expect_the_words(world, question)
