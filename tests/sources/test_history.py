"""Descriptive rows are edited, and nothing of them is lost."""

from typing import Any

import pytest
from django.apps import apps

from tests.makers import make_contract, make_organization, make_program, make_source

pytestmark = pytest.mark.django_db

EDITS = [
    (make_organization, "name", "Organization"),
    (make_source, "title", "Document"),
    (make_program, "name", "Program"),
    (make_contract, "title", "Contract"),
]


@pytest.mark.parametrize(("make", "field", "model"), EDITS)
def test_every_label_that_a_row_ever_had_is_kept(make: Any, field: str, model: str) -> None:
    row = make()
    first = getattr(row, field)
    setattr(row, field, "Second")
    row.save(update_fields=[field])
    events = apps.get_model("procurement", f"{model}Event").objects.filter(pgh_obj_id=row.pk).order_by("pgh_id")
    assert [getattr(event, field) for event in events] == [first, "Second"]


def test_an_edit_by_sql_is_kept_too() -> None:
    program = make_program()
    type(program).objects.filter(pk=program.pk).update(domain="naval")
    events = apps.get_model("procurement", "ProgramEvent").objects.filter(pgh_obj_id=program.pk)
    assert events.filter(domain="naval").count() == 1
