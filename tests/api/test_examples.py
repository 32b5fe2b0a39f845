"""The examples of the description are what the service answers about the sample."""

import re
from typing import Any

import pytest
from django.test import Client

from procurement.api.description.examples import examples

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_sample")]

#: What another database has otherwise: numbers of rows, moments, cursors and permalinks.
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT")


def settled(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: settled(each) for name, each in value.items() if name not in {"next", "after", "permalink"}}
    if isinstance(value, list):
        return [settled(each) for each in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return "a number"
    return "a moment" if isinstance(value, str) and MOMENT.match(value) else value


def test_each_is_answered_so_today():
    recorded = {each["asked"]: each["answer"] for each in examples().values() if each["asked"].startswith("GET ")}
    answered = {asked: Client().get(asked.removeprefix("GET ")).json() for asked in recorded}
    assert [asked for asked in recorded if settled(answered[asked]) != settled(recorded[asked])] == []
