"""Descriptive rows in the admin: created and edited under the same rules as through the API, with their history."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest

from procurement.admin.entering import EnteringAdmin, nudge_on_commit
from procurement.admin.records.history import WithHistory


class EditableAdmin(WithHistory, EnteringAdmin):
    """One descriptive table."""

    readonly_fields: Sequence[str] = ("created_at", "entered_by")
    ordering: Sequence[str] = ("-id",)

    def create(self, request: HttpRequest, row: Any, form: "ModelForm[Any]") -> models.Model:
        """Store a new row through its verb. Raises Refused."""
        raise NotImplementedError

    def keep(self, row: Any, changed: Sequence[str]) -> None:
        """Store the columns of a row that were edited. Raises Refused."""
        raise NotImplementedError

    def kept(self, request: HttpRequest, row: Any, changed: Sequence[str]) -> None:  # noqa: ARG002
        """Store for a request; warnings must be confirmed first."""
        self.keep(row, changed)

    def save_model(self, request: HttpRequest, obj: Any, form: "ModelForm[Any]", change: bool) -> None:  # noqa: FBT001
        """Create or keep. Raises Refused, which undoes all; the page goes on with the row as it is stored."""
        if change:
            self.kept(request, obj, [name for name in form.changed_data if name in column_names(self.model)])
        else:
            obj.entered_by = request.user
            vars(obj).update(vars(self.create(request, obj, form)))
        nudge_on_commit()

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Sequence[str]:
        """What identifies a stored row stays."""
        names: Sequence[str] = super().get_readonly_fields(request, obj)
        return [*names, *self.kept_as_is(obj)] if obj else names

    def get_prepopulated_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        """Only new rows have fields filled in while one types."""
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def kept_as_is(self, row: Any) -> Sequence[str]:  # noqa: ARG002 (for tables where it depends on the row)
        """The columns of a stored row that cannot be edited."""
        return ()

    def get_inlines(self, request: HttpRequest, obj: models.Model | None) -> Sequence[Any]:
        """A row that is not stored yet has no related rows."""
        inlines: Sequence[Any] = super().get_inlines(request, obj)
        return [inline for inline in inlines if obj is not None or inline.on_new]


def column_names(model: type[models.Model]) -> set[str]:
    """The names of a table's columns."""
    return {field.name for field in model._meta.concrete_fields}
