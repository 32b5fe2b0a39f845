"""Garbage in one field of a body that is good otherwise: refused, by the name of that field."""

from typing import Any

import pytest
from django.db import transaction

from procurement.api.http.fields import Rows, Several, Text, YesNo
from procurement.api.imports.shapes import Headings
from procurement.api.urls import RESOURCES
from tests.api.test_end_to_end import PROGRAM, contract_body
from tests.api.test_facts import FACTS, body_of
from tests.api.test_rates import BUDGET
from tests.imports.arms_list import arms_mapping
from tests.makers import make_contract, make_organization, make_program, make_source

WRITTEN = {name: resource for name, resource in RESOURCES.items() if hasattr(resource, "body")}

GARBAGE: tuple[Any, ...] = ([], {"a": 1}, 10**40, True)
LETTERS = "\u202e9"
#: Fields of text in which only some texts mean anything; the others take any.
SPELLED = {"base", "code", "country", "currency", "quote", "sha256", "share_of", "url"}
#: What is garbage elsewhere, and a good value for fields of these kinds.
GOOD: tuple[tuple[type, Any], ...] = ((YesNo, True), (Several, []), (Rows, []), (Headings, []))


@pytest.fixture
def body(db, name):
    """A body that the resource accepts."""
    make_program("one"), make_program("two")
    source = make_source("2020-06-20").pk
    bodies = {
        "organizations": {"name": "Maker"},
        "documents": {"title": "Award", "url": "https://example.org/another"},
        "programs": PROGRAM,
        "contracts": contract_body(make_organization().pk, allocations=[]),
        "exchange-rates": BUDGET | {"source": source},
        "fiscal-years": {"country": "AU", "first_month": 7},
        "column-mappings": arms_mapping(),
        "assignment-rules": {"program": "one", "text": "radar", "source": source},
    }
    return body_of(name, make_contract().pk, source) if name in FACTS else bodies[name]


def garbage(field, kind):
    """What the field cannot take."""
    letters = (LETTERS,) if field in SPELLED or not isinstance(kind, Text) else ()
    good = [value for good_for, value in GOOD if isinstance(kind, good_for)]
    return [value for value in (*GARBAGE, *letters) if value not in good]


def named(analyst, name, body):
    """The fields that a refusal names; nothing where the body is taken."""
    with transaction.atomic():
        answer = analyst.post(f"{name}/", body)
        transaction.set_rollback(True)
    return {path.split(".")[0] for path in answer.json()["errors"]} if answer.status_code == 400 else set()


@pytest.mark.parametrize("name", WRITTEN)
def test_garbage_in_any_field_is_refused_by_its_name(analyst, name, body):
    fields = WRITTEN[name].body().fields
    asked = [(field, value) for field, kind in fields.items() for value in garbage(field, kind)]
    assert [(field, value) for field, value in asked if named(analyst, name, body | {field: value}) != {field}] == []


@pytest.mark.parametrize("name", WRITTEN)
def test_without_the_garbage_it_is_taken(analyst, name, body):
    analyst.made(f"{name}/", body)
