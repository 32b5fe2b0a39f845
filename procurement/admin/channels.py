"""Channels, with the settings that their carriers declare."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from procurement.admin.channel_acting import ChannelActs
from procurement.admin.choosing import CHOOSE
from procurement.admin.entering import EnteringForm
from procurement.admin.owned import Owned
from procurement.alerts.leaving import delete_channel
from procurement.alerts.models import Channel
from procurement.common.options import Option
from procurement.delivery.addressing import (
    SETTINGS,
    change_channel,
    create_channel,
    options_of,
    secrets_in,
    shown_settings,
)
from procurement.delivery.channels import carriers
from procurement.delivery.waiting import channel_waits_for, in_words
from procurement.tasks import nudge

#: What people call the kinds that come with the service; another one is called by its name.
KINDS: Mapping[str, Any] = {
    "email": gettext_lazy("e-mail"),
    "feed": gettext_lazy("feed"),
    "apprise": gettext_lazy("chat or push service (Apprise)"),
}


ADDRESSES = gettext_lazy(
    "Of e-mail, one mailbox; of a webhook, where it is posted to; of a feed, a name. Of a chat or push service leave "
    "it empty: its address is a secret, and has a field of its own."
)


class ChannelForm(EnteringForm):
    """An existing kind and its settings. The fields have the names that errors use."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "kind" in self.fields:
            kinds = [("", CHOOSE), *((kind, KINDS.get(kind, kind)) for kind in carriers())]
            self.fields["kind"] = forms.ChoiceField(choices=kinds, widget=UnfoldAdminSelectWidget())
        if "address" in self.fields:
            self.fields["address"].required = False  # one that is a secret stands among the settings
            self.fields["address"].help_text = "" if self.instance.pk else ADDRESSES
        for name, value in shown_settings(self.instance.kind, self.instance.settings).items():
            self.initial[SETTINGS + name] = value

    def settings_given(self) -> dict[str, Any]:
        """The settings as typed. An emptied one is removed, but a secret left empty is kept."""
        given = {
            name.removeprefix(SETTINGS): value for name, value in self.cleaned_data.items() if name.startswith(SETTINGS)
        }
        kept = secrets_in(self.instance.kind, self.instance.settings)
        return {name: value or None for name, value in given.items() if value or name not in kept}


def setting_field(option: Option, kinds: Sequence[str]) -> forms.Field:
    """The form field of a setting. A secret is not shown again."""
    says = f"{', '.join(kinds)}: {_(option.says)}"
    if option.secret:
        says = _("%(says)s; leave it empty to keep a stored one") % {"says": says}
    common: dict[str, Any] = {"label": option.name, "required": False, "help_text": says}
    if option.choices:
        choices = [("", ""), *((each, each) for each in option.choices)]
        return forms.ChoiceField(choices=choices, widget=UnfoldAdminSelectWidget(), **common)
    if option.secret:
        return forms.CharField(widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}), **common)
    return forms.CharField(widget=UnfoldAdminTextInputWidget(), **common)


def setting_fields(kinds: Iterable[str]) -> dict[str, forms.Field]:
    """A form field for each setting of these kinds."""
    found: dict[str, tuple[Option, list[str]]] = {}
    for kind in kinds:
        for name, option in options_of(kind).items():
            found.setdefault(SETTINGS + name, (option, []))[1].append(kind)
    return {name: setting_field(option, of) for name, (option, of) in found.items()}


@admin.register(Channel)
class ChannelAdmin(ChannelActs, Owned):
    """Where messages go."""

    leaving = gettext_lazy(
        "Nothing more is sent there, also not what waits, and its secret settings are removed. Subscriptions that use "
        "it are switched off; they may be given another channel. Its messages stay on record."
    )
    form = ChannelForm
    list_display = ("address", "kind", "owner", "waits", "created_at")
    actions_detail = ("test", "resume", "ask", "vouch_for", "leave")
    list_select_related = ("owner",)
    list_filter = ("kind",)
    search_fields = ("address", "owner__username")
    ordering = ("-id",)
    readonly_fields = ("owner", "created_at", "verified_at", "waits", "failing_since", "paused_at", "paused_because")

    @display(description=gettext_lazy("waits"), empty_value="")  # type: ignore[untyped-decorator]
    def waits(self, row: Channel) -> str:
        """Why messages wait for it, if they do."""
        return in_words(channel_waits_for(row))

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """The buttons that make sense for the channel."""
        offered = self.offered(self.get_object(request, unquote(str(object_id))))
        found = super().get_actions_detail(request, object_id)
        return [each for each in found if each.path in offered]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:  # noqa: ARG002
        """Kind, address, and the settings of the kind; for a new channel, those of all kinds."""
        return [("kind", "address"), *setting_fields([obj.kind] if obj else carriers()), *self.readonly_fields]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The kind of a stored channel stays, because its settings depend on it."""
        return [*super().get_readonly_fields(request, obj), *(["kind"] if obj else [])]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002
        """The form with the fields of the settings."""
        form = type("ChannelForm", (ChannelForm,), setting_fields([obj.kind] if obj else carriers()))
        return super().get_form(request, obj, change=change, form=form, **kwargs)

    def end(self, row: Channel) -> None:
        """Delete it."""
        delete_channel(row.pk, now=timezone.now())

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        """Store through the recording functions."""
        settings = form.settings_given()
        if change:
            stored = change_channel(obj.pk, address=obj.address or None, settings=settings)
        else:
            stored = create_channel(owner=request.user, kind=obj.kind, address=obj.address, settings=settings)  # type: ignore[arg-type]
        transaction.on_commit(lambda: nudge("ask_readers"))
        vars(obj).update(vars(stored))
