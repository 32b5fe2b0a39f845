"""`expand=` and `fields=`: what stands behind the ids of a row, and only those of its fields that are wanted.

Both work on rows as they are answered, some at a time, so that each table is read once for all of them. What is
expanded is put beside the ids, in `expanded`, so that no field has another type than it is described with.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.utils.module_loading import import_string
from rest_framework.fields import Field
from rest_framework.serializers import BaseSerializer, Serializer

from procurement.api.http.filtering import split
from procurement.common.dates import Asked
from procurement.common.errors import Refused

if TYPE_CHECKING:
    from procurement.api.http.viewsets import Listing

EXPAND, FIELDS, EXPANDED = "expand", "fields", "expanded"
#: Parameters that do not change which rows there are.
SHOWING = frozenset({EXPAND, FIELDS})
#: How many rows of a streamed answer are expanded at a time.
CHUNK = 1000

CONTRACT, ORGANIZATION, DOCUMENT, PROGRAM = (
    "procurement.api.records." + each
    for each in ("contracts.Contracts", "organizations.Organizations", "documents.Documents", "programs.Programs")
)
#: The fields that hold an id or a code -> the resource that it is of; in `other`, codes are of programs.
REFERENCES: Mapping[str, str] = {
    **dict.fromkeys(("contract", "counterpart"), CONTRACT),
    **dict.fromkeys(("program",), PROGRAM),
    **dict.fromkeys(
        (
            "buyer", "organization", "speaker_organization", "borne_by", "decided_by", "guarantor", "other",
            "candidate", "merged_into",
        ),
        ORGANIZATION,
    ),
    **dict.fromkeys(("source",), DOCUMENT),
}  # fmt: skip


@dataclass(frozen=True)
class Showing:
    """What a request wants to be shown of each row: its fields, all where none are named, and what behind its ids."""

    asked: Asked
    expand: Sequence[str] = ()
    fields: Sequence[str] | None = None

    def rows(self, rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """The rows as they are wanted. A query for each expanded table and thousand rows, and what its shape takes."""
        left = iter(rows)
        while chunk := list(islice(left, CHUNK)):
            yield from map(self._chosen, self._expanded(chunk) if self.expand else chunk)

    def columns(self, names: Sequence[str]) -> list[str]:
        """Those of the columns of a file that are wanted, in their own order."""
        kept = [name for name in names if self.fields is None or name in self.fields]
        return [*kept, EXPANDED] if self.expand else kept

    @property
    def changes(self) -> bool:
        """Whether rows are shown otherwise than they are."""
        return bool(self.expand) or self.fields is not None

    def _chosen(self, row: dict[str, Any]) -> dict[str, Any]:
        if self.fields is None:
            return row
        return {name: value for name, value in row.items() if name in self.fields or name == EXPANDED}

    def _expanded(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        wanted: dict[str, set[Any]] = {}
        for row in rows:
            for name in self.expand:
                wanted.setdefault(_resource(name, row), set()).add(row.get(name))
        known = {resource: behind(resource, values - {None}, self.asked) for resource, values in wanted.items()}
        return [
            row | {EXPANDED: {name: known[_resource(name, row)].get(row.get(name)) for name in self.expand}}
            for row in rows
        ]


def _resource(name: str, row: Mapping[str, Any]) -> str:
    """Of which resource a field is; codes are of programs."""
    return PROGRAM if isinstance(row.get(name), str) else REFERENCES[name]


def behind(resource: str, values: Iterable[Any], asked: Asked) -> dict[Any, dict[str, Any]]:
    """The rows with these ids, or codes of programs, as their own addresses show them at the asked dates."""
    viewset: type[Listing] = import_string(resource)
    key = "code" if resource == PROGRAM else "id"
    found = viewset.outside_of_requests(asked)
    rows = viewset.model.everything.filter(**{f"{key}__in": list(values)})  # type: ignore[attr-defined]
    return {row[key]: row for row in found.every(rows.order_by("pk"))}


def expandable(shape: type[Serializer[Any]]) -> list[str]:
    """The fields of rows that hold ids or codes; one of such a name that holds an object has nothing behind it."""
    return [name for name, field in shape().fields.items() if name in REFERENCES and not is_nested(field)]


def is_nested(field: Field[Any, Any, Any, Any]) -> bool:
    """Whether a field holds an object, or a list of them."""
    return isinstance(field, BaseSerializer)


def showing(params: Mapping[str, str], asked: Asked, known: Sequence[str], shape: type[Serializer[Any]]) -> Showing:
    """What a request wants to be shown of rows with known fields. Raises Refused naming what is unknown."""
    nested = {name for name, field in shape().fields.items() if is_nested(field)}
    expand = _named(params, EXPAND, [name for name in known if name in REFERENCES and name not in nested]) or ()
    return Showing(asked, expand, _named(params, FIELDS, known))


def _named(params: Mapping[str, str], name: str, known: Sequence[str]) -> list[str] | None:
    if name not in params:
        return None
    try:
        given = list(dict.fromkeys(split(params[name])))
    except ValueError as error:
        raise Refused({name: f"{error}; accepted: {', '.join(known)}"}) from error
    if unknown := [each for each in given if each not in known]:
        says = f"accepted: {', '.join(known)}" if known else "nothing here can be expanded; leave it out"
        raise Refused({name: f"“{', '.join(unknown)[:100]}” is unknown here; {says}"})
    return given
