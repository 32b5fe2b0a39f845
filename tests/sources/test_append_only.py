"""Facts are appended: no SQL changes or removes one."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError

from procurement.imports.formats.portfolio import parse
from procurement.imports.loading import load
from procurement.recorders import FACT_TABLES
from procurement.sources.facts import Fact, fact_models, rows_of
from tests.imports.texts import WHOLE
from tests.makers import decide, make_program

pytestmark = pytest.mark.django_db

COMMANDS = [
    "UPDATE {} SET note = 'changed'",
    "UPDATE {} SET recorded_at = now() - interval '1 year'",
    "DELETE FROM {}",
    "TRUNCATE {} CASCADE",
]


@pytest.fixture(scope="module", autouse=True)
def one_row_in_every_table(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A portfolio with a row of every kind, rolled back after this module."""
    with django_db_blocker.unblock(), transaction.atomic():
        load([parse("a.yaml", WHOLE)])
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("model", fact_models(), ids=lambda model: model.__name__)
@pytest.mark.parametrize("command", COMMANDS)
def test_sql_that_changes_a_fact_is_refused(model: type[Fact], command: str) -> None:
    before = list(rows_of(model).order_by("pk").values_list())
    with pytest.raises(DatabaseError, match="holds facts"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(command.format(model._meta.db_table))
    assert before == list(rows_of(model).order_by("pk").values_list())


@pytest.mark.parametrize("model", fact_models(), ids=lambda model: model.__name__)
def test_the_orm_is_refused_too(model: Any) -> None:
    row = model.objects.order_by("pk").first()
    for act in (row.save, row.delete, lambda: model.objects.update(note="changed"), model.objects.all().delete):
        with pytest.raises((DatabaseError, ProtectedError)), transaction.atomic():
            act()


def test_every_kind_of_fact_is_in_the_list() -> None:
    assert {*fact_models()} == {table.model for table in FACT_TABLES}


def test_what_a_fact_rests_on_cannot_be_deleted() -> None:
    decision = decide(make_program(), "suspended")
    for row in (decision.program, decision.source):
        with pytest.raises(DatabaseError), transaction.atomic():
            row.delete()
