"""The page of the twenty questions says what the service answers."""

import re
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.docs.asking import said, sources
from tests.docs.page import Question, Row, questions

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_sample")]

BASE = Path(settings.BASE_DIR)
QUESTIONS = questions(BASE / "docs" / "questions.md")
each_question = pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: f"Q{question.number}")

UNITS = {"million": 10**6, "billion": 10**9, "trillion": 10**12}
IN_UNITS = re.compile(r"(-?[\d.]+) (million|billion|trillion)\b")
#: A name of a row that another database gives another number.
BY_ID = re.compile(r"/\d+/|=\d+(?:&|$)")


@cache
def ask(address: str) -> Any:
    """What the service answers; asked once, however many rows of the page look into it."""
    response = Client().get(address)
    assert response.status_code == 200, (address, response.content)
    return response.json()


def answered(row: Row) -> str:
    """What stands in the answer; where nothing does, why."""
    try:
        return said(ask(row.address), row.where)
    except (LookupError, TypeError) as error:
        return f"{type(error).__name__}: {error}"


def documents() -> list[dict[str, Any]]:
    """Every document of the sample."""
    page = ask("/api/v1/documents/?page_size=1000")
    assert page["next"] is None
    found: list[dict[str, Any]] = page["results"]
    return found


def cases(question: Question) -> list[str]:
    return [row.case for row in question.rows]


def test_twenty_questions_are_asked_in_order():
    assert [question.number for question in QUESTIONS] == list(range(1, 21))
    assert all(question.title.endswith("?") for question in QUESTIONS)


@each_question
def test_every_answer_is_what_the_service_says(question):
    found = [(row.address, row.where, answered(row)) for row in question.rows]
    assert found == [(row.address, row.where, row.says) for row in question.rows]


@each_question
def test_a_question_is_answered_for_aegis_ashore_and_for_another_program(question):
    assert any(case.startswith("Aegis Ashore") for case in cases(question))
    assert any(not case.startswith("Aegis Ashore") for case in cases(question))


@each_question
def test_a_question_rests_on_documents_that_the_service_has(question):
    known = {each["url"]: (each["title"], each["publisher"], each["grade"]) for each in documents()}
    named = {source.url: (source.title, source.publisher, source.grade) for source in question.rests_on}
    assert named
    assert named == {url: known.get(url) for url in named}


@each_question
def test_the_source_of_every_fact_that_is_read_is_named(question):
    urls = {each["id"]: each["url"] for each in documents()}
    read = {urls[source] for row in question.rows for source in sources(ask(row.address), row.where)}
    assert read <= {source.url for source in question.rests_on}


@each_question
def test_where_an_answer_is_unknown_the_page_says_which_source_would_tell(question):
    if any(row.says == "null" for row in question.rows):
        assert re.search(r"\*\*Unknown:\*\*[^|]+would\s+tell", question.text)


@each_question
def test_an_answer_stays_the_same_in_another_year_and_in_another_database(question):
    addresses = {row.address for row in question.rows}
    assert {address for address in addresses if "as_of=" not in address or BY_ID.search(address)} == set()


@each_question
def test_an_amount_in_words_is_the_amount(question):
    for row in question.rows:
        for number, unit in IN_UNITS.findall(row.gloss):
            exact = Decimal(row.says) / UNITS[unit]
            assert Decimal(number) == round(exact, -Decimal(number).as_tuple().exponent), row
