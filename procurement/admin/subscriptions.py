"""Subscriptions: what users want to hear of, and what that would have sent."""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from procurement.admin.acting import ActingForm, Doing, act_page, sent
from procurement.admin.entering import EnteringForm
from procurement.admin.guided.looking import is_look
from procurement.admin.owned import Owned
from procurement.admin.pickers import CountriesField, SeveralField, domains
from procurement.admin.selecting import WordsField, preview_part, statuses
from procurement.alerts.events import ALL_EVENTS, NAMES
from procurement.alerts.leaving import delete_subscription
from procurement.alerts.models import Channel, Subscription
from procurement.alerts.subscribing import SubscriptionInput, change_subscription, create_subscription, events_open_to
from procurement.delivery.feeding import feed_url, renew_feed
from procurement.flags.rules import all_rules


class SubscriptionForm(EnteringForm):
    """What to hear of."""

    events = forms.MultipleChoiceField(widget=UnfoldAdminCheckboxSelectMultipleWidget(), required=False)
    rules = forms.MultipleChoiceField(
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        required=False,
        help_text=gettext_lazy("of events about flags; none means all"),
    )
    countries = CountriesField(required=False, help_text=gettext_lazy("none means all"))
    domains = SeveralField(
        domains,
        label=gettext_lazy("Domains"),
        required=False,
        help_text=gettext_lazy("of programs; none means all"),
    )
    words = WordsField(
        label=gettext_lazy("Words"),
        required=False,
        help_text=gettext_lazy(
            "separated by commas; one is enough, in any case and width, with or without accents; none means all"
        ),
    )
    from_statuses = SeveralField(
        statuses,
        label=gettext_lazy("Changed from"),
        required=False,
        help_text=gettext_lazy("of changes of a status: what it was; none means any"),
    )
    to_statuses = SeveralField(
        statuses,
        label=gettext_lazy("Changed to"),
        required=False,
        help_text=gettext_lazy("of changes of a status: what it is now; none means any"),
    )

    #: The events that its owner may ask for.
    open_events: Collection[str] = ALL_EVENTS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        events = self.fields.get("events")
        if events is not None:
            events.choices = [(each, _(NAMES[each])) for each in self.open_events]  # type: ignore[attr-defined]
        rules = self.fields.get("rules")
        if rules is not None:
            rules.choices = [(rule.code, _(rule.title)) for rule in all_rules()]  # type: ignore[attr-defined]


def selected_in(form: "ModelForm[Any]") -> SubscriptionInput:
    """What a form asks for; one that is only looked at may lack name and channel."""
    names = SubscriptionInput.__dataclass_fields__
    given: dict[str, Any] = {"name": "", "channel": Channel()}
    return SubscriptionInput(**given | {name: form.cleaned_data[name] for name in names if name in form.cleaned_data})


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
    readonly_fields = ("owner", "created_at", "feed")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("name", ("channel", "active"))}),
        (gettext_lazy("What happens"), {"fields": ("events", ("from_statuses", "to_statuses"))}),
        (
            gettext_lazy("To whom and what"),
            {
                "fields": (
                    ("programs", "with_related"),
                    ("organizations", "with_group"),
                    ("countries", "domains"),
                    "words",
                )
            },
        ),
        (gettext_lazy("How much is owed"), {"fields": (("min_outstanding", "currency"),)}),
        (gettext_lazy("Of flags"), {"fields": ("rules", "min_severity")}),
        (gettext_lazy("When"), {"fields": ("cadence", ("local_time", "zone"))}),
        (
            gettext_lazy("Manners"),
            {"fields": ("group_seconds", ("quiet_from", "quiet_until"), "quiet_passes")},
        ),
        (gettext_lazy("Whose"), {"fields": (("owner", "created_at"),)}),
    )
    actions_detail = ("renew", "leave")
    change_form_outer_after_template = "procurement/admin/subscription_after.html"

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        """Programs and organizations are searched for too."""
        return [*super().get_autocomplete_fields(request), "programs", "organizations"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002
        """The form with the events that the owner may ask for."""
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"open_events": events_open_to(obj.owner if obj else request.user)})

    def save_model(self, request: HttpRequest, obj: Any, form: "ModelForm[Any]", change: bool) -> None:  # noqa: FBT001
        """Store through the verb."""
        given = selected_in(form)
        if change:
            change_subscription(obj, given)
        else:
            vars(obj).update(vars(create_subscription(given, owner=request.user)))  # type: ignore[arg-type]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The secret address of its feed is shown to its owner alone."""
        found = super().get_fieldsets(request, obj)
        own = obj is not None and obj.owner_id == request.user.pk
        return [*found, (gettext_lazy("Feed"), {"fields": ("feed",)})] if own else found

    @display(description=gettext_lazy("secret address"))  # type: ignore[untyped-decorator]
    def feed(self, row: Subscription) -> str:
        """Where its messages are read as a feed."""
        return feed_url(row)

    def has_renew_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Only its owner gives the feed another address."""
        own = Subscription.objects.owned_by(request.user)
        return object_id is None or own.filter(pk=unquote(str(object_id))).exists()

    @action(description=gettext_lazy("New address of the feed"), icon="rss_feed", permissions=["renew"])  # type: ignore[untyped-decorator]
    def renew(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Give its feed another address."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404

        def do(_given: Mapping[str, Any]) -> str:
            renew_feed(row.pk)
            return _("The feed has a new address; the old one leads nowhere.")

        title = _("New address of the feed of “%(name)s”") % {"name": row}
        intro = _("Whoever reads the feed now needs the new address, which this page shows to you alone.")
        doing = Doing(title=title, button=_("Renew"), intro=intro, do=do)
        return act_page(self, request, row, ActingForm(sent(request)), doing)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, *args: Any, **kw: Any
    ) -> HttpResponse:
        """The form; or the part of its page that says what it would have sent, without saving it."""
        if not is_look(request):
            return super().changeform_view(request, object_id, *args, **kw)
        row = self.get_object(request, unquote(object_id)) if object_id else None
        if object_id and row is None:
            raise Http404
        if not (self.has_change_permission(request, row) if row else self.has_add_permission(request)):
            raise PermissionDenied
        form = self.get_form(request, row, change=row is not None)(request.POST, instance=row)
        return preview_part(request, form, selected_in, owner=row.owner if row else request.user)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        """The recording function has already stored programs and organizations."""

    def end(self, row: Subscription) -> None:
        """Delete it."""
        delete_subscription(row.pk, now=timezone.now())
