"""New rows of a descriptive table, stored by one statement."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any, Generic, TypeVar

from django.db import connection, models

from procurement.common.matching import Found
from procurement.common.prepared_statements import ask
from procurement.common.row_arrays import arrays, columns, unnested
from procurement.common.withdrawable import bring_back
from procurement.imports.posting.attribution import Attribution
from procurement.sources.appending import drafted

M = TypeVar("M", bound=models.Model)
#: What the database says of a new row.
OF_THE_DATABASE = frozenset({"created_at", "withdrawn_at"})


class Fresh(Generic[M]):
    """Rows to store. Each gets its id when it is added, so that warnings about later rows of a file can name it."""

    def __init__(self, model: type[M], most: int) -> None:
        self.model, self.most = model, most
        self.rows: list[M] = []
        self._ids: Iterator[int] = iter(())

    def add(self, row: M) -> M:
        """Add a sound row."""
        row.pk = self._next_id()
        self.rows.append(row)
        return row

    def store(self) -> None:
        """Insert the rows."""
        if self.rows:
            ask([(_insert(self.model), arrays(self.rows, columns(self.model, OF_THE_DATABASE)))])

    def _next_id(self) -> int:
        found = next(self._ids, None)
        if found is None:
            self._ids = iter(_drawn(self.model, self.most))
            found = next(self._ids)
        return found


class Returning:
    """Withdrawn rows that a file names again: they return, as rows of its batch."""

    def __init__(self, attribution: Attribution) -> None:
        self.attribution = attribution
        self.rows: list[Any] = []

    def found(self, found: Found[Any]) -> Found[Any]:
        """A matched row, as a new one where it was withdrawn."""
        if found.row.withdrawn_at is None or any(row.pk == found.row.pk for row in self.rows):
            return found
        self.rows.append(found.row)
        return replace(found, created=True)

    def store(self) -> None:
        """Let them be in view again."""
        if back := bring_back(self.rows):
            self.attribution.note(back)


def drafted_row(model: type[M], columns: Mapping[str, Any]) -> M:
    """An unsaved row, with the rows that it names, in a fraction of the time that the model's own call takes."""
    named = {name: value for name, value in columns.items() if name in _names_of_rows(model)}
    row: M = drafted(
        model,
        {name: value for name, value in columns.items() if name not in named}
        | {f"{name}_id": None if value is None else value.pk for name, value in named.items()},
    )
    row._state.fields_cache.update(named)
    return row


@cache
def _names_of_rows(model: type[models.Model]) -> frozenset[str]:
    return frozenset(field.name for field in model._meta.concrete_fields if field.is_relation)


@cache
def _insert(model: type[models.Model]) -> bytes:
    """The statement that stores any number of rows: Django's own takes a parameter for each value."""
    given = columns(model, OF_THE_DATABASE)
    names = ", ".join(each.name for each in given)
    return f"INSERT INTO {model._meta.db_table} ({names}) SELECT {names} FROM {unnested(given)} RETURNING id".encode()  # noqa: S608


def _drawn(model: type[Any], count: int) -> list[int]:
    """Ids that no other row has or will have."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, max(count, 1)],
        )
        return [pk for (pk,) in cursor.fetchall()]
