"""Descriptive rows in the admin: created and edited under the same rules as through the API, with their history."""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import models
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from pghistory.models import Events

from procurement.admin.entering import EnteringAdmin, nudge_on_commit

CHANGES_PER_PAGE = 50
#: Columns of history that are of no use to a reader.
NOT_SHOWN = frozenset({"match_key", "reference_key", "local_key", "bare_key", "scheme_key", "value_key", "created_at"})


class EditableAdmin(EnteringAdmin):
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

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Every change of a row: when, by whom, from what to what."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        every: Any = Events.objects
        events = every.references(row).order_by("-pgh_created_at", "-pgh_id")
        page = Paginator(events, CHANGES_PER_PAGE).get_page(request.GET.get("page"))
        context = {
            **self.admin_site.each_context(request),
            "title": f"History of {row}",
            "object": row,
            "opts": self.opts,
            "page": page,
            "changes": [shown_change(event, self._names(page)) for event in page],
            **(extra_context or {}),
        }
        return TemplateResponse(request, "procurement/admin/history.html", context)

    def _names(self, events: Any) -> dict[int, str]:
        from django.contrib.auth.models import User

        ids = {(event.pgh_context or {}).get("user", 0) for event in events}
        return dict(User.objects.filter(pk__in=ids).values_list("pk", "username"))


def column_names(model: type[models.Model]) -> set[str]:
    """The names of a table's columns."""
    return {field.name for field in model._meta.concrete_fields}


def shown_change(event: Any, names: dict[int, str]) -> dict[str, Any]:
    """One change, for a reader."""
    context = event.pgh_context or {}
    values = event.pgh_diff or {
        name: (None, value) for name, value in event.pgh_data.items() if value is not None and value != ""
    }
    return {
        "at": event.pgh_created_at,
        "by": names.get(context.get("user") or 0, f"import {batch}" if (batch := context.get("import_batch")) else ""),
        "where": context.get("url", ""),
        "what": "created" if event.pgh_label == "insert" else "changed",
        "table": event.pgh_obj_model.rpartition(".")[2],
        "values": [(name, *pair) for name, pair in values.items() if name not in NOT_SHOWN],
    }
