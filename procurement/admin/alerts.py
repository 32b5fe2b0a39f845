"""Alerts, and the outbox."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import action, display

from procurement.admin.acting import ActingForm, Doing, act_page, sent
from procurement.admin.colours import Colours
from procurement.admin.listing import ReadOnly, Rows
from procurement.alerts.models import Alert, Delivery, Notice
from procurement.common.clock import database_now
from procurement.delivery.models import Attempt
from procurement.delivery.replaying import UNSENT, Chosen, replay, replay_all
from procurement.delivery.waiting import channel_waits_for, in_words
from procurement.tasks import nudge

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

    list_display = ("id", "subscription", "alert", "delivery", "muted_by")
    list_select_related = (
        "subscription",
        "alert",
        "delivery__subscription",
        *(f"muted_by__{target}" for target in ("program", "contract", "subscription")),
    )
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
    actions = ("replay_chosen",)
    fieldsets = (
        (None, {"fields": (("carries", "to"), "subscription", ("state", "sent_at"), "waits")}),
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

    @display(description=gettext_lazy("waits"))  # type: ignore[untyped-decorator]
    def waits(self, row: Delivery) -> str:
        """Why it is held, if it is."""
        return in_words(channel_waits_for(row.subscription.channel)) if row.state == Delivery.State.HELD else ""

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Delivery]":
        """A user's own messages."""
        return Delivery.objects.visible_to(request.user).with_contents().order_by(*self.ordering)

    def has_replay_permission(self, request: HttpRequest, object_id: Any = None) -> bool:  # noqa: ARG002
        """Everybody who can see a message may send it again."""
        return bool(self.has_view_permission(request))

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Only a message that was given up or cancelled is sent again."""
        row = self.get_object(request, unquote(str(object_id)))
        unsent = row is not None and row.state in UNSENT
        return super().get_actions_detail(request, object_id) if unsent else []

    @admin.action(description=gettext_lazy("Send the chosen messages again"), permissions=["replay"])
    def replay_chosen(self, request: HttpRequest, queryset: "QuerySet[Delivery]") -> None:
        """Put those of them that were given up or cancelled back into the outbox, and say how many."""
        chosen = Delivery.objects.filter(pk__in=queryset.values("pk"))
        done = replay_all(chosen, Chosen(cancelled=True), now=database_now())
        transaction.on_commit(lambda: nudge("deliver"))
        said = ngettext(
            "%(count)d message is in the outbox again.", "%(count)d messages are in the outbox again.", done.replayed
        )
        messages.success(request, said % {"count": done.replayed})
        if done.left:
            said = ngettext(
                "%(count)d message is not sent again: its subscription is off or has ended.",
                "%(count)d messages are not sent again: their subscriptions are off or have ended.",
                done.left,
            )
            messages.warning(request, said % {"count": done.left})

    @action(description=gettext_lazy("Send again"), icon="forward_to_inbox", permissions=["replay"])  # type: ignore[untyped-decorator]
    def replay(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Put a message that was given up or cancelled back into the outbox."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404

        def do(_given: Mapping[str, Any]) -> str:
            replay(row.pk, now=database_now())
            transaction.on_commit(lambda: nudge("deliver"))
            return _("The message to %(address)s is in the outbox again.") % {"address": self.to(row)}

        title = _("Send again")
        intro = _("“%(summary)s” was not sent to %(address)s. It is tried again within a minute.")
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
