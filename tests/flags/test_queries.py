"""The number of queries does not depend on the number of programs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procurement.common.dates import Asked
from procurement.flags.screening.screen import backtest, screen
from tests.makers import day, decide, make_contract, make_program, post

pytestmark = pytest.mark.django_db

TODAY = day("2020-07-25")


def stopped(count: int) -> list[int]:
    """Programs with flags of three rules each."""
    made = [make_program() for _ in range(count)]
    for program in made:
        contract = make_contract(program, committed="100")
        decide(program, "suspended", "2020-06-15")
        post(contract, "1", on="2020-07-01")
        post(contract, "1", "payment", on="2020-07-01")
    return [program.pk for program in made]


def queries(work) -> int:
    """How many queries a piece of work takes, savepoints and what `ask` sends aside."""
    with CaptureQueriesContext(connection) as captured:
        work()
    return sum("SAVEPOINT" not in query["sql"] for query in captured.captured_queries)


def test_screening_one_program_and_twenty_takes_the_same_queries():
    one, twenty = stopped(1), stopped(20)
    assert queries(lambda: screen(one, today=TODAY)) == queries(lambda: screen(twenty, today=TODAY)) == 10


def test_screening_again_stores_nothing():
    twenty = stopped(20)
    screen(twenty, today=TODAY)
    assert queries(lambda: screen(twenty, today=TODAY)) == 8


def test_a_backtest_of_one_program_and_twenty_takes_the_same_queries():
    one, twenty = stopped(1), stopped(20)
    asked = Asked(as_of=TODAY)
    assert (
        queries(lambda: backtest(asked, program_ids=one)) == queries(lambda: backtest(asked, program_ids=twenty)) == 5
    )
