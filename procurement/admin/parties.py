"""Organizations and their identifiers."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db import models
from django.forms import BaseFormSet, ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display

from procurement.admin.asking_back import warn
from procurement.admin.editable import EditableAdmin
from procurement.admin.entering import EnteringForm
from procurement.admin.facts import FactAdmin
from procurement.admin.listed.organizations import CountryFilter, OrganizationColumns
from procurement.admin.listing import Rows, link_to
from procurement.admin.merging import merging_page, undoing_page
from procurement.admin.records.organizations import organization_record
from procurement.admin.records.page import RecordPage
from procurement.common.errors import Refused
from procurement.parties.linking import SAME_AS, Bodies
from procurement.parties.matching import OrganizationInput
from procurement.parties.merging import merge_of
from procurement.parties.models import Organization, OrganizationIdentifier, OrganizationLink
from procurement.parties.reading import bodies_now
from procurement.parties.recording import (
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
class OrganizationAdmin(RecordPage, OrganizationColumns, EditableAdmin):
    """Buyers, suppliers, governments, and others that make statements or are paid."""

    record_template = "procurement/admin/records/organization.html"
    record = staticmethod(organization_record)
    list_display = ("name", "local_name", "kind", "country_named", "contracts_shown", "merged_into", "created_at")
    list_filter = ("kind", ("country", CountryFilter))
    search_fields = ("name", "local_name", "identifiers__value")
    ordering = ("name", "id")
    fields = (("name", "local_name"), ("kind", "country"), "one_with", ("created_at", "entered_by"))
    readonly_fields = (*EditableAdmin.readonly_fields, "one_with")
    inlines = (Identifiers,)
    actions_detail = ("merge", "undo_merge")

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Any]":
        """Each with the name of the organization that it is merged into, if any."""
        merges = OrganizationLink.objects.unreversed().filter(kind=SAME_AS, organization=models.OuterRef("pk"))
        into = models.Subquery(merges.values("other__name")[:1])
        return super().get_queryset(request).annotate(into=into)  # type: ignore[no-any-return]

    @display(description=_("merged into"))  # type: ignore[untyped-decorator]
    def merged_into(self, row: Any) -> str:
        """The name of the organization that it is merged into."""
        return row.into or "-"

    @display(description=_("one with"))  # type: ignore[untyped-decorator]
    def one_with(self, row: Organization) -> SafeString | str:
        """The organization that remains of it, or those that are merged into it."""
        others = set(bodies_now().all_of([row.pk])) - {row.pk}
        rows = Organization.everything.filter(pk__in=others).order_by("name", "pk")
        return format_html_join(", ", "{}", ((link_to(each),) for each in rows)) or "-"

    def get_search_results(
        self, request: HttpRequest, queryset: "models.QuerySet[Any]", search_term: str
    ) -> tuple["models.QuerySet[Any]", bool]:
        """A search box gives the organization that remains, also by the names of those that are merged into it."""
        found, distinct = super().get_search_results(request, queryset, search_term)
        bodies = bodies_now() if request.path.endswith("/autocomplete/") else Bodies()
        if not bodies.into:
            return found, distinct
        also = bodies.ones(found.filter(pk__in=bodies.into).values_list("pk", flat=True))
        either = models.Q(pk__in=found.order_by().values("pk")) | models.Q(pk__in=also)
        return queryset.exclude(pk__in=bodies.into).filter(either), False

    def has_merge_permission(self, request: HttpRequest, object_id: Any = None) -> bool:  # noqa: ARG002
        """Users who may add links."""
        return request.user.has_perm("procurement.add_organizationlink")

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """An organization is merged once; then that can be undone."""
        row = self.get_object(request, unquote(str(object_id)))
        unfit = "merge" if row is not None and merge_of(row) is not None else "undo_merge"
        actions = super().get_actions_detail(request, object_id)
        return [each for each in actions if each.action_name != f"procurement_organization_{unfit}"]

    @action(description=_("Merge into another…"), url_path="merge", icon="merge", permissions=["merge"])  # type: ignore[untyped-decorator]
    def merge(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Let it be one with another organization, which remains."""
        return merging_page(self, request, self._row(request, object_id))

    @action(description=_("Undo the merge…"), url_path="undo-merge", icon="undo", permissions=["merge"])  # type: ignore[untyped-decorator]
    def undo_merge(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Let it be an organization of its own again."""
        return undoing_page(self, request, self._row(request, object_id))

    def _row(self, request: HttpRequest, object_id: str) -> Organization:
        row: Organization | None = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        return row

    def create(self, request: HttpRequest, row: Organization, form: "ModelForm[Any]") -> models.Model:  # noqa: ARG002
        """Create an organization with its identifiers, which may be all that tells it from another."""
        given = OrganizationInput(row.name, row.local_name, row.kind, row.country, written_identifiers(request))
        found = register_organization(given, by=request.user)  # type: ignore[arg-type]
        warn(request, found.warnings)
        return found.as_named

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


@admin.register(OrganizationLink)
class OrganizationLinkAdmin(FactAdmin):
    """What organizations are parts of, and which of them are one."""

    area, title, icon = "Sources and parties", _("Organization links"), "link"
    columns = ("organization", "kind", "other")
    related = ("organization", "other")
    filters = (("organization", AutocompleteSelectFilter), ("other", AutocompleteSelectFilter), "kind")
    search_fields = ("organization__name", "other__name", "source_key", "=id")
    content = ("organization", "kind", "other")
