"""Programs, their links, and decisions and statements about them."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display

from procurement.admin.editable import EditableAdmin
from procurement.admin.facts import FactAdmin
from procurement.admin.guided.status_form import StatusChangeForm
from procurement.admin.listing import Rows, clipped
from procurement.admin.organization_filter import OrganizationFilter
from procurement.programs.models import Program, ProgramLink, StatusChange
from procurement.programs.recording import create_program, refuse_bad_program

STATUSES = {"suspended": "danger", "cancelled": "danger", "reduced": "warning", "under_review": "warning"}


class StatusChanges(Rows):
    """Decisions and statements about a program."""

    model = StatusChange
    fields = ("effective_on", "kind", "status", "speaker", "organization", "source")
    related = ("organization", "source", "program")


class Links(Rows):
    """The programs that follow, are replaced, or contain this one."""

    model = ProgramLink
    fk_name = "program"
    fields = ("kind", "other", "effective_on", "source")
    related = ("other", "source", "program")


@admin.register(Program)
class ProgramAdmin(EditableAdmin):
    """Programs."""

    list_display = ("name", "code", "local_name", "buyer", "country", "domain")
    list_select_related = ("buyer",)
    list_filter = (("buyer", OrganizationFilter),)
    search_fields = ("code", "name", "local_name")
    ordering = ("name", "id")
    prepopulated_fields = {"code": ("name",)}
    fieldsets = (
        (None, {"fields": (("name", "local_name"), ("code", "domain"), ("buyer", "country"), "description", "source")}),
        ("How it was recorded", {"fields": (("created_at", "entered_by"),), "classes": ("collapse",)}),
    )
    inlines = (StatusChanges, Links)
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

    @action(description="Record a status change", icon="campaign", permissions=["add_status"])  # type: ignore[untyped-decorator]
    def record_status(self, request: HttpRequest, object_id: str) -> HttpResponse:  # noqa: ARG002
        """Go to the form, which shows the contracts affected."""
        address = reverse("admin:procurement_statuschange_add")
        return HttpResponseRedirect(f"{address}?program={int(object_id)}")

    @action(description="Add a contract", icon="contract", permissions=["add_contract"])  # type: ignore[untyped-decorator]
    def new_contract(self, request: HttpRequest, object_id: str) -> HttpResponse:  # noqa: ARG002
        """Go to the form."""
        address = reverse("admin:procurement_contract_add")
        return HttpResponseRedirect(f"{address}?program={int(object_id)}")


@admin.register(StatusChange)
class StatusChangeAdmin(FactAdmin):
    """Decisions and statements."""

    area, title, icon = "Programs", "Status changes", "campaign"
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

    @display(description="status", ordering="status", label=STATUSES)  # type: ignore[untyped-decorator]
    def headline(self, row: StatusChange) -> tuple[str, str]:
        """The status that it carries."""
        without = "casts doubt" if row.casts_doubt else "no status"
        return row.status, row.get_status_display() or without

    @display(description="kind", ordering="kind")  # type: ignore[untyped-decorator]
    def sort(self, row: StatusChange) -> str:
        """Decision or statement."""
        return row.get_kind_display().partition(":")[0]

    @display(description="program", ordering="program__name")  # type: ignore[untyped-decorator]
    def of_program(self, row: StatusChange) -> SafeString:
        """The program that it is about."""
        return clipped(row.program)

    @display(description="by")  # type: ignore[untyped-decorator]
    def spoken_by(self, row: StatusChange) -> SafeString:
        """Who decided or spoke."""
        return clipped(row.speaker or row.organization or "-")


@admin.register(ProgramLink)
class ProgramLinkAdmin(FactAdmin):
    """How programs follow one another."""

    area, title, icon = "Programs", "Links", "link"
    columns = ("program", "kind", "other")
    related = ("program", "other")
    filters = (("program", AutocompleteSelectFilter), "kind")
    search_fields = ("program__code", "program__name", "other__code", "other__name", "source_key", "=id")
    content = ("program", "kind", "other")
