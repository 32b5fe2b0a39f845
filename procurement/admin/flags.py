"""Flags as a work queue: what is unresolved, how bad, since when, and what may be done about it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateFilter
from unfold.decorators import action, display

from procurement.access.roles import ANALYST, REVIEWER, reaches, role_of
from procurement.admin.acting import ActingForm, Doing, act_page, day_field, reason_field, sent, text_field
from procurement.admin.listing import ReadOnly, Rows, clipped
from procurement.common.dates import whole_days
from procurement.flags import life
from procurement.flags.models import Flag, FlagEvent, Severity
from procurement.flags.rules import all_rules

SEVERITIES = {"high": "danger", "medium": "warning", "low": "info"}
STATES = {"open": "danger", "acknowledged": "warning", "accepted": "info", "resolved": "success"}
#: The worst first, whatever the words.
BY_SEVERITY = Case(
    *(When(severity=name, then=Value(rank)) for rank, name in enumerate(Severity.values)), output_field=IntegerField()
)
UNRESOLVED = "unresolved"


class StateFilter(admin.SimpleListFilter):
    """The queue is what is unresolved, unless asked for otherwise."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:  # noqa: ARG002
        """The states, and all of them."""
        return [(UNRESOLVED, "Unresolved"), *Flag.State.choices, ("all", "All")]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Flag]") -> "QuerySet[Flag]":  # noqa: ARG002
        """The flags in the state that was chosen."""
        chosen = self.value() or UNRESOLVED
        if chosen == "all":
            return queryset
        return queryset.filter(state=chosen) if chosen in Flag.State.values else queryset.exclude(state="resolved")

    def choices(self, changelist: Any) -> Any:
        """Without the “All” that Django adds, which would say what is not so."""
        for value, title in self.lookup_choices:
            yield {
                "selected": (self.value() or UNRESOLVED) == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": title,
            }


class RuleFilter(admin.SimpleListFilter):
    """The rules by their titles."""

    title = "rule"
    parameter_name = "rule"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:  # noqa: ARG002
        """Every rule."""
        return [(rule.code, rule.title) for rule in all_rules()]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Flag]") -> "QuerySet[Flag]":  # noqa: ARG002
        """The flags of one rule."""
        return queryset.filter(rule=self.value()) if self.value() else queryset


class ReasonForm(ActingForm):
    """Why."""

    reason = reason_field()


class AcknowledgeForm(ActingForm):
    """Perhaps why."""

    reason = reason_field(required=False)


class AcceptForm(ActingForm):
    """Why, on whose account, and through which day."""

    reason = reason_field()
    owner = text_field(help_text="who answers for it; empty: you")
    until = day_field(help_text="the last day of the acceptance")


class Events(Rows):
    """What happened to a flag."""

    model = FlagEvent
    fields = readonly_fields = ("at", "kind", "severity", "by", "reason")
    related = ("by",)
    per_page = 20
    tab = False


