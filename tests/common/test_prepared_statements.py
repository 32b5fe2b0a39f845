"""Statements that are planned once: sent together, in any state of the session."""

import pytest
from django.db import DatabaseError, transaction

from procurement.common.prepared_statements import any_of, array, ask, fetched, ids, planned_once, quoted

pytestmark = pytest.mark.django_db

SUM = b"SELECT sum(n) FROM unnest($1::bigint[]) n"
WORDS = b"SELECT word FROM unnest($1::text[]) word"
FAULT = b"SELECT 1 / n FROM unnest($1::bigint[]) n"


def test_each_question_has_its_rows():
    assert ask([(SUM, [ids([3, 1, 3])]), (WORDS, ["{a,b}"]), (SUM, ["{}"])]) == [[(4,)], [("a",), ("b",)], [(None,)]]
    assert ask([(SUM, [array(["1", "1"])])]) == [[(2,)]]
    assert ask([]) == []


@pytest.mark.parametrize("text", ["", "NULL", 'a "b" \\ c', "{x,y}", "第三回\n", " ", "'", "\\'"])
def test_a_text_in_an_array_comes_out_as_it_went_in(text):
    assert ask([(WORDS, [array([quoted(text), "NULL"])])]) == [[(text,), (None,)]]


@pytest.mark.parametrize("questions", [1, 2])
def test_after_an_error_in_a_savepoint_the_session_goes_on(questions):
    ask([(SUM, ["{1}"])])
    with pytest.raises(DatabaseError, match="division by zero"), transaction.atomic():
        ask([(SUM, ["{1}"]), (FAULT, ["{0}"])][-questions:])
    assert ask([(SUM, ["{1,2}"])]) == [[(3,)]]


def test_a_statement_that_looks_up_one_value_is_planned_for_any_after_its_fifth_time():
    statement = f"SELECT relname FROM pg_class WHERE oid = {any_of(1, 'oid')}".encode()
    for _ in range(8):
        assert ask([(statement, ["{1259}"])]) == [[("pg_class",)]]
    plans = "SELECT custom_plans, generic_plans FROM pg_prepared_statements WHERE statement = %(statement)s"
    assert fetched(plans, {"statement": statement.decode()}) == [(5, 3)]


def test_plans_that_end_with_a_block_take_none_of_these_with_them_for_good():
    ask([(SUM, ["{1}"])])
    with planned_once() as fetch:
        assert fetch("SELECT %(n)s::int", {"n": 5}) == [(5,)]
    assert ask([(SUM, ["{1,2}"]), (WORDS, ["{a}"])]) == [[(3,)], [("a",)]]


@pytest.mark.django_db(transaction=True)
def test_outside_of_a_transaction_and_at_the_beginning_of_one():
    assert ask([(SUM, ["{1}"])]) == [[(1,)]]
    with transaction.atomic():
        assert ask([(SUM, ["{2}"])]) == [[(2,)]]
