"""The stored row that a request or a file names: a match edits nothing, and reports differences."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)

#: A value is shown in a warning up to here.
SHOWN = 80


@dataclass(frozen=True)
class Found(Generic[M]):
    """The matched row; `warnings` name the given values that differ from the stored ones."""

    row: M
    created: bool = False
    warnings: tuple[str, ...] = ()
    #: the row that was named, where another one stands for it now
    named: M | None = None

    @property
    def as_named(self) -> M:
        """The row that was named itself."""
        return self.row if self.named is None else self.named


def stated(given: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that were given a value; empty text and null count as not given."""
    return {name: value for name, value in given.items() if value is not None and value != ""}


def differences(row: models.Model, given: Mapping[str, Any]) -> tuple[str, ...]:
    """One warning that names each stated column that differs from the stored row's, with both values; or none."""
    said = ((name, value, getattr(row, name)) for name, value in stated(given).items())
    differing = {name: value for name, value, stored in said if value != stored and not _are_one(value, stored)}
    if not differing:
        return ()
    both = "; ".join(
        f"{name}: {_shown(value)} given, {_shown(getattr(row, name))} stored" for name, value in differing.items()
    )
    where = f"{row._meta.verbose_name} {row.pk} in {', '.join(differing)}"
    return (f"differs from {where}; the stored row stays, edit it if it is wrong ({both})",)


def _are_one(value: Any, stored: Any) -> bool:
    """Whether two rows of a table that can say so are one."""
    are_one = getattr(type(value), "are_one", None)
    return are_one is not None and stored is not None and bool(are_one(value.pk, stored.pk))


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "nothing"
    if isinstance(value, models.Model):
        return f"{value._meta.verbose_name} {value.pk}"
    if isinstance(value, dt.date):
        return value.isoformat()
    text = str(value)
    return f"“{text if len(text) <= SHOWN else text[:SHOWN] + '…'}”"
