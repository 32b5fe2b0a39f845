"""Column mappings: what the columns of lists mean."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from procurement.admin.editable import EditableAdmin
from procurement.admin.mapping_page import mapping_page
from procurement.imports.models import ColumnMapping


@admin.register(ColumnMapping)
class ColumnMappingAdmin(EditableAdmin):
    """Saved mappings; each is made from a file, whose first lines its page shows."""

    list_display = ("name", "count_of_columns", "sheet", "sample_name", "created_at", "entered_by")
    list_select_related = ("entered_by",)
    search_fields = ("name", "sample_name")
    ordering = ("name",)

    @display(description=gettext_lazy("columns"))  # type: ignore[untyped-decorator]
    def count_of_columns(self, row: ColumnMapping) -> str:
        """How many columns are taken, of how many."""
        taken = sum(bool(each.get("target")) for each in row.columns)
        return _("%(taken)s of %(all)s") % {"taken": taken, "all": len(row.headings)}

    def add_view(self, request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
        """Describe the columns of a file that was handed in."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return mapping_page(self, request, None, may_act=True)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A saved mapping; readers see it too."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return super().change_view(request, object_id, form_url, extra_context)  # type: ignore[no-any-return]
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        return mapping_page(self, request, row, may_act=self.has_change_permission(request, row))
