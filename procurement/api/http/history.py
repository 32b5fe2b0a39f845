"""The history of a descriptive row: when it was changed, by whom, and each column from what to what, in names."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.contrib.auth.models import User
from django.db import models
from rest_framework import serializers
from rest_framework.request import Request

from procurement.access.roles import ANALYST, reaches
from procurement.api.http.access import reach
from procurement.api.http.filtering import query
from procurement.api.http.pagination import Cursor, filters_hash, opened, page_size, sealed
from procurement.parties.models import Organization, OrganizationIdentifier
from procurement.programs.models import Program
from procurement.sources.models import Document

#: What is shown in place of the id of another row.
NAMED: Mapping[type[models.Model], str] = {Organization: "name", Document: "title", Program: "code"}
#: Rows whose history is part of another row's: the column by which they belong to it.
PARTS: Mapping[type[models.Model], Sequence[tuple[type[models.Model], str]]] = {
    Organization: [(OrganizationIdentifier, "organization")]
}
#: Columns that are made from others, or that never change.
NOT_SHOWN = frozenset(
    {
        "id", "created_at", "entered_by", "organization", "match_key", "reference_key", "local_key", "bare_key",
        "scheme_key", "value_key",
    }
)  # fmt: skip


class ChangeOfRowShape(serializers.Serializer[Any]):
    """One change of a row. `by` is null for readers, who see what was changed and not who changed it."""

    at = serializers.DateTimeField()
    by = serializers.CharField(allow_null=True, help_text="a user's name, or the import that changed it")
    part = serializers.CharField(help_text="what was changed: the row itself, or an identifier of an organization")
    what = serializers.ChoiceField(choices=["created", "changed"])
    changes = serializers.DictField(help_text="each changed column: `from` what `to` what; rows by their names")


class HistoryShape(serializers.Serializer[Any]):
    """Every change of a row, the first one first."""

    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = ChangeOfRowShape(many=True)


@dataclass(frozen=True)
class Change:
    """An event of a table's history, and the one before it of the same row."""

    event: Any
    before: Any

    @property
    def columns(self) -> list[Any]:
        """The columns that it changed: of a new row, those that are not empty."""
        return [
            column
            for column in type(self.event)._meta.concrete_fields
            if not column.name.startswith("pgh_") and column.name not in NOT_SHOWN and self._differs(column.attname)
        ]

    def _differs(self, name: str) -> bool:
        now = getattr(self.event, name)
        return now not in (None, "") if self.before is None else now != getattr(self.before, name)


def changes_of(row: models.Model) -> list[Change]:
    """Every change of a row and of its parts, in order. One query for each table."""
    tables = [(type(row), "pgh_obj"), *PARTS.get(type(row), ())]
    found = [change for table, column in tables for change in _changes(table, column, row.pk)]
    return sorted(found, key=lambda change: change.event.pgh_created_at)


def _changes(table: Any, column: str, pk: int) -> Iterator[Change]:
    events = table.pgh_event_model.objects.filter(**{column: pk}).select_related("pgh_context")
    before, last = None, None
    for event in events.order_by("pgh_obj", "pgh_id"):
        before = last if last is not None and last.pgh_obj_id == event.pgh_obj_id else None
        yield Change(event, before)
        last = event


def shown(found: Sequence[Change], *, with_names: bool) -> list[dict[str, Any]]:
    """Changes as they are answered. A query for each table that their columns name, and one for users."""
    labels = _labels(found)
    users = _users(found) if with_names else {}
    return [
        {
            "at": each.event.pgh_created_at,
            "by": _by(each, users) if with_names else None,
            "part": type(each.event).pgh_tracked_model._meta.verbose_name,
            "what": "created" if each.before is None else "changed",
            "changes": {column.name: _pair(each, column, labels) for column in each.columns},
        }
        for each in found
    ]


def _pair(change: Change, column: Any, labels: Mapping[tuple[Any, Any], str]) -> dict[str, Any]:
    def value(event: Any) -> Any:
        given = None if event is None else getattr(event, column.attname)
        return given if column.related_model is None else labels.get((column.related_model, given), given)

    return {"from": value(change.before), "to": value(change.event)}


def _labels(found: Iterable[Change]) -> dict[tuple[Any, Any], str]:
    ids: dict[Any, set[Any]] = {}
    for each in found:
        for column in each.columns:
            if column.related_model in NAMED:
                values = {getattr(event, column.attname) for event in (each.event, each.before) if event is not None}
                ids.setdefault(column.related_model, set()).update(values - {None})
    return {
        (table, pk): label
        for table, wanted in ids.items()
        for pk, label in cast("Any", table).everything.filter(pk__in=wanted).values_list("pk", NAMED[table])
    }


def _users(found: Iterable[Change]) -> dict[int, str]:
    ids = {user for each in found if (user := _user(each)) is not None}
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "username"))


def _user(change: Change) -> int | None:
    """Who made the change: whom its context names, else who entered the row."""
    said = _context(change).get("user")
    return said or (change.event.entered_by_id if change.before is None else None)


def _by(change: Change, users: Mapping[int, str]) -> str | None:
    batch = _context(change).get("import_batch")
    return users.get(_user(change) or 0) or (f"import {batch}" if batch else None)


def _context(change: Change) -> Mapping[str, Any]:
    context = change.event.pgh_context
    return {} if context is None else context.metadata


def sees_names(request: Request) -> bool:
    """Whether a request may see who changed a row: analysts may, who see the same in the admin."""
    return reaches(reach(request), ANALYST)


def page(request: Request, params: Mapping[str, str], row: models.Model) -> dict[str, Any]:
    """One page of a row's history. Changes are only added at its end, so pages do not move."""
    found, size, belongs_to = changes_of(row), page_size(params), filters_hash(request.path, params)
    start = int(opened(params["cursor"], belongs_to).values[0]) if "cursor" in params else 0

    def link(to: int) -> str:
        return f"{request.build_absolute_uri(request.path)}?{query(params, cursor=sealed(Cursor((to,)), belongs_to))}"

    return {
        "next": link(start + size) if start + size < len(found) else None,
        "previous": link(max(start - size, 0)) if start else None,
        "results": shown(found[start : start + size], with_names=sees_names(request)),
    }


def every(request: Request, row: models.Model) -> list[dict[str, Any]]:
    """All of a row's history."""
    return shown(changes_of(row), with_names=sees_names(request))
