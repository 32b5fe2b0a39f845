"""A series worked out at once says of each day what is answered at that day."""

import datetime as dt
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procurement.exposure import series
from procurement.exposure.answering import Question, answer_from_ledger
from procurement.exposure.mirror import ranges
from procurement.exposure.mirror import series as at_once
from procurement.exposure.mirror.making import make
from procurement.exposure.series import answers_at
from tests.exposure.asking import asked
from tests.exposure.histories import DAYS, LATER, Asking, histories, steps
from tests.exposure.mirror.homes import own_home
from tests.exposure.stage import Stage, rolled_back
from tests.fuzzing import examples
from tests.makers import make_contract, make_program, post

pytestmark = pytest.mark.django_db

HALF_YEARS = [dt.date(2018, 12, 31) + dt.timedelta(days=182 * number) for number in range(9)]
#: Also days on which things happen, and a year in which contracts come to be presumed.
TURNS = sorted({*HALF_YEARS, DAYS[0], DAYS[4], DAYS[4] + dt.timedelta(days=730), LATER})


def expect_the_answers(question, days):
    found = answers_at(replace(question, limit=10**9), days)
    assert [each.question.asked.as_of for each in found] == list(days)
    for each in found:
        by_ledger = answer_from_ledger(each.question)
        assert (each.rows, each.totals) == (by_ledger.rows, by_ledger.totals)
        assert each.standings == by_ledger.standings


@settings(
    max_examples=examples(6), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(histories, st.lists(steps, max_size=6), st.booleans(), st.data())
def test_at_random(history, more, mirrored, data):
    with rolled_back(), own_home(), pytest.MonkeyPatch.context() as patch:
        if mirrored:
            patch.setattr(at_once, "FEW", 0)
            patch.setattr(ranges, "ROWS", 100)
        stage = Stage(history)
        make()
        for step in more:
            stage.play(**step)
        for question in data.draw(st.lists(Asking(stage).questions, min_size=2, max_size=2)):
            expect_the_answers(question, TURNS)


def test_where_it_cannot_be_worked_out_at_once_each_day_is_asked(monkeypatch):
    with rolled_back(), own_home(), monkeypatch.context() as patch:
        patch.setattr(at_once, "MANY", -1)
        patch.setattr(series, "answer", lambda question: question.asked.as_of)
        question = Question(asked("2020-01-01"), filters={"contract": [1]})
        assert answers_at(question, TURNS) == TURNS


def test_more_days_are_no_more_queries(django_assert_num_queries):
    contract = make_contract(make_program("x"), committed="100", paid="30")
    post(contract, "7", "payment", on="2020-07-01")
    question = Question(asked("2020-01-01"), ("program",))
    with own_home(), CaptureQueriesContext(connection) as few:
        answers_at(question, TURNS)
    with own_home(), django_assert_num_queries(len(few)):
        found = answers_at(question, [LATER + dt.timedelta(days=number) for number in range(90)])
    assert all(each.rows for each in found)