@admin.register(Flag)
class FlagAdmin(ReadOnly):
    """The queue."""

    list_display = (
        "severity_shown",
        "rule",
        "program",
        "of_contract",
        "state_shown",
        "condition_since",
        "age",
        "opened_at",
    )
    list_display_links = ("severity_shown", "rule")
    list_select_related = ("program", "contract")
    list_filter = (
        StateFilter,
        "severity",
        RuleFilter,
        ("program", AutocompleteSelectFilter),
        ("contract", AutocompleteSelectFilter),
        ("condition_since", RangeDateFilter),
    )
    search_fields = ("program__code", "program__name", "contract__reference", "contract__title", "summary")
    ordering = ("-opened_at", "-id")
    inlines = (Events,)
    actions_detail = ("acknowledge", "accept", "resolve", "reopen")
    fieldsets = (
        (None, {"fields": ("summary", ("severity", "state"), "rule", ("program", "contract"))}),
        ("Since when", {"fields": (("condition_since", "age"), ("opened_at", "resolved_at"), "condition_holds")}),
        ("Acceptance", {"fields": (("owner", "accepted_until"), "acceptance_reason")}),
        ("Evidence", {"fields": ("evidence",)}),
    )
    #: What may be done to a flag in each state.
    open_to: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "open": ("acknowledge", "accept", "resolve"),
        "acknowledged": ("accept", "resolve", "reopen"),
        "accepted": ("resolve", "reopen"),
        "resolved": ("reopen",),
    }

    @display(description="severity", ordering=BY_SEVERITY, label=SEVERITIES)  # type: ignore[untyped-decorator]
    def severity_shown(self, row: Flag) -> tuple[str, str]:
        """How much it asks for attention."""
        return row.severity, row.get_severity_display()

    @display(description="contract", ordering="contract__reference")  # type: ignore[untyped-decorator]
    def of_contract(self, row: Flag) -> SafeString:
        """The contract that it is about."""
        return clipped(row.contract or "-")

    @display(description="state", ordering="state", label=STATES)  # type: ignore[untyped-decorator]
    def state_shown(self, row: Flag) -> tuple[str, str]:
        """Where it stands."""
        return row.state, row.get_state_display()

    @display(description="days", ordering="-condition_since")  # type: ignore[untyped-decorator]
    def age(self, row: Flag) -> int | None:
        """For how long the condition holds."""
        return whole_days(row.condition_since, timezone.localdate())

    def has_notice_permission(self, request: HttpRequest, object_id: Any = None) -> bool:  # noqa: ARG002
        """Analysts may say that they have seen one."""
        return reaches(role_of(request.user), ANALYST)

    def has_review_permission(self, request: HttpRequest, object_id: Any = None) -> bool:  # noqa: ARG002
        """Reviewers decide on flags."""
        return reaches(role_of(request.user), REVIEWER)

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """What may be done to a flag as it stands."""
        row = self.get_object(request, unquote(str(object_id)))
        if row is None:
            return []
        possible = self.open_to[row.state] if row.condition_holds or row.state != "resolved" else ()
        return [each for each in super().get_actions_detail(request, object_id) if each.path in possible]

    @action(description="Acknowledge", icon="visibility", permissions=["notice"])  # type: ignore[untyped-decorator]
    def acknowledge(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Note that somebody has seen it."""
        form = AcknowledgeForm(sent(request))
        return self._page(request, object_id, form, "Acknowledge", life.acknowledge)

    @action(description="Accept", icon="handshake", permissions=["review"])  # type: ignore[untyped-decorator]
    def accept(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Live with it through a day."""
        form = AcceptForm(sent(request))
        return self._page(request, object_id, form, "Accept", life.accept, today=timezone.localdate())

    @action(description="Resolve", icon="check_circle", permissions=["review"])  # type: ignore[untyped-decorator]
    def resolve(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Close it."""
        return self._page(request, object_id, ReasonForm(sent(request)), "Resolve", life.resolve)

    @action(description="Reopen", icon="replay", permissions=["review"])  # type: ignore[untyped-decorator]
    def reopen(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Put it back into the queue."""
        return self._page(request, object_id, ReasonForm(sent(request)), "Reopen", life.reopen)

    def _page(
        self, request: HttpRequest, object_id: str, form: ActingForm, name: str, verb: Callable[..., Flag], **more: Any
    ) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404

        def do(given: Mapping[str, Any]) -> str:
            flag = verb(row.pk, by=request.user, **given, **more)
            return f"The flag is {flag.get_state_display().lower()}."

        doing = Doing(title=f"{name} flag {row.pk}", button=name, intro=row.summary, do=do)
        return act_page(self, request, row, form, doing)


@admin.register(FlagEvent)
class FlagEventAdmin(ReadOnly):
    """Everything that happened to flags."""

    list_display = ("at", "kind", "severity", "summary", "by", "routed_at")
    list_select_related = ("by", "flag")
    list_filter = ("kind", "severity", "historical")
    search_fields = ("summary", "reason", "flag__program__code", "=flag__id")
    ordering = ("-id",)
