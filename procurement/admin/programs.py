"""Programs, their links, and decisions and statements about them."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display

from procurement.admin.colours import PROGRAM_STATUS
from procurement.admin.editable import EditableAdmin
from procurement.admin.facts import FactAdmin
from procurement.admin.guided.status_form import StatusChangeForm
from procurement.admin.listed.programs import PROGRAM_COLUMNS, ProgramColumns, StandingFilter
from procurement.admin.listing import clipped
from procurement.admin.organization_filter import OrganizationFilter
from procurement.admin.records.noting import Noted
from procurement.admin.records.page import RecordPage
from procurement.admin.records.programs import program_record
from procurement.admin.records.watching import Watched
from procurement.admin.returning import with_return
from procurement.programs.models import Program, ProgramLink, StatusChange
from procurement.programs.recording import create_program, refuse_bad_program


@admin.register(Program)
class ProgramAdmin(Watched, Noted, RecordPage, ProgramColumns, EditableAdmin):
    """Programs."""

    record_template = "procurement/admin/records/program.html"
    record = staticmethod(program_record)

    list_display = PROGRAM_COLUMNS
    list_select_related = ("buyer",)
    list_filter = (StandingFilter, ("buyer", OrganizationFilter))
    search_fields = ("code", "name", "local_name")
    ordering = ("name", "id")
    prepopulated_fields = {"code": ("name",)}
    fieldsets = (
        (None, {"fields": (("name", "local_name"), ("code", "domain"), ("buyer", "country"), "description", "source")}),
        (_("How it was recorded"), {"fields": (("created_at", "entered_by"),), "classes": ("collapse",)}),
    )
    actions_detail = ("record_status", "new_contract")

    def create(self, request: HttpRequest, row: Program, form: "ModelForm[Any]") -> models.Model:  # noqa: ARG002
        """Store a new program."""
        return create_program(row)

    def kept_as_is(self, row: Program) -> Sequence[str]:  # noqa: ARG002
        """The code is the program's address."""
        return ("code",)

    def keep(self, row: Program, changed: Sequence[str]) -> None:
        """Keep what was edited."""
        refuse_bad_program(row)
        row.save(update_fields=changed)

    def has_add_status_permission(self, request: HttpRequest, object_id: Any = None) -> bool:  # noqa: ARG002
        """Users who may add status changes."""
        return request.user.has_perm("procurement.add_statuschange")

    def has_add_contract_permission(self, request: HttpRequest, object_id: Any = None) -> bool:  # noqa: ARG002
        """Users who may add contracts."""
        return request.user.has_perm("procurement.add_contract")

    @action(description=_("Record a status change"), icon="campaign", permissions=["add_status"])  # type: ignore[untyped-decorator]
    def record_status(self, request: HttpRequest, object_id: str) -> HttpResponse:  # noqa: ARG002
        """Go to the form, which shows the contracts affected."""
        return HttpResponseRedirect(_form("statuschange", object_id, "positions"))

    @action(description=_("Add a contract"), icon="contract", permissions=["add_contract"])  # type: ignore[untyped-decorator]
    def new_contract(self, request: HttpRequest, object_id: str) -> HttpResponse:  # noqa: ARG002
        """Go to the form."""
        return HttpResponseRedirect(_form("contract", object_id, "contracts"))


def _form(table: str, program_id: str, anchor: str) -> str:
    """The form of a new row about a program, which returns to a part of the program's page."""
    back = reverse("admin:procurement_program_change", args=[int(program_id)])
    form = reverse(f"admin:procurement_{table}_add")
    return with_return(form, f"{back}#{anchor}", program=int(program_id))


@admin.register(StatusChange)
class StatusChangeAdmin(FactAdmin):
    """Decisions and statements."""

    area, title, icon = "Programs", _("Status changes"), "campaign"
    form = StatusChangeForm
    change_form_outer_before_template = "procurement/admin/status_change_before.html"
    columns = ("headline", "of_program", "sort", "spoken_by", "side")
    related = ("program", "organization")
    filters = (("program", AutocompleteSelectFilter), "kind", "status", "casts_doubt", "side", "scope")
    search_fields = ("program__code", "program__name", "speaker", "term", "quotation", "source_key", "=id")
    content = (
        "program",
        ("kind", "scope"),
        ("status", "term"),
        ("speaker", "role"),
        ("organization", "side"),
        "quotation",
        ("casts_doubt", "sequence"),
        "revokes",
    )

    @display(description=_("status"), ordering="status", label=PROGRAM_STATUS)  # type: ignore[untyped-decorator]
    def headline(self, row: StatusChange) -> tuple[str, str]:
        """The status that it carries."""
        without = translated("casts doubt") if row.casts_doubt else translated("no status")
        return row.status, row.get_status_display() or without

    @display(description=_("kind"), ordering="kind")  # type: ignore[untyped-decorator]
    def sort(self, row: StatusChange) -> str:
        """Decision or statement."""
        return row.get_kind_display().partition(":")[0]

    @display(description=_("program"), ordering="program__name")  # type: ignore[untyped-decorator]
    def of_program(self, row: StatusChange) -> SafeString:
        """The program that it is about."""
        return clipped(row.program)

    @display(description=_("by"))  # type: ignore[untyped-decorator]
    def spoken_by(self, row: StatusChange) -> SafeString:
        """Who decided or spoke."""
        return clipped(row.speaker or row.organization or "-")


@admin.register(ProgramLink)
class ProgramLinkAdmin(FactAdmin):
    """How programs follow one another."""

    area, title, icon = "Programs", _("Links"), "link"
    columns = ("program", "kind", "other")
    related = ("program", "other")
    filters = (("program", AutocompleteSelectFilter), "kind")
    search_fields = ("program__code", "program__name", "other__code", "other__name", "source_key", "=id")
    content = ("program", "kind", "other")
