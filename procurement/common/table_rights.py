"""What the service's role may do with each table: no more than the table's own triggers allow.

So a new table of facts needs no list: its triggers refuse changes, and for that reason the role gets no right to try.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pgtrigger
from django.apps import apps
from django.db import models
from pghistory.models import Context, Event
from pgtrigger import registry

from procurement.common.table_triggers import AppendOnly

#: Tables that no model stands for, and that only migrations write.
MIGRATIONS = "django_migrations"
#: Tables that no model stands for, and that the service writes.
PLAIN = frozenset({"procurement_spentunits"})


@dataclass(frozen=True)
class Rights:
    """What may be done with the rows of a table; nobody may TRUNCATE any. `columns`: UPDATE of these alone."""

    insert: bool = True
    update: bool = True
    delete: bool = True
    columns: tuple[str, ...] = ()

    @property
    def appends_only(self) -> bool:
        """Whether what is written there stays."""
        return not (self.update or self.delete or self.columns)


#: Of tables that only the owner writes: history, by triggers that run as the owner, and what migrations ran.
READ = Rights(insert=False, update=False, delete=False)


def rights_by_table() -> dict[str, Rights]:
    """The rights to every table of every app, by its name. A table that is not among them may only be read."""
    triggers: dict[Any, list[Any]] = {}
    for model, trigger in registry.registered():
        triggers.setdefault(model, []).append(trigger)
    found = {
        model._meta.db_table: _rights(model, triggers.get(model, ()))
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }
    return found | {MIGRATIONS: READ} | dict.fromkeys(PLAIN, Rights())


def append_only_tables() -> list[str]:
    """The names of the tables whose rows stay as they were written; the context of history may grow for a while."""
    others = {MIGRATIONS, Context._meta.db_table}
    return sorted({table for table, rights in rights_by_table().items() if rights.appends_only} - others)


def _rights(model: Any, triggers: Iterable[Any]) -> Rights:
    if issubclass(model, (Event, Context)):
        return READ
    update = delete = True
    columns: list[str] = []
    for trigger in triggers:
        if isinstance(trigger, pgtrigger.ReadOnly):
            update = False
            columns = _open_columns(model, trigger)
        elif isinstance(trigger, (AppendOnly, pgtrigger.Protect)) and not trigger.condition:
            refused = str(trigger.operation)
            update, delete = update and "UPDATE" not in refused, delete and "DELETE" not in refused
    return Rights(update=update, delete=delete, columns=tuple(columns))


def _open_columns(model: type[models.Model], trigger: pgtrigger.ReadOnly) -> list[str]:
    """The columns that a trigger leaves open to change."""
    fields = {field.name: field.column for field in model._meta.concrete_fields if not field.primary_key}
    if trigger.exclude:
        opened = set(trigger.exclude)
    else:
        opened = set(fields).difference(trigger.fields) if trigger.fields else set()
    return sorted(fields[name] or "" for name in opened)
