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
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display

from procurement.admin.acting import ActingForm, Doing, Table, act_page, reason_field, sent
from procurement.admin.asking_back import ask_back, warn
from procurement.admin.listing import ReadOnly, clipped, link_to
from procurement.common.texts import in_words
from procurement.programs.approving import NotYours, approve, refuse, withdraw
from procurement.programs.drafts import StatusDraft, decides_on_drafts
from procurement.programs.models import StatusChange

STATES = {"waiting": "warning", "approved": "success", "refused": "danger", "withdrawn": "info"}
#: The columns of a status change that are not shown: those that say how it came in.
NOT_SHOWN = frozenset({"id", "recorded_at", "entered_by", "revision", "reverses", "program"})
WAITING_FIRST = Case(When(state=StatusDraft.State.WAITING, then=0), default=1)
INTRO = {
    "approve": "It is checked again, and recorded as of this moment. Flags and alerts follow.",
    "refuse": "Nothing is recorded. Who proposed it reads your reason.",
    "withdraw": "Nothing is recorded. It can be proposed again.",
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
        ("Who says so", {"fields": ("source_link", "published_on", "note")}),
        ("Who proposed it", {"fields": (("proposed_by", "proposed_at"),)}),
        ("Decision", {"fields": (("decided_by", "decided_at"), "reason", "fact_link")}),
    )

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """Those that the user may see."""
        rows: QuerySet[Any] = StatusDraft.objects.visible_to(request.user)
        return rows.order_by(*self.ordering)

    @display(description="state", ordering="state", label=STATES)  # type: ignore[untyped-decorator]
    def shown_state(self, row: StatusDraft) -> tuple[str, str]:
        """The state as a label."""
        return row.state, row.get_state_display()

    @display(description="program", ordering="program__name")  # type: ignore[untyped-decorator]
    def of_program(self, row: StatusDraft) -> SafeString:
        """The program that it is about."""
        return clipped(row.program)

    @display(description="status")  # type: ignore[untyped-decorator]
    def said(self, row: StatusDraft) -> str:
        """The status that would be recorded, and from when."""
        return " ".join(filter(None, [in_words(row.columns.get("status")), row.columns.get("effective_on")])) or "-"

    @display(description="takes back")  # type: ignore[untyped-decorator]
    def amends_link(self, row: StatusDraft) -> SafeString | str:
        """The status change that it would take back."""
        return link_to(row.amends)

    @display(description="source")  # type: ignore[untyped-decorator]
    def source_link(self, row: StatusDraft) -> SafeString | str:
        """The document that says so."""
        return link_to(row.source)

    @display(description="recorded as")  # type: ignore[untyped-decorator]
    def fact_link(self, row: StatusDraft) -> SafeString | str:
        """The status change that was recorded on approval."""
        return link_to(row.fact)

    @display(description="would record")  # type: ignore[untyped-decorator]
    def content(self, row: StatusDraft) -> SafeString | str:
        """What would be recorded, line by line."""
        if not row.columns:
            return "nothing new: the row is only taken back"
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

    @action(description="Approve", icon="check_circle")  # type: ignore[untyped-decorator]
    def approve(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Record it."""

        def act(pk: int, **given: Any) -> str:
            recorded = approve(pk, **given)
            warn(request, ask_back(request, recorded.warnings))
            return f"It is recorded as status change {recorded.fact.pk}."

        return self._page(request, object_id, WhyForm(sent(request)), act)

    @action(description="Refuse", icon="block")  # type: ignore[untyped-decorator]
    def refuse(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Do not record it."""
        return self._page(request, object_id, WhyNotForm(sent(request)), _said(refuse))

    @action(description="Withdraw", icon="undo")  # type: ignore[untyped-decorator]
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

        name = verb.capitalize()
        doing = Doing(title=f"{name}: {row}", button=name, intro=INTRO[verb], do=do, tables=_tables(row))
        return act_page(self, request, row, form, doing)


def possible(row: StatusDraft, user: Any) -> frozenset[str]:
    """What a user may do with a draft: withdraw their own, decide about others'."""
    if row.proposed_by_id == user.pk:
        return frozenset({"withdraw"})
    return frozenset({"approve", "refuse"}) if decides_on_drafts(user) else frozenset()


def _said(act: Callable[..., StatusDraft]) -> Callable[..., str]:
    return lambda pk, **given: f"The proposal is {act(pk, **given).get_state_display().lower()}."


def _tables(row: StatusDraft) -> list[tuple[str, Table]]:
    if not row.columns:
        return []
    return [("Would record", {"headers": ["", ""], "rows": [list(line) for line in described(row.row(), row.amends)]})]


def described(row: StatusChange, before: StatusChange | None) -> list[tuple[str, Any]]:
    """What a status change says, line by line, and what a corrected one said before where that differs."""
    fields = [field for field in row._meta.concrete_fields if field.name not in NOT_SHOWN]
    found = []
    for field in fields:
        value, former = getattr(row, field.name), getattr(before, field.name, None)
        if value not in {None, ""} or former not in {None, ""}:
            was = f" (was: {'-' if former in {None, ''} else former})" if before and former != value else ""
            found.append((str(field.verbose_name), f"{'-' if value in {None, ''} else value}{was}"))
    return found
