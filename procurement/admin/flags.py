"""Flags as a work queue: unresolved flags, their severity, since when, and the possible actions."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateFilter
from unfold.decorators import action, display

from procurement.admin.acting import ActingForm, Doing, act_page, sent
from procurement.admin.colours import Colours
from procurement.admin.flag_acting import (
    MANY,
    VERBS,
    AcceptForm,
    AcknowledgeForm,
    ProlongForm,
    ReasonForm,
    many_page,
    may,
    refuse_unless_may,
    ticked,
)
from procurement.admin.flag_figures import documents_of, evidence_tables, history, sources, tables_of, title_of
from procurement.admin.flag_filters import AmountRangeFilter, MineFilter, RuleFilter, StateFilter, WordsFilter
from procurement.admin.listing import ReadOnly, clipped, link_to, unbroken
from procurement.admin.records.noting import Noted, notes_on
from procurement.common.dates import whole_days
from procurement.common.localized import in_full_and_short
from procurement.flags import lifecycle
from procurement.flags.models import Flag, FlagEvent
from procurement.flags.queue import BY_AMOUNT, BY_SEVERITY, WORST_FIRST

COLOURS = Colours({"high": "danger", "medium": "warning", "low": "info"})
STATES = Colours({"open": "danger", "acknowledged": "warning", "accepted": "info", "resolved": "success"})
#: How many events a flag's page shows.
EVENTS = 20


@admin.register(Flag)
class FlagAdmin(Noted, ReadOnly):
    """The queue, the worst first."""

    list_display = (
        "severity_shown",
        "rule_shown",
        "program_shown",
        "of_contract",
        "outstanding_shown",
        "age",
        "state_shown",
        "owner_shown",
        "accepted_until",
    )
    list_display_links = ("severity_shown", "rule_shown")
    list_select_related = ("program", "contract")
    list_filter = (
        StateFilter,
        MineFilter,
        "severity",
        RuleFilter,
        ("program", AutocompleteSelectFilter),
        ("contract", AutocompleteSelectFilter),
        ("owner", WordsFilter),
        ("currency", WordsFilter),
        ("outstanding", AmountRangeFilter),
        ("condition_since", RangeDateFilter),
    )
    search_fields = ("program__code", "program__name", "contract__reference", "contract__title", "summary")
    ordering = WORST_FIRST
    actions = tuple(MANY)
    actions_detail = ("acknowledge", "accept", "prolong", "resolve", "reopen")
    change_form_after_template = "procurement/admin/flag_evidence.html"
    change_form_outer_after_template = "procurement/admin/records/notes_below.html"
    fieldsets = (
        (None, {"fields": ("summary", ("severity", "state"), "rule_shown", ("program", "contract"))}),
        (
            gettext_lazy("Since when"),
            {"fields": (("condition_since", "age"), ("opened_at", "resolved_at"), "condition_holds")},
        ),
        (gettext_lazy("Amount and owner"), {"fields": (("outstanding_shown", "owner"),)}),
        (gettext_lazy("Acceptance"), {"fields": ("accepted_until", "acceptance_reason")}),
    )
    #: The possible actions on a flag in each state.
    open_to: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "open": ("acknowledge", "accept", "resolve"),
        "acknowledged": ("accept", "resolve", "reopen"),
        "accepted": ("prolong", "resolve", "reopen"),
        "resolved": ("reopen",),
    }

    # columns

    @display(description=gettext_lazy("severity"), ordering=BY_SEVERITY, label=COLOURS)  # type: ignore[untyped-decorator]
    def severity_shown(self, row: Flag) -> tuple[str, str]:
        """The severity as a label."""
        return row.severity, row.get_severity_display()

    @display(description=gettext_lazy("rule"), ordering="rule")  # type: ignore[untyped-decorator]
    def rule_shown(self, row: Flag) -> str:
        """The title of its rule."""
        return title_of(row)

    @display(description=gettext_lazy("program"), ordering="program__name")  # type: ignore[untyped-decorator]
    def program_shown(self, row: Flag) -> SafeString:
        """The program that it is about, if any."""
        return clipped(row.program or "-")

    @display(description=gettext_lazy("contract"), ordering="contract__reference")  # type: ignore[untyped-decorator]
    def of_contract(self, row: Flag) -> SafeString:
        """The contract that it is about, if any."""
        return clipped(row.contract or "-")

    @display(description=gettext_lazy("outstanding"), ordering=BY_AMOUNT)  # type: ignore[untyped-decorator]
    def outstanding_shown(self, row: Flag) -> SafeString | str:
        """The amount outstanding, in its own currency."""
        return "-" if row.outstanding is None else unbroken(in_full_and_short(row.outstanding, row.currency))

    @display(description=gettext_lazy("state"), ordering="state", label=STATES)  # type: ignore[untyped-decorator]
    def state_shown(self, row: Flag) -> tuple[str, str]:
        """Where it stands."""
        return row.state, row.get_state_display()

    @display(description=gettext_lazy("owner"), ordering="owner")  # type: ignore[untyped-decorator]
    def owner_shown(self, row: Flag) -> SafeString:
        """Whose it is."""
        return clipped(row.owner or "-")

    @display(description=gettext_lazy("days"), ordering="-condition_since")  # type: ignore[untyped-decorator]
    def age(self, row: Flag) -> int | None:
        """For how long the condition has held."""
        return whole_days(row.condition_since, timezone.localdate())

    # its page

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A flag with its evidence and its history."""
        row = self.get_object(request, unquote(object_id))
        more = self._what_it_rests_on(row) | {"notes": notes_on(request, row)} if row is not None else {}
        return super().change_view(request, object_id, form_url, (extra_context or {}) | more)  # type: ignore[no-any-return]

    def _what_it_rests_on(self, row: Flag) -> dict[str, Any]:
        events = list(row.events.select_related("by").in_order().reverse()[: EVENTS + 1])
        rest = f"{reverse('admin:procurement_flagevent_changelist')}?flag__exact={row.pk}"
        return {
            "evidence": tables_of(row),
            "history": history(events[:EVENTS], row.currency),
            "all_events": rest if len(events) > EVENTS else "",
        }

    # what may be done

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """The actions on a flag that its state and the user's role allow."""
        row = self.get_object(request, unquote(str(object_id)))
        if row is None:
            return []
        possible = self.open_to[row.state] if row.condition_holds or row.state != "resolved" else ()
        offered = super().get_actions_detail(request, object_id)
        return [each for each in offered if each.path in possible and may(request, each.path)]

    @action(description=gettext_lazy("Acknowledge"), icon="visibility")  # type: ignore[untyped-decorator]
    def acknowledge(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Record that somebody has seen it."""
        form = AcknowledgeForm(sent(request))
        return self._page(request, object_id, form, "acknowledge", lifecycle.acknowledge)

    @action(description=gettext_lazy("Accept"), icon="handshake")  # type: ignore[untyped-decorator]
    def accept(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Accept it through a day."""
        form = AcceptForm(sent(request))
        return self._page(request, object_id, form, "accept", lifecycle.accept, today=timezone.localdate())

    @action(description=gettext_lazy("Prolong or shorten"), icon="update")  # type: ignore[untyped-decorator]
    def prolong(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Accept it through another day."""
        form = ProlongForm(sent(request))
        return self._page(request, object_id, form, "prolong", lifecycle.prolong, today=timezone.localdate())

    @action(description=gettext_lazy("Resolve"), icon="check_circle")  # type: ignore[untyped-decorator]
    def resolve(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Close it."""
        return self._page(request, object_id, ReasonForm(sent(request)), "resolve", lifecycle.resolve)

    @action(description=gettext_lazy("Reopen"), icon="replay")  # type: ignore[untyped-decorator]
    def reopen(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Put it back into the queue."""
        return self._page(request, object_id, ReasonForm(sent(request)), "reopen", lifecycle.reopen)

    def _page(
        self, request: HttpRequest, object_id: str, form: ActingForm, verb: str, act: Callable[..., Flag], **more: Any
    ) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        refuse_unless_may(request, verb, [row.pk])

        def do(given: Mapping[str, Any]) -> SafeString:
            return said_of(act(row.pk, by=request.user, **given, **more))

        doing = Doing(title=f"{VERBS[verb]}: {title_of(row)}", button=str(VERBS[verb]), intro=row.summary, do=do)
        return act_page(self, request, row, form, doing)

    # many at once

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The queue; an action that the role does not allow is refused, where Django would show the list again."""
        wanted = MANY.get(request.POST.get("action", ""))
        if wanted is not None:
            refuse_unless_may(request, wanted.verb, ticked(request) or [None])
        return super().changelist_view(request, extra_context)  # type: ignore[no-any-return]

    def has_notice_permission(self, request: HttpRequest) -> bool:
        """Analysts may acknowledge flags."""
        return may(request, "acknowledge")

    def has_review_permission(self, request: HttpRequest) -> bool:
        """Reviewers decide on flags."""
        return may(request, "accept")

    @admin.action(description=gettext_lazy("Acknowledge the chosen flags"), permissions=["notice"])
    def acknowledge_chosen(self, request: HttpRequest, queryset: "QuerySet[Flag]") -> HttpResponse:
        """Record that somebody has seen them."""
        return many_page(self, request, queryset, "acknowledge_chosen")

    @admin.action(description=gettext_lazy("Accept the chosen flags until a day"), permissions=["review"])
    def accept_chosen(self, request: HttpRequest, queryset: "QuerySet[Flag]") -> HttpResponse:
        """Accept them through a day."""
        return many_page(self, request, queryset, "accept_chosen")


@admin.register(FlagEvent)
class FlagEventAdmin(ReadOnly):
    """Everything that happened to flags."""

    list_display = ("at", "kind", "severity", "summary", "by", "as_of", "routed_at")
    list_select_related = ("by", "flag")
    list_filter = ("kind", "severity", "historical", "replayed")
    search_fields = ("summary", "reason", "flag__program__code", "=flag__id")
    ordering = ("-id",)
    change_form_after_template = "procurement/admin/flag_evidence.html"
    fieldsets = (
        (None, {"fields": ("summary", ("kind", "severity"), "flag")}),
        (gettext_lazy("Who, when and why"), {"fields": (("at", "by"), "reason", ("as_of", "replayed"))}),
        (gettext_lazy("For alerts"), {"fields": (("historical", "routed_at"),)}),
    )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What happened, with the figures and documents at that time."""
        row = self.get_object(request, unquote(object_id))
        more = {"evidence": snapshot_of(row)} if row is not None else {}
        return super().change_view(request, object_id, form_url, (extra_context or {}) | more)  # type: ignore[no-any-return]


def said_of(flag: Flag) -> SafeString:
    """What became of a flag, leading to it and to what it is about."""
    about = flag.contract or flag.program
    said = _("“%(rule)s” about %(about)s is now: %(state)s.")
    links = {"rule": "{flag}", "about": "{about}", "state": "{state}"}
    shown = {"flag": link_to(flag, title_of(flag)), "about": link_to(about), "state": flag.get_state_display()}
    return format_html(said % links, **shown)


def snapshot_of(event: FlagEvent) -> list[Any]:
    """The tables of a flag's evidence at the time of an event."""
    documents = documents_of(event.evidence)
    tables = [*evidence_tables(event.evidence, event.flag.currency, documents), sources(documents)]
    return [(title, table) for title, table in tables if table["rows"]]
