"""What every descriptive resource does besides reading: create, change under a lock, and give its version."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.db import models
from django.http import Http404, HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from procurement.api.http import history
from procurement.api.http.conditional import refuse_stale, row_version
from procurement.api.http.fields import Body, read_body
from procurement.api.http.idempotency import written
from procurement.api.http.pagination import link_header
from procurement.api.http.viewsets import Names, Resource
from procurement.api.http.warnings import warnings_of, with_warnings
from procurement.sources.past_view import as_recorded, in_past_view


def attname(model: type[models.Model], name: str) -> str:
    """The column's attribute of a field: an id for a foreign key."""
    field: Any = model._meta.get_field(name)
    return str(field.attname)


class EditableResource(Resource):
    """Rows that are edited, with their history kept; nothing is deleted."""

    many: ClassVar[frozenset[str]] = frozenset({"list", "history"})
    model: ClassVar[type[models.Model]]
    body: ClassVar[type[Body]]
    #: Fields that identify the row and so cannot be changed.
    fixed: ClassVar[frozenset[str]] = frozenset()

    def get_queryset(self) -> models.QuerySet[Any]:
        return self.model._default_manager.all()

    #: The warnings of the current request.
    said: Sequence[str] = ()

    # hooks

    def created(self, given: dict[str, Any]) -> models.Model:
        """Store a new row with the area's recording function."""
        raise NotImplementedError

    def check(self, row: Any) -> None:
        """Raise Refused when a changed row has invalid values, Conflict when it conflicts with a stored row."""

    def changed(self, row: Any, given: dict[str, Any]) -> list[str]:
        """Set the given fields on a locked row; returns the columns to save."""
        for name, value in given.items():
            setattr(row, name, value)
        return list(given)

    def keep(self, row: Any, columns: Sequence[str]) -> None:
        """Store the changed columns of a locked row."""
        self.check(row)
        row.save(update_fields=columns)

    def version_parts(self, row: Any) -> list[object]:
        """What the version covers besides the row's own columns."""
        return []

    def rows(self) -> models.QuerySet[Any]:
        """All rows; if the request names a date, those in view on it."""
        if self.request.method not in {"GET", "HEAD"} or not self.asks_for_the_past():
            return self.get_queryset()
        return in_past_view(as_recorded(self.model, self.asked), self.asked)

    def asks_for_the_past(self) -> bool:
        """Whether the request names a date, other than the day that a page without one named for those after it."""
        return self.dated and not self.is_of_today

    # history

    @classmethod
    def _declared_params(cls, action: str) -> Names:
        return ["cursor", "page_size", "format"] if action == "history" else super()._declared_params(action)

    @extend_schema(responses={200: history.HistoryShape})
    @action(detail=True)
    def history(self, request: Request, **by: Any) -> HttpResponseBase:
        """Every change of the row, the first one first; who made it is shown to analysts only."""
        row = self.get_queryset().filter(**by).first()
        if row is None:
            raise Http404
        if self.is_whole:
            return self.as_file(request, history.every(request, row))
        found = history.page(request, self.params, row)
        return Response(found, headers=link_header({"next": found["next"], "previous": found["previous"]}))

    def columns(self) -> Names:
        return list(history.ChangeOfRowShape().fields) if self.action == "history" else super().columns()

    def numbers(self) -> frozenset[str]:
        return frozenset() if self.action == "history" else super().numbers()

    # actions

    def create(self, request: Request) -> Response:
        """Create a row."""
        return written(request, lambda: self._create(request))

    def _create(self, request: Request) -> Response:
        context = self.get_serializer_context()
        row = self.created(read_body(self.bodies.get("create", self.body), request.data, context))
        return self._written(row, warnings_of(context), status=201)

    def partial_update(self, request: Request, **by: Any) -> Response:
        """Change the given fields of a row."""
        return written(request, lambda: self._change(request, by, partial=True))

    def update(self, request: Request, **by: Any) -> Response:
        """Replace a row: fields that are not given get their defaults."""
        return written(request, lambda: self._change(request, by, partial=False))

    def _change(self, request: Request, by: Mapping[str, Any], *, partial: bool) -> Response:
        row = self._locked(by)
        refuse_stale(request, self.version_of(row))
        context = self.get_serializer_context()
        given = read_body(self.body, self._changeable(request.data, row), context, partial=partial)
        self._save(row, given if partial else self._defaults() | given)
        return self._written(row, warnings_of(context), status=200)

    def _locked(self, by: Mapping[str, Any]) -> Any:
        row = self.get_queryset().select_for_update(of=("self",)).filter(**by).first()
        if row is None:
            raise Http404
        return row

    def _changeable(self, data: Any, row: Any) -> Any:
        """Refuse to change what identifies a row; the same value again is no change."""
        for name in self.fixed & set(data if isinstance(data, Mapping) else ()):
            if data[name] != getattr(row, attname(self.model, name)):
                raise ValidationError({name: ["cannot be changed; leave it out, or create another row"]})
        return data

    def _defaults(self) -> dict[str, Any]:
        fields = [
            f for f in self.model._meta.concrete_fields if f.name in self.body().fields and f.name not in self.fixed
        ]
        return {field.name: field.get_default() for field in fields if field.has_default() or field.null}

    def _save(self, row: Any, given: dict[str, Any]) -> None:
        self.keep(row, self.changed(row, given))

    def _written(self, row: Any, said: Iterable[str], *, status: int) -> Response:
        row.refresh_from_db()
        by = {str(self.lookup_field): getattr(row, str(self.lookup_field))}
        headers = {"ETag": f'"{self.version_of(row)}"'}
        if status == 201:
            headers["Location"] = self.reverse_action("detail", kwargs=by)
        return Response(with_warnings(self.one(**by), (*said, *self.said)), status=status, headers=headers)

    def version_of(self, row: Any) -> str:
        """The version that If-Match names."""
        return row_version(row, *self.version_parts(row))

    def version(self) -> str:
        if self.action != "retrieve":
            return ""
        return self.version_of(self.get_queryset().get(**self.kwargs))
