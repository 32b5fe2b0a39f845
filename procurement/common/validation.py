"""Checks on a model's plain fields that the API, the admin and imports share."""

import datetime as dt
from decimal import Decimal
from functools import cache
from typing import Any, TypeAlias

from django.core.exceptions import ValidationError
from django.db import models

from procurement.common.errors import Complaints, Refused
from procurement.common.soundness import surely_sound
from procurement.common.texts import shows, text_fault

Plain: TypeAlias = "models.Field[Any, Any]"


def refuse_bad_texts(**texts: str) -> None:
    """Raise Refused when a text cannot even be looked up; for functions that search before they check the whole row."""
    faults = {name: fault for name, text in texts.items() if (fault := text_fault(text))}
    if faults:
        raise Refused(faults)


def complain_of_fields(row: models.Model, complaints: Complaints) -> None:
    """Check choices, lengths, digits and bad text of a row's own columns (recording functions check foreign keys)."""
    if not surely_sound(row):
        complain_in_full(row, complaints)


def complain_in_full(row: models.Model, complaints: Complaints) -> None:
    """Do so by Django's own checks of every column, which find the words."""
    plain = [field for field in row._meta.concrete_fields if field.editable and not field.is_relation]
    checked = {field.name for field in plain if not _complain_of_value(row, field, complaints)}
    try:
        row.clean_fields(exclude={field.name for field in row._meta.concrete_fields} - checked)
    except ValidationError as error:
        for name, said in error.message_dict.items():
            for message in said:
                complaints.add(name, message)


def _complain_of_value(row: models.Model, field: Plain, complaints: Complaints) -> bool:
    """Complain, in clearer words than Django's, about text that cannot be stored and values not among the choices."""
    value = getattr(row, field.attname)
    if isinstance(value, str) and (fault := text_fault(value)):
        complaints.add(field.name, fault)
    elif isinstance(value, str) and value and not field.blank and not shows(value):
        complaints.add(field.name, "must not be empty")
    elif field.choices and value not in field.empty_values and value not in dict(field.flatchoices):
        accepted = ", ".join(str(key) for key, _ in field.flatchoices)
        complaints.add(field.name, f"“{value}” is not accepted; accepted: {accepted}")
    else:
        return False
    return True


def missing_references(row: models.Model) -> list[str]:
    """The required foreign keys that are missing."""
    values = vars(row)
    return [name for name, attname in _needed(type(row)) if values.get(attname) is None]


@cache
def _needed(model: type[models.Model]) -> list[tuple[str, str]]:
    """The foreign keys that a row must have: their names, and the columns that hold the ids."""
    fields = model._meta.concrete_fields
    return [(field.name, field.attname) for field in fields if field.is_relation and not field.null]


def day_in(row: models.Model, column: str) -> dt.date | None:
    """A day of an unsaved row, which may be None or no date at all, although the stored column never is."""
    value = getattr(row, column)
    return value if isinstance(value, dt.date) else None


def number_in(row: models.Model, column: str) -> Decimal | None:
    """A finite number of an unsaved row, or None; the check of the columns complains about anything else."""
    value = getattr(row, column)
    return value if isinstance(value, Decimal) and value.is_finite() else None
