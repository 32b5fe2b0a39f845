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
from procurement.exposure.answering import Question, answer
from procurement.exposure.line_columns import AMOUNTS
from procurement.exposure.rows import Row
from procurement.exposure.valuing import ContractValue, value_contracts
from tests.exposure.histories import DAYS, LATER, Asking, dealings, histories, rehoming, steps
from tests.exposure.oracle import ENDS
from tests.exposure.stage import History, Stage, rolled_back
from tests.fuzzing import examples

pytestmark = pytest.mark.django_db

#: What a group sums where it is known. An end of a range is open in a group, though known in some row of it.
SUMMED = tuple(name for name in AMOUNTS if name not in ENDS)
STOCK = tuple(name for name in AMOUNTS if "_since" not in name)

random_histories = settings(
    max_examples=examples(8), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
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


def expect_closed_ends_to_be_sums(rows: list[Row], totals: list[Row]) -> None:
    for row in totals:
        for name in set(ENDS) & set(AMOUNTS):
            if row.figures[name] is not None:
                parts = [each.figures[name] for each in rows if each.currency == row.currency]
                assert row.figures[name] == sum(part for part in parts if part is not None)


def seen_from_the_first_day(history: History) -> History:
    """A share is a fact that brings a contract into view, and with it what is known to be zero."""
    return replace(history, contracts=[given | {"published_on": DAYS[0]} for given in history.contracts])


def stock(day: dt.date) -> list[Any]:
    """Everything that a total says, but what moved since programs were stopped."""
    return [
        (row.currency, [row.figures[name] for name in STOCK], row.covered, getattr(row, "next_due", None))
        for row in answer(Question(Asked(day))).totals
    ]


@random_histories
@given(histories, st.data())
def test_committed_is_paid_and_outstanding_and_unaccounted_and_groups_sum_to_totals(history, data):
    with rolled_back():
        stage = Stage(history)
        for question in data.draw(st.lists(Asking(stage).questions, min_size=6, max_size=6)):
            answered = answer(question)
            for row in (*answered.rows, *answered.totals):
                said = known(row, "committed", "paid_uncommitted")
                assert said == known(row, "paid", "outstanding", "unaccounted")
            assert summed(answered.rows) == summed(answered.totals)
            expect_closed_ends_to_be_sums(answered.rows, answered.totals)


@random_histories
@given(histories, st.lists(rehoming, min_size=3, max_size=12))
def test_rehoming_changes_no_total(history, more):
    with rolled_back():
        stage = Stage(seen_from_the_first_day(history))
        before = [stock(day) for day in (*DAYS[::3], LATER)]
        for step in more:
            stage.play(**step)
        assert [stock(day) for day in (*DAYS[::3], LATER)] == before


@random_histories
@given(histories, st.lists(steps | dealings, min_size=1, max_size=12), st.data())
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
@given(histories, st.lists(steps, min_size=1, max_size=6))
def test_what_is_owed_changes_by_what_is_committed_less_what_is_paid(history, more):
    with rolled_back():
        stage = Stage(history)
        before = value_contracts(Asked(LATER))
        for step in more:
            stage.play(**step)
        after = value_contracts(Asked(LATER))
        both = with_commitment(before) & with_commitment(after)
        grown = {
            name: change(after, before, name, both) for name in ("committed", "paid", "outstanding", "unaccounted")
        }
        assert grown["outstanding"] + grown["unaccounted"] == grown["committed"] - grown["paid"]


def with_commitment(values: list[ContractValue]) -> set[int]:
    return {value.contract_id for value in values if value.committed is not None}


def change(after: list[ContractValue], before: list[ContractValue], name: str, contracts: set[int]) -> Decimal:
    sums = [
        sum((getattr(v, name) or Decimal(0) for v in values if v.contract_id in contracts), Decimal(0))
        for values in (after, before)
    ]
    return sums[0] - sums[1]


@pytest.mark.skipif("avoidable_low" not in AMOUNTS, reason="the answer does not say yet what leaving costs")
@random_histories
@given(histories)
def test_what_leaving_costs_and_saves_is_what_is_outstanding(history):
    with rolled_back():
        Stage(history)
        for day in (*DAYS[::3], LATER):
            for row in answer(Question(Asked(day), ("contract",))).rows:
                expect_balance(row.figures)


def expect_balance(figures: dict[str, Decimal | None]) -> None:
    """Of one contract, where known: end by end, and what is delivered against what is paid."""
    f = {name: figure for name, figure in figures.items() if figure is not None}
    for saved, cost in (("avoidable_low", "exit_high"), ("avoidable_high", "exit_low")):
        if saved in f:
            assert f[saved] + f[cost] == f["outstanding"]
    if "payable_now" in f:
        assert f["payable_now"] - f["advance_at_risk"] == f["delivered"] - f["paid"]
        assert min(f["payable_now"], f["advance_at_risk"]) == 0
