"""Edits of descriptive rows by imports: under whose name their history keeps them, and which a person edited."""

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import pghistory
from django.apps import apps
from django.db import models

from procurement.common.matching import Found

#: The name under which the history of a row keeps the batch that edited it; a person is kept as `user`.
BATCH, PERSON = "import_batch", "user"


@dataclass(frozen=True)
class Told(Found[Any]):
    """A matched row of which a file has news: taken (`updated`), or waiting for a person (`queued`).

    `doubtful` says which other organizations may be the same.
    """

    updated: str = ""
    queued: str = ""
    column: str = ""
    doubtful: tuple[str, ...] = ()


def kept_as(batch_id: int | None) -> AbstractContextManager[Any]:
    """A block whose edits the history of rows keeps as those of a batch."""
    context: AbstractContextManager[Any] = pghistory.context(**{BATCH: batch_id})
    return context


def edited_by_a_person(model: type[models.Model], ids: Collection[int], columns: Sequence[str]) -> set[int]:
    """Of some rows those in which a person, and no import, was the last to change some columns."""
    events: Any = apps.get_model("procurement", f"{model.__name__}Event")
    found = events.objects.filter(pgh_obj__in=ids).order_by("pgh_obj_id", "pgh_id")
    before: dict[int, Any] = {}
    last: dict[int, bool] = {}
    for pk, metadata, *values in found.values_list("pgh_obj_id", "pgh_context__metadata", *columns):
        if before.setdefault(pk, values) != values:
            last[pk] = PERSON in (metadata or {})
        before[pk] = values
    return {pk for pk, by_a_person in last.items() if by_a_person}
