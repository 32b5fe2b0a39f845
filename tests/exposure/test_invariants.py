"""What must hold of every answer (DESIGN.md section 5, invariants), on random histories."""

import datetime as dt
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from procurement.common.dates import Asked
from procurement.common.errors import Refused
from procurement.exposure.answering import Question, Row, answer
from procurement.exposure.valuing import value_contracts
from tests.exposure.histories import DAYS, LATER, Asking, entering, histories, steps
from tests.exposure.stage import History, Stage, rolled_back

pytestmark = pytest.mark.django_db

SUMMED = ("ceiling", "committed", "paid", "outstanding", "unaccounted", "exit_paid", "committed_since", "paid_since")
STOCK = SUMMED[:6]

random_histories = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def known(row: Row, *names: str) -> Decimal:
    return sum((row.figures[name] or Decimal(0) for name in names), Decimal(0))


def summed(rows: list[Row]) -> dict[Any, Any]:
    """The rows' figures by currency; a figure is known when it is in some row."""
    found: dict[Any, Any] = defaultdict(lambda: dict.fromkeys(SUMMED))
    for row in rows:
        for name in SUMMED:
            figure = row.figures[name]
            if row.currency and figure is not None:
                found[row.currency][name] = (found[row.currency][name] or 0) + figure
    return dict(found)


def seen_from_the_first_day(history: History) -> History:
    """A share is a fact that brings a contract into view, and with it what is known to be zero."""
    return replace(history, contracts=[given | {"published_on": DAYS[0]} for given in history.contracts])


def stock(day: dt.date) -> list[Any]:
    return [(row.currency, *(row.figures[name] for name in STOCK)) for row in answer(Question(Asked(day))).totals]


@random_histories
@given(histories, st.data())
def test_committed_is_paid_and_outstanding_and_unaccounted_and_groups_sum_to_totals(history, data):
    with rolled_back():
        stage = Stage(history)
        for question in data.draw(st.lists(Asking(stage).questions, min_size=6, max_size=6)):
            answered = answer(question)
            for row in (*answered.rows, *answered.totals):
                assert row.figures["committed"] == known(row, "paid", "outstanding", "unaccounted")
            assert summed(answered.rows) == summed(answered.totals)


@random_histories
@given(histories, st.lists(steps, min_size=5, max_size=20))
def test_rehoming_changes_no_total(history, more):
    with rolled_back():
        stage = Stage(seen_from_the_first_day(history))
        before = [stock(day) for day in (*DAYS[::3], LATER)]
        for step in more:
            if step["act"] in ("rehome", "share"):
                stage.play(**step)
        assert [stock(day) for day in (*DAYS[::3], LATER)] == before


@random_histories
@given(histories, st.lists(steps, min_size=1, max_size=12), st.data())
def test_reversing_what_was_added_restores_every_figure(history, more, data):
    with rolled_back():
        stage = Stage(history)
        known_before, questions = len(stage.facts), data.draw(st.lists(Asking(stage).questions, min_size=4, max_size=4))
        before = [answer(Question(Asked(q.asked.as_of), q.group_by, q.filters)) for q in questions]
        for step in more:
            if step["act"] not in ("take_back", "correct"):
                stage.play(**step)
        take_all_back(stage, known_before)
        after = [answer(Question(Asked(q.asked.as_of), q.group_by, q.filters)) for q in questions]
        assert [(a.rows, a.totals) for a in after] == [(b.rows, b.totals) for b in before]


def take_all_back(stage: Stage, known_before: int) -> None:
    """The last first, as a share may stand on the end of another; where the verb refuses all the same, no matter."""
    for index in range(len(stage.facts) - 1, known_before - 1, -1):
        row = stage.facts[index]
        try:
            stage.take_back({"published_on": row.published_on}, index)
        except Refused:
            reject()


@random_histories
@given(histories, entering)
def test_what_is_owed_changes_by_what_is_committed_less_what_is_paid(history, step):
    with rolled_back():
        stage = Stage(history)
        before = value_contracts(Asked(LATER))
        stage.play(**step)
        after = value_contracts(Asked(LATER))
        assert owed(after) - owed(before) == change(after, before, "committed") - change(after, before, "paid")


def owed(values: list[Any]) -> Decimal:
    return sum(((v.outstanding or 0) + v.unaccounted for v in values), Decimal(0))


def change(after: list[Any], before: list[Any], name: str) -> Decimal:
    return sum((getattr(v, name) or Decimal(0) for v in after), Decimal(0)) - sum(
        (getattr(v, name) or Decimal(0) for v in before), Decimal(0)
    )
