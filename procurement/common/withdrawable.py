"""Rows that leave every list and view when the import that made them was taken back."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import models

from procurement.common.editable import EditableModel


class Withdrawable(EditableModel):
    """An editable row that can be withdrawn.

    It is kept, because facts that were reversed refer to it. When the same row is named again it is found, and returns.
    `objects` leaves withdrawn rows out; `everything` does not, for matching and for rows that stored facts name.
    """

    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(EditableModel.Meta):
        abstract = True


class Present:
    """What makes a manager leave out withdrawn rows."""

    def get_queryset(self) -> Any:
        """The rows that were not withdrawn."""
        return super().get_queryset().filter(withdrawn_at=None)  # type: ignore[misc]


def recorded_then(moment: dt.datetime) -> models.Q:
    """The condition that a row was recorded by a moment, and not withdrawn by then."""
    return models.Q(created_at__lte=moment) & (models.Q(withdrawn_at=None) | models.Q(withdrawn_at__gt=moment))


def bring_back(rows: Iterable[Any]) -> list[Any]:
    """Let withdrawn rows of one table be in view again; returns those that were withdrawn."""
    gone = [row for row in rows if row.withdrawn_at is not None]
    if gone:
        type(gone[0]).everything.filter(pk__in=[row.pk for row in gone]).update(withdrawn_at=None)
    for row in gone:
        row.withdrawn_at = None
    return gone


def store_new(row: Any, withdrawn: Any) -> None:
    """Insert a new row, or let it take the place of the withdrawn one that has its key."""
    if withdrawn is None:
        row.save(force_insert=True)
        return
    row.pk, row.created_at = withdrawn.pk, withdrawn.created_at
    row.save(force_update=True)
