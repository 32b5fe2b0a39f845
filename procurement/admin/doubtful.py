"""Doubtful matches: organizations that may be one, side by side, and what people decide of them."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import ModelChoiceField
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display

from procurement.access.roles import ANALYST, reaches, role_of
from procurement.admin.acting import ActingForm, Doing, Table, acting_page, page_of, reason_field, searched, sent
from procurement.admin.colours import Colours
from procurement.admin.import_words import first_words
from procurement.admin.listing import ReadOnly, link_to
from procurement.common.localized import country_name
from procurement.contracts.models import Contract
from procurement.imports.deciding import Decision, decide_match
from procurement.imports.models import DoubtfulMatch
from procurement.parties.models import Organization
from procurement.sources.models import Document

STATES = Colours({"open": "warning", "same": "success", "different": "info"})


class DifferentForm(ActingForm):
    """Why they are two."""

    note = reason_field(label=gettext_lazy("Reason"))


class SameForm(DifferentForm):
    """Why they are one, and who says so."""

    source = ModelChoiceField(
        Document.objects, required=False, help_text=gettext_lazy("the document that shows it"),
        widget=searched(Contract, "source"),
    )  # fmt: skip


@admin.register(DoubtfulMatch)
class DoubtfulMatchAdmin(ReadOnly):
    """The queue: each pair is decided once."""

    list_display = ("id", "organization", "candidate", "shown_why", "shown_state", "batch", "decided_by", "decided_at")
    list_select_related = ("organization", "candidate", "batch", "decided_by")
    list_filter = ("state", "why")
    search_fields = ("organization__name", "candidate__name", "=batch__id")
    ordering = ("-state", "id")
    actions_detail = ("same", "different")
    fieldsets = (
        (None, {"fields": (("organization", "candidate"), ("why", "similarity"), "side_by_side", "batch")}),
        (gettext_lazy("Decision"), {"fields": (("state", "decided_by", "decided_at"), "note")}),
    )
    readonly_fields = ("side_by_side",)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """Those of organizations in view."""
        return super().get_queryset(request).present()  # type: ignore[no-any-return]

    @display(description=gettext_lazy("state"), ordering="state", label=STATES)  # type: ignore[untyped-decorator]
    def shown_state(self, row: DoubtfulMatch) -> tuple[str, str]:
        """The state as a label."""
        return row.state, first_words(row.get_state_display())

    @display(description=gettext_lazy("why"), ordering="why")  # type: ignore[untyped-decorator]
    def shown_why(self, row: DoubtfulMatch) -> str:
        """Why they may be one."""
        return row.get_why_display()

    @display(description=gettext_lazy("side by side"))  # type: ignore[untyped-decorator]
    def side_by_side(self, row: DoubtfulMatch) -> SafeString:
        """What is stored of both."""
        lines = format_html_join(
            "", '<tr><th class="pr-4 text-left">{}</th><td class="pr-4">{}</td><td>{}</td></tr>', compared(row)
        )
        return format_html("<table>{}</table>", lines)

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """The decisions, while the pair is open and for those who may take them."""
        row = self.get_object(request, str(object_id))
        if row is None or row.state != DoubtfulMatch.State.OPEN or not may_decide(request):
            return []
        found: list[Any] = super().get_actions_detail(request, object_id)
        return found

    @action(description=gettext_lazy("They are the same"), icon="merge")  # type: ignore[untyped-decorator]
    def same(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Merge them."""
        return self._page(request, object_id, SameForm(sent(request)), "same")

    @action(description=gettext_lazy("They are different"), icon="call_split")  # type: ignore[untyped-decorator]
    def different(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Keep them apart, and never ask again."""
        return self._page(request, object_id, DifferentForm(sent(request)), "different")

    def _page(self, request: HttpRequest, object_id: str, form: ActingForm, state: str) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        if not may_decide(request):
            raise PermissionDenied

        def do(given: Mapping[str, Any]) -> str:
            decision = Decision(state, request.user, given["note"], given.get("source"))  # type: ignore[arg-type]
            decide_match(row.pk, decision)
            same, two = _("%(one)s and %(other)s are one organization now."), _("%(one)s and %(other)s stay two.")
            said = (same if state == "same" else two) % {"one": "{one}", "other": "{other}"}
            return format_html(said, one=link_to(row.organization), other=link_to(row.candidate))

        title = _("They are the same organization") if state == "same" else _("They are two organizations")
        both: Table = {"headers": ["", _("newer"), _("older")], "rows": [list(line) for line in compared(row)]}
        doing = Doing(title=title, button=title, intro=row.get_why_display(), do=do, tables=[(_("Side by side"), both)])
        return acting_page(self, request, form, doing, back=next_page(row), row=row)


def next_page(decided: DoubtfulMatch) -> str:
    """Where to go on: the next pair that is open, else the list."""
    following = DoubtfulMatch.objects.present().undecided().exclude(pk=decided.pk).order_by("pk").first()
    return page_of(following) if following else reverse("admin:procurement_doubtfulmatch_changelist")


def may_decide(request: HttpRequest) -> bool:
    """Whoever may post facts may decide."""
    return reaches(role_of(request.user), ANALYST)


def compared(row: DoubtfulMatch) -> list[tuple[str, Any, Any]]:
    """What is stored of the two, line by line."""
    two = (row.organization, row.candidate)
    told: Mapping[str, list[Any]] = {
        _("organization"): [link_to(each, f"{each.pk}: {each.name}") for each in two],
        _("local name"): [each.local_name or "-" for each in two],
        _("country"): [country_name(each.country) if each.country else "-" for each in two],
        _("kind"): [each.get_kind_display() for each in two],
        _("identifiers"): [", ".join(map(str, each.identifiers.order_by("scheme", "value"))) for each in two],
        _("contracts"): [_contracts(each) for each in two],
    }
    return [(name, *values) for name, values in told.items()]


def _contracts(row: Organization) -> int:
    """How many contracts an organization has any part in."""
    bought = set(row.contracts.values_list("pk", flat=True)[:1000])
    return len(bought | set(row.contract_roles.values_list("contract", flat=True)[:1000]))
