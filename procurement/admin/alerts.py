"""Subscriptions, alerts, and the outbox."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
)

from procurement.access.roles import ADMINISTRATOR, reaches, role_of
from procurement.admin.acting import ActingForm, Doing, act_page, acting_page, sent
from procurement.admin.colours import Colours
from procurement.admin.entering import EnteringAdmin, EnteringForm
from procurement.admin.listing import ReadOnly, Rows
from procurement.admin.pickers import CountriesField
from procurement.alerts.events import ALL_EVENTS, NAMES
from procurement.alerts.leaving import delete_subscription
from procurement.alerts.models import Alert, Delivery, Notice, Subscription
from procurement.alerts.subscribing import SubscriptionInput, change_subscription, create_subscription
from procurement.common.clock import database_now
from procurement.delivery.models import Attempt
from procurement.delivery.replaying import replay
from procurement.flags.rules import all_rules

STATES = Colours(
    {
        "pending": "info",
        "sending": "info",
        "sent": "success",
        "failed": "danger",
        "held": "warning",
        "cancelled": "warning",
    }
)


class Owned(EnteringAdmin):
    """Rows that belong to a user, who may delete them; administrators see everybody's."""

    actions_detail = ("leave",)
    #: What deleting means.
    leaving: "str | Promise" = ""

    def end(self, row: Any) -> None:
        """Delete a row with the verb for it."""
        raise NotImplementedError

    def has_leave_permission(self, request: HttpRequest, object_id: Any = None) -> bool:  # noqa: ARG002
        """Everybody may delete what is their own, readers too."""
        return bool(self.has_view_permission(request))

    @action(description=gettext_lazy("Delete"), icon="delete", permissions=["leave"])  # type: ignore[untyped-decorator]
    def leave(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Delete a row, after saying what that means."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404

        def do(_given: Mapping[str, Any]) -> str:
            self.end(row)
            return _("“%(name)s” is deleted.") % {"name": row}

        title = _("Delete “%(name)s”") % {"name": row}
        doing = Doing(title=title, button=_("Delete"), intro=str(self.leaving), do=do)
        back = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        return acting_page(self, request, ActingForm(sent(request)), doing, back=back, row=row)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """A user's own rows."""
        rows = self.model.objects.all()
        everything = reaches(role_of(request.user), ADMINISTRATOR)
        return (rows if everything else rows.visible_to(request.user)).order_by(*self.ordering)  # type: ignore[no-any-return]


class SubscriptionForm(EnteringForm):
    """What to hear of."""

    events = forms.MultipleChoiceField(
        choices=[(event, gettext_lazy(NAMES[event])) for event in ALL_EVENTS],
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        required=False,
    )
    rules = forms.MultipleChoiceField(
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        required=False,
        help_text=gettext_lazy("of events about flags; none means all"),
    )
    countries = CountriesField(required=False, help_text=gettext_lazy("none means all"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = self.fields.get("rules")
        if rules is not None:
            rules.choices = [(rule.code, _(rule.title)) for rule in all_rules()]  # type: ignore[attr-defined]


@admin.register(Subscription)
class SubscriptionAdmin(Owned):
    """Subscriptions."""

    leaving = gettext_lazy("Nothing more is sent for it, also not what waits. Its messages stay on record.")
    form = SubscriptionForm
    list_display = ("name", "owner", "channel", "cadence", "active", "created_at")
    list_select_related = ("owner", "channel")
    list_filter = ("active", "cadence")
    search_fields = ("name", "owner__username", "channel__address")
    ordering = ("-id",)
    readonly_fields = ("owner", "created_at")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("name", ("channel", "active"))}),
        (gettext_lazy("What it selects"), {"fields": ("events", "programs", "organizations", "countries")}),
        (gettext_lazy("Of flags"), {"fields": ("rules", "min_severity", ("min_outstanding", "currency"))}),
        (gettext_lazy("When"), {"fields": ("cadence", ("local_time", "zone"))}),
        (gettext_lazy("Whose"), {"fields": (("owner", "created_at"),)}),
    )

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        """Programs and organizations are searched for too."""
        return [*super().get_autocomplete_fields(request), "programs", "organizations"]

    def save_model(self, request: HttpRequest, obj: Any, form: "ModelForm[Any]", change: bool) -> None:  # noqa: FBT001
        """Store through the verb."""
        names = SubscriptionInput.__dataclass_fields__
        given = SubscriptionInput(**{name: value for name, value in form.cleaned_data.items() if name in names})
        if change:
            change_subscription(obj, given)
        else:
            vars(obj).update(vars(create_subscription(given, owner=request.user)))  # type: ignore[arg-type]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        """The recording function has already stored programs and organizations."""

    def end(self, row: Subscription) -> None:
        """Delete it."""
        delete_subscription(row.pk, now=timezone.now())


