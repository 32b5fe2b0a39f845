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


def stated(given: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that were given a value; empty text and null count as not given."""
    return {name: value for name, value in given.items() if value is not None and value != ""}


def differences(row: models.Model, given: Mapping[str, Any]) -> tuple[str, ...]:
    """One warning that names each stated column that differs from the stored row's, with both values; or none."""
    differing = {name: value for name, value in stated(given).items() if getattr(row, name) != value}
    if not differing:
        return ()
    both = "; ".join(
        f"{name}: {_shown(value)} given, {_shown(getattr(row, name))} stored" for name, value in differing.items()
    )
    where = f"{row._meta.verbose_name} {row.pk} in {', '.join(differing)}"
    return (f"differs from {where}; the stored row stays, edit it if it is wrong ({both})",)


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "nothing"
    if isinstance(value, models.Model):
        return f"{value._meta.verbose_name} {value.pk}"
    if isinstance(value, dt.date):
        return value.isoformat()
    text = str(value)
    return f"“{text if len(text) <= SHOWN else text[:SHOWN] + '…'}”"
