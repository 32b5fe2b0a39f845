"""Every note, for those who look for one; notes are written on the pages of what they are about."""

from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display

from procurement.admin.listing import ReadOnly, clipped, link_to
from procurement.admin.records.noting import taking_back_page
from procurement.notes.models import Note
from procurement.notes.writing import may_take_back


@admin.register(Note)
class NoteAdmin(ReadOnly):
    """Notes, the latest first."""

    list_display = ("text_shown", "about", "written_by", "written_at", "taken_back_at")
    list_select_related = ("program", "contract", "flag", "flag__program", "flag__contract", "written_by")
    list_filter = (
        ("program", AutocompleteSelectFilter),
        ("contract", AutocompleteSelectFilter),
        ("flag", AutocompleteSelectFilter),
    )
    search_fields = ("text",)
    ordering = ("-id",)
    actions_detail = ("take_back",)
    fieldsets = (
        (None, {"fields": ("text", "about", ("written_by", "written_at"), ("taken_back_by", "taken_back_at"))}),
    )
    readonly_fields = ("about",)

    @display(description=_("note"))  # type: ignore[untyped-decorator]
    def text_shown(self, row: Note) -> SafeString:
        """Its text."""
        return clipped(row.text)

    @display(description=_("about"))  # type: ignore[untyped-decorator]
    def about(self, row: Note) -> SafeString | str:
        """The program, contract or flag that it is about."""
        return link_to(row.subject)

    def has_take_back_permission(self, request: HttpRequest, object_id: Any = None) -> bool:  # noqa: ARG002
        """Who sees a note may try; the note's own page shows it only to those who may."""
        return bool(self.has_view_permission(request))

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """What holds is taken back by who wrote it, or by a reviewer."""
        row = self.get_object(request, unquote(str(object_id)))
        may = row is not None and row.holds and may_take_back(row, cast("User", request.user))
        return super().get_actions_detail(request, object_id) if may else []

    @action(description=_("Take back"), url_path="take-back", icon="undo", permissions=["take_back"])  # type: ignore[untyped-decorator]
    def take_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take a note back."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        return taking_back_page(self, request, row)
