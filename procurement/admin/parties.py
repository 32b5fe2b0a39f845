"""Organizations and their identifiers."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.forms import BaseFormSet, ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from procurement.admin.asking_back import warn
from procurement.admin.editable import EditableAdmin
from procurement.admin.entering import EnteringForm
from procurement.admin.listing import Rows
from procurement.common.errors import Refused
from procurement.parties.models import Organization, OrganizationIdentifier
from procurement.parties.recording import (
    OrganizationInput,
    add_identifier,
    change_identifier,
    refuse_bad_organization,
    register_organization,
    remove_identifier,
    rename,
    rename_locally,
)


class Identifiers(Rows):
    """An organization's identifiers; new ones are added here, wrong ones changed on their own page."""

    model = OrganizationIdentifier
    form = EnteringForm
    fields = ("scheme", "value")
    tab = False
    on_new = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 (Django's signature)
        """Users who may add identifiers."""
        return request.user.has_perm("procurement.add_organizationidentifier")


@admin.register(Organization)
class OrganizationAdmin(EditableAdmin):
    """Buyers, suppliers, governments, and others that make statements or are paid."""

    list_display = ("name", "local_name", "kind", "country", "created_at")
    list_filter = ("kind",)
    search_fields = ("name", "local_name", "identifiers__value")
    ordering = ("name", "id")
    fields = (("name", "local_name"), ("kind", "country"), ("created_at", "entered_by"))
    inlines = (Identifiers,)

    def create(self, request: HttpRequest, row: Organization, form: "ModelForm[Any]") -> models.Model:  # noqa: ARG002
        """Create an organization with its identifiers, which may be all that tells it from another."""
        given = OrganizationInput(row.name, row.local_name, row.kind, row.country, written_identifiers(request))
        found = register_organization(given, by=request.user)  # type: ignore[arg-type]
        warn(request, found.warnings)
        return found.row

    def keep(self, row: Organization, changed: Sequence[str]) -> None:
        """Store the edited columns; a new name is used for matching from now on."""
        renamed = rename(row, name=row.name) if "name" in changed else []
        renamed += rename_locally(row, name=row.local_name) if "local_name" in changed else []
        refuse_bad_organization(row)
        row.save(update_fields=[*changed, *renamed])

    def save_formset(self, request: HttpRequest, form: Any, formset: "BaseFormSet[Any]", change: Any) -> None:  # noqa: ARG002
        """Add the identifiers that are new to the organization, with their recording function."""
        rows = formset.save(commit=False)  # type: ignore[attr-defined]
        for row in rows if change else ():
            stored = add_identifier(row.organization, scheme=row.scheme, value=row.value, by=request.user)  # type: ignore[arg-type]
            vars(row).update(vars(stored))
            warn_of_identifier(request, stored)


def warn_of_identifier(request: HttpRequest, row: OrganizationIdentifier) -> None:
    """Show the warnings about a stored identifier."""
    warn(request, [row.oddity] if row.oddity else [])


def written_identifiers(request: HttpRequest) -> list[tuple[str, str]]:
    """The identifiers in the lines of a valid form."""
    lines = range(int(request.POST.get("identifiers-TOTAL_FORMS", "0")))
    pairs = [
        [request.POST.get(f"identifiers-{line}-{name}", "").strip() for name in ("scheme", "value")] for line in lines
    ]
    return [(scheme, value) for scheme, value in pairs if scheme and value]


@admin.register(OrganizationIdentifier)
class OrganizationIdentifierAdmin(EditableAdmin):
    """Identifiers, wherever they belong."""

    conflicts_with = Organization

    list_display = ("value", "scheme", "organization", "created_at")
    list_select_related = ("organization",)
    search_fields = ("value", "scheme", "organization__name")
    fields = ("organization", ("scheme", "value"), ("created_at", "entered_by"))

    def create(self, request: HttpRequest, row: OrganizationIdentifier, form: "ModelForm[Any]") -> models.Model:  # noqa: ARG002
        """Give an organization one more identifier."""
        stored = add_identifier(row.organization, scheme=row.scheme, value=row.value, by=request.user)  # type: ignore[arg-type]
        warn_of_identifier(request, stored)
        return stored

    def keep(self, row: OrganizationIdentifier, changed: Sequence[str]) -> None:  # noqa: ARG002
        """Keep what was edited."""
        change_identifier(row)

    def save_model(self, request: HttpRequest, obj: Any, form: "ModelForm[Any]", change: bool) -> None:  # noqa: FBT001
        """Warn about an edited one, too."""
        super().save_model(request, obj, form, change)
        if change:
            warn_of_identifier(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:  # noqa: ARG002
        """A wrong identifier can be deleted: nothing refers to it, and its history stays."""
        return request.user.has_perm("procurement.delete_organizationidentifier")

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Delete it, unless it is all that tells its organization from another one."""
        try:
            return super().delete_view(request, object_id, extra_context)  # type: ignore[no-any-return]
        except Refused as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(reverse("admin:procurement_organizationidentifier_change", args=[object_id]))

    def delete_model(self, request: HttpRequest, obj: OrganizationIdentifier) -> None:  # noqa: ARG002
        """Through the verb."""
        remove_identifier(obj)
