"""Status changes that wait for a second person: the queue, and approving, refusing and withdrawing."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Case, QuerySet, When
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display

from procurement.admin.acting import ActingForm, Doing, Table, act_page, reason_field, sent
from procurement.admin.asking_back import ask_back, warn
from procurement.admin.colours import Colours
from procurement.admin.listing import ReadOnly, clipped, link_to
from procurement.common.words import PROGRAM_STATUS
from procurement.programs.approving import NotYours, approve, refuse, withdraw
from procurement.programs.drafts import StatusDraft, decides_on_drafts
from procurement.programs.models import StatusChange

STATES = Colours({"waiting": "warning", "approved": "success", "refused": "danger", "withdrawn": "info"})
#: The columns of a status change that are not shown: those that say how it came in.
NOT_SHOWN = frozenset({"id", "recorded_at", "entered_by", "revision", "reverses", "program"})
WAITING_FIRST = Case(When(state=StatusDraft.State.WAITING, then=0), default=1)
INTRO = {
    "approve": gettext_lazy("It is checked again, and recorded as of this moment. Flags and alerts follow."),
    "refuse": gettext_lazy("Nothing is recorded. Who proposed it reads your reason."),
    "withdraw": gettext_lazy("Nothing is recorded. It can be proposed again."),
}
VERBS = {
    "approve": gettext_lazy("Approve"),
    "refuse": gettext_lazy("Refuse"),
    "withdraw": gettext_lazy("Withdraw"),
}


class WhyForm(ActingForm):
    """Why, where that is not needed."""

    reason = reason_field(required=False)


class WhyNotForm(ActingForm):
    """Why it is not approved."""

    reason = reason_field()


@admin.register(StatusDraft)
class StatusDraftAdmin(ReadOnly):
    """What waits first. Who proposed a change sees it; reviewers and administrators see all."""

    list_display = ("id", "shown_state", "act", "of_program", "said", "proposed_by", "proposed_at", "decided_by")
    list_select_related = ("program", "proposed_by", "decided_by")
    list_filter = ("state", "act", ("program", AutocompleteSelectFilter))
    search_fields = ("program__code", "program__name", "proposed_by__username", "source_key", "=id")
    ordering = (WAITING_FIRST, "-id")
    actions_detail = ("approve", "refuse", "withdraw")
    fieldsets = (
        (None, {"fields": (("act", "state"), ("program", "amends_link"), "content")}),
        (gettext_lazy("Who says so"), {"fields": ("source_link", "published_on", "note")}),
        (gettext_lazy("Who proposed it"), {"fields": (("proposed_by", "proposed_at"),)}),
        (gettext_lazy("Decision"), {"fields": (("decided_by", "decided_at"), "reason", "fact_link")}),
    )

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """Those that the user may see."""
        rows: QuerySet[Any] = StatusDraft.objects.visible_to(request.user)
        return rows.order_by(*self.ordering)

    @display(description=gettext_lazy("state"), ordering="state", label=STATES)  # type: ignore[untyped-decorator]
    def shown_state(self, row: StatusDraft) -> tuple[str, str]:
        """The state as a label."""
        return row.state, row.get_state_display()

    @display(description=gettext_lazy("program"), ordering="program__name")  # type: ignore[untyped-decorator]
    def of_program(self, row: StatusDraft) -> SafeString:
        """The program that it is about."""
        return clipped(row.program)

    @display(description=gettext_lazy("status"))  # type: ignore[untyped-decorator]
    def said(self, row: StatusDraft) -> str:
        """The status that would be recorded, and from when."""
        status, on = row.columns.get("status"), row.columns.get("effective_on")
        return " ".join(filter(None, [str(PROGRAM_STATUS.get(status or "", "")), on])) or "-"

    @display(description=gettext_lazy("takes back"))  # type: ignore[untyped-decorator]
    def amends_link(self, row: StatusDraft) -> SafeString | str:
        """The status change that it would take back."""
        return link_to(row.amends)

    @display(description=gettext_lazy("source"))  # type: ignore[untyped-decorator]
    def source_link(self, row: StatusDraft) -> SafeString | str:
        """The document that says so."""
        return link_to(row.source)

    @display(description=gettext_lazy("recorded as"))  # type: ignore[untyped-decorator]
    def fact_link(self, row: StatusDraft) -> SafeString | str:
        """The status change that was recorded on approval."""
        return link_to(row.fact)

    @display(description=gettext_lazy("would record"))  # type: ignore[untyped-decorator]
    def content(self, row: StatusDraft) -> SafeString | str:
        """What would be recorded, line by line."""
        if not row.columns:
            return _("nothing new: the row is only taken back")
        lines = format_html_join(
            "", '<tr><th class="pr-4 text-left">{}</th><td>{}</td></tr>', described(row.row(), row.amends)
        )
        return format_html("<table>{}</table>", lines)

    # deciding

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """What the user may do with a draft that waits."""
        row = self.get_object(request, unquote(str(object_id)))
        if row is None or row.state != StatusDraft.State.WAITING:
            return []
        offered = super().get_actions_detail(request, object_id)
        return [each for each in offered if each.path in possible(row, request.user)]

    @action(description=gettext_lazy("Approve"), icon="check_circle")  # type: ignore[untyped-decorator]
    def approve(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Record it."""

        def act(pk: int, **given: Any) -> str:
            recorded = approve(pk, **given)
            warn(request, ask_back(request, recorded.warnings))
            said = _("It is recorded: %(status_change)s.") % {"status_change": "{}"}
            return format_html(said, link_to(recorded.fact))

        return self._page(request, object_id, WhyForm(sent(request)), act)

    @action(description=gettext_lazy("Refuse"), icon="block")  # type: ignore[untyped-decorator]
    def refuse(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Do not record it."""
        return self._page(request, object_id, WhyNotForm(sent(request)), _said(refuse))

    @action(description=gettext_lazy("Withdraw"), icon="undo")  # type: ignore[untyped-decorator]
    def withdraw(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take one's own proposal back."""
        return self._page(request, object_id, WhyForm(sent(request)), _said(withdraw))

    def _page(self, request: HttpRequest, object_id: str, form: ActingForm, act: Callable[..., str]) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        verb = request.path.rstrip("/").rpartition("/")[2]

        def do(given: Mapping[str, Any]) -> str:
            try:
                return act(row.pk, by=request.user, **given)
            except NotYours as error:
                raise PermissionDenied(str(error)) from error

        name = str(VERBS[verb])
        doing = Doing(title=f"{name}: {row}", button=name, intro=str(INTRO[verb]), do=do, tables=_tables(row))
        return act_page(self, request, row, form, doing)


def possible(row: StatusDraft, user: Any) -> frozenset[str]:
    """What a user may do with a draft: withdraw their own, decide about others'."""
    if row.proposed_by_id == user.pk:
        return frozenset({"withdraw"})
    return frozenset({"approve", "refuse"}) if decides_on_drafts(user) else frozenset()


def _said(act: Callable[..., StatusDraft]) -> Callable[..., str]:
    def said(pk: int, **given: Any) -> str:
        row = act(pk, **given)
        told = _("The proposal about %(program)s is now: %(state)s.") % {"program": "{program}", "state": "{state}"}
        return format_html(told, program=link_to(row.program), state=row.get_state_display())

    return said


def _tables(row: StatusDraft) -> list[tuple[str, Table]]:
    if not row.columns:
        return []
    return [
        (_("Would record"), {"headers": ["", ""], "rows": [list(line) for line in described(row.row(), row.amends)]})
    ]


def described(row: StatusChange, before: StatusChange | None) -> list[tuple[str, Any]]:
    """What a status change says, line by line, and what a corrected one said before where that differs."""
    fields = [field for field in row._meta.concrete_fields if field.name not in NOT_SHOWN]
    found = []
    for field in fields:
        value, former = getattr(row, field.name), getattr(before, field.name, None)
        if value not in {None, ""} or former not in {None, ""}:
            said = shown_value(row, field.name)
            if before and former != value:
                said = _("%(value)s (was: %(former)s)") % {"value": said, "former": shown_value(before, field.name)}
            found.append((str(field.verbose_name), said))
    return found


def shown_value(row: StatusChange, name: str) -> str:
    """A value of a column in words."""
    value = getattr(row, name)
    if value in {None, ""}:
        return "-"
    words = getattr(row, f"get_{name}_display", None)
    return str(words() if words is not None else (_("yes") if value else _("no")) if isinstance(value, bool) else value)