class Notices(Rows):
    """The alerts of a message."""

    model = Notice
    fields = readonly_fields = ("alert",)
    related = ("alert", "subscription")
    tab = False


class Attempts(Rows):
    """How the sending went."""

    model = Attempt
    fields = readonly_fields = ("at", "outcome", "status", "milliseconds", "answer", "error")
    tab = False


@admin.register(Alert)
class AlertAdmin(ReadOnly):
    """Alerts."""

    list_display = ("event", "summary", "program", "happened_at", "late")
    list_display_links = ("event", "summary")
    list_select_related = ("program",)
    list_filter = ("event", "late")
    search_fields = ("summary", "program__code", "contract__reference")
    ordering = ("-id",)


@admin.register(Notice)
class NoticeAdmin(ReadOnly):
    """Which alert goes to which subscription, in which message."""

    list_display = ("id", "subscription", "alert", "delivery")
    list_select_related = ("subscription", "alert", "delivery__subscription")
    search_fields = ("subscription__name", "alert__summary")
    ordering = ("-id",)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly):
    """The outbox."""

    list_display = ("carries", "to", "subscription", "state_shown", "attempt_count", "next_try_at", "sent_at")
    list_select_related = ("subscription__channel",)
    list_filter = ("state",)
    search_fields = ("message_id", "subscription__name", "subscription__channel__address")
    ordering = ("-id",)
    inlines = (Notices, Attempts)
    actions_detail = ("replay",)
    fieldsets = (
        (None, {"fields": (("carries", "to"), "subscription", ("state", "sent_at"))}),
        (gettext_lazy("Sending"), {"fields": (("attempt_count", "next_try_at"), ("created_at", "digest_until"))}),
        (gettext_lazy("For whoever looks into it"), {"fields": ("message_id", ("claimed_at", "claimed_by"))}),
    )
    readonly_fields = ("message_id", "created_at")

    @display(description=gettext_lazy("carries"))  # type: ignore[untyped-decorator]
    def carries(self, row: Any) -> SafeString | str:
        """What it tells of: the first alert, and how many more."""
        more = (row.alert_count or 0) - 1
        if row.first_summary is None:
            return _("nothing: its alerts are gone")
        rest = _("and %(more)s more") % {"more": more} if more > 0 else ""
        return format_html("{} {}", row.first_summary, rest)

    @display(description=gettext_lazy("to"), ordering="subscription__channel__address")  # type: ignore[untyped-decorator]
    def to(self, row: Delivery) -> str:
        """Where it goes."""
        return row.subscription.channel.address

    @display(description=gettext_lazy("state"), ordering="state", label=STATES)  # type: ignore[untyped-decorator]
    def state_shown(self, row: Delivery) -> tuple[str, str]:
        """Where it stands."""
        return row.state, row.get_state_display()

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Delivery]":
        """A user's own messages."""
        return Delivery.objects.visible_to(request.user).with_contents().order_by(*self.ordering)

    def has_replay_permission(self, request: HttpRequest, object_id: Any = None) -> bool:  # noqa: ARG002
        """Everybody who can see a message may send it again."""
        return bool(self.has_view_permission(request))

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Only a failed message is sent again."""
        row = self.get_object(request, unquote(str(object_id)))
        failed = row is not None and row.state == Delivery.State.FAILED
        return super().get_actions_detail(request, object_id) if failed else []

    @action(description=gettext_lazy("Send again"), icon="forward_to_inbox", permissions=["replay"])  # type: ignore[untyped-decorator]
    def replay(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Put a failed message back into the outbox."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404

        def do(_given: Mapping[str, Any]) -> str:
            replay(row.pk, now=database_now())
            return _("The message to %(address)s is in the outbox again.") % {"address": self.to(row)}

        title = _("Send again")
        intro = _("“%(summary)s” could not be sent to %(address)s. It is tried again within a minute.")
        intro %= {"summary": self.carries(row), "address": self.to(row)}
        doing = Doing(title=title, button=title, intro=intro, do=do)
        return act_page(self, request, row, ActingForm(sent(request)), doing)


@admin.register(Attempt)
class AttemptAdmin(ReadOnly):
    """Proof of what was sent, and of what was not and why."""

    list_display = ("at", "outcome", "status", "milliseconds", "delivery", "error")
    list_select_related = ("delivery__subscription",)
    list_filter = ("outcome",)
    search_fields = ("delivery__message_id", "error")
    ordering = ("-id",)
