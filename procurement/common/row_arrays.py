"""Rows as arrays, one for each column, so that one statement stores or looks for any number of them."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import models

from procurement.common.prepared_statements import array, quoted


@dataclass(frozen=True)
class Column:
    """A column as a statement is given it: the type of its array, and how a value is written there."""

    attname: str
    name: str
    type: str
    text: Callable[[Any], str]


def _of_day(value: dt.date) -> str:
    return value.isoformat()


def _of_truth(value: bool) -> str:  # noqa: FBT001
    return "t" if value else "f"


#: The type of a column and how its values are written, by the type that Django gives it.
_WRITTEN: Mapping[str, tuple[str, Callable[[Any], str]]] = {
    "BigAutoField": ("bigint", str),
    "ForeignKey": ("bigint", str),
    "OneToOneField": ("bigint", str),
    "PositiveSmallIntegerField": ("smallint", str),
    "DateField": ("date", _of_day),
    "DateTimeField": ("timestamptz", _of_day),
    "DecimalField": ("numeric", str),
    "BooleanField": ("boolean", _of_truth),
    "CharField": ("text", quoted),
    "TextField": ("text", quoted),
}


@cache
def columns(model: type[models.Model], without: frozenset[str]) -> tuple[Column, ...]:
    """The columns of a table but for some. Raises KeyError for a type that no such table had yet."""
    fields: list[models.Field[Any, Any]] = [each for each in model._meta.concrete_fields if each.name not in without]
    return tuple(Column(each.attname, f'"{each.column}"', *_WRITTEN[each.get_internal_type()]) for each in fields)


def arrays(rows: Sequence[models.Model], wanted: Iterable[Column]) -> list[str]:
    """The values of some columns, an array each, for `ask`."""
    values = [vars(row) for row in rows]
    return [
        array(["NULL" if (value := of[each.attname]) is None else each.text(value) for of in values]) for each in wanted
    ]


def unnested(given: Sequence[Column]) -> str:
    """The table `u` that the arrays of some columns make, as $1, $2 and so on."""
    types = ", ".join(f"${number}::{column.type}[]" for number, column in enumerate(given, start=1))
    return f"unnest({types}) AS u ({', '.join(column.name for column in given)})"
