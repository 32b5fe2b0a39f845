"""Reading the rows that facts point to: all by one statement for each table, whether for one fact or for thousands."""

from collections.abc import Collection, Iterable, Sequence, Set
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import models
from django.db.models.base import ModelState
from django.db.models.fields.related import ForeignKey

from procurement.common.prepared_statements import Question, Rows, any_of, ask, ids

#: What is read under this lock keeps its key and its currency until the transaction ends (contracts/currency.py).
KEY_SHARE = "FOR KEY SHARE"
#: Transactions that lock a row so take turns; one that only refers to the row does not wait for them.
NO_KEY_UPDATE = "FOR NO KEY UPDATE"


@dataclass(frozen=True)
class Reading:
    """What some rows point to by a foreign key and do not hold yet, to be read with other things."""

    field: "ForeignKey[Any, Any]"
    lacking: Sequence[models.Model]
    lock: str = ""
    #: The ids of which other rows brought a version of their own.
    brought: Set[int] = frozenset()

    @property
    def model(self) -> type[models.Model]:
        """The table that is pointed to."""
        return self.field.related_model

    @property
    def question(self) -> Question:
        """The statement that reads it, and locks it where a lock is named."""
        return _select(self.model, self.lock), [ids(vars(row)[self.field.attname] for row in self.lacking)]

    def place(self, answer: Rows) -> Collection[int]:
        """Let the rows hold what was read. A row that names no stored row is left alone.

        Returns the ids that no row brought a version of, which may be older than what was read.
        """
        names = [field.attname for field in _read(self.model)]
        found = {row.pk: row for row in (_loaded(self.model, names, values) for values in answer)}
        attname, name = self.field.attname, self.field.name
        for row in self.lacking:
            if (pointed_to := found.get(vars(row)[attname])) is not None:
                row._state.fields_cache[name] = pointed_to
        return found.keys() - self.brought


def _loaded(model: type[models.Model], names: Sequence[str], values: Sequence[Any]) -> models.Model:
    """A stored row, as `from_db` makes it in ten times the time. Columns that were not read are when asked for."""
    row = model.__new__(model)
    vars(row).update(zip(names, values, strict=True))
    row._state = ModelState()
    row._state.adding, row._state.db = False, "default"
    return row


def reading(rows: Iterable[models.Model], name: str, lock: str = "") -> Reading | None:
    """What is to be read of a foreign key of some rows; None where nothing is."""
    wanted = list(rows)
    field: Any = type(wanted[0])._meta.get_field(name) if wanted else None
    attname = field.attname if wanted else ""
    lacking = [row for row in wanted if vars(row)[attname] is not None and name not in row._state.fields_cache]
    if not lacking:
        return None
    brought = {vars(row)[attname] for row in wanted if name in row._state.fields_cache}
    return Reading(field, lacking, lock, brought)


def read_references(rows: Iterable[models.Model], *names: str) -> None:
    """Read what some rows point to by these foreign keys and do not hold yet."""
    wanted = list(rows)
    found = [each for name in names if (each := reading(wanted, name))]
    for each, answer in zip(found, ask([each.question for each in found]), strict=True):
        each.place(answer)


def locking(model: type[models.Model], wanted: Iterable[int], lock: str) -> Question:
    """The statement that locks rows in the order of their ids, so that two who lock several cannot meet crosswise."""
    return _lock(model, lock), [ids(wanted)]


@cache
def _read(model: type[models.Model]) -> "Sequence[models.Field[Any, Any]]":
    """The columns that are read of a table: those that facts are checked by, where it says which; all of others."""
    checked_by = getattr(model, "CHECKED_BY", None)
    return [field for field in model._meta.concrete_fields if checked_by is None or field.name in checked_by]


@cache
def _select(model: type[models.Model], lock: str) -> bytes:
    columns = ", ".join(f'"{field.column}"' for field in _read(model))
    return f'SELECT {columns} FROM "{model._meta.db_table}" WHERE id = {any_of(1)} ORDER BY id {lock}'.encode()  # noqa: S608


@cache
def _lock(model: type[models.Model], lock: str) -> bytes:
    return f'SELECT id FROM "{model._meta.db_table}" WHERE id = {any_of(1)} ORDER BY id {lock}'.encode()  # noqa: S608
