"""On random histories the mirror answers what the statement over facts does, and what DESIGN.md says in words."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procurement.exposure.answering import answer_from_ledger, answer_from_mirror
from procurement.exposure.mirror.making import make, top_up
from tests.exposure.histories import Asking, histories, steps
from tests.exposure.mirror.homes import own_home
from tests.exposure.oracle import Oracle
from tests.exposure.stage import Stage, rolled_back
from tests.exposure.stored_facts import Dates, World
from tests.exposure.test_oracle import given_by_sql, given_by_words
from tests.fuzzing import examples

pytestmark = pytest.mark.django_db

random_histories = settings(
    max_examples=examples(6),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def expect_the_words(question):
    asked = question.asked
    oracle = Oracle(World.stored(), Dates(asked.as_of, asked.published_by, asked.recorded_by))
    answered, by_ledger = answer_from_mirror(question), answer_from_ledger(question)
    assert answered is not None
    assert (answered.rows, answered.totals) == (by_ledger.rows, by_ledger.totals)
    for rows, groups in ((answered.rows, question.group_by), (answered.totals, [])):
        assert given_by_sql(rows) == given_by_words(oracle.rows(groups, question.filters))


@random_histories
@given(histories, st.lists(steps, max_size=8), st.lists(steps, max_size=6), st.data())
def test_it_says_the_same_with_facts_recorded_after_its_horizon_and_topped_up(history, more, at_last, data):
    with rolled_back(), own_home():
        stage = Stage(history)
        make()
        for step in more:
            stage.play(**step)
        asking = st.lists(Asking(stage).questions, min_size=3, max_size=3)
        for question in data.draw(asking):
            expect_the_words(question)
        top_up()
        for step in at_last:
            stage.play(**step)
        for question in data.draw(asking):
            expect_the_words(question)
