"""Watching a program from its page."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from procurement.admin.acting import ActingForm, Doing, act_page, page_of, sent
from procurement.admin.returning import with_return
from procurement.alerts.models import Channel
from procurement.alerts.watching import stop_watching, watch, watches
from procurement.common.errors import Refused
from procurement.programs.models import Program

#: So many channels of a person are offered.
MOST = 50


class WatchForm(ActingForm):
    """Where the messages go; who has one channel need not choose."""

    channel = forms.ModelChoiceField(
        Channel.objects.none(), required=False, label=gettext_lazy("Channel"), widget=UnfoldAdminSelectWidget()
    )

    def __init__(self, *args: Any, owner: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = Channel.objects.owned_by(owner).order_by("-id")
        self.fields["channel"].queryset = self.own  # type: ignore[attr-defined]

    def chosen(self, given: Mapping[str, Any]) -> Channel:
        """The channel that was chosen, or the only one. Raises Refused."""
        own = list(self.own[:2])
        found = given["channel"] or (own[0] if len(own) == 1 else None)
        if found is None:
            none = _("You have no channel yet: make one first.")
            raise Refused({"channel": _("Choose where the messages go.") if own else none})
        return cast("Channel", found)


def watching_of(user: User, program: Program) -> dict[str, Any]:
    """Whether a user watches a program, through what, and how they would begin."""
    back = f"{page_of(program)}#watch"
    return {
        "subscription": watches(user, program).select_related("channel").first(),
        "channels": list(Channel.objects.owned_by(user).order_by("-id")[:MOST]),
        "watch_address": reverse("admin:procurement_program_watch", args=[program.pk]),
        "stop_address": reverse("admin:procurement_program_unwatch", args=[program.pk]),
        "may_make_channel": user.has_perm("procurement.add_channel"),
        "channel_form": with_return(reverse("admin:procurement_channel_add"), back),
    }


class Watched:
    """Programs that a user may watch."""

    def get_urls(self) -> list[URLPattern]:
        """With the addresses that begin and end it."""
        owner: Any = self
        begin, end = owner.admin_site.admin_view(self.watch_view), owner.admin_site.admin_view(self.unwatch_view)
        return [
            path("<path:object_id>/watch/", begin, name="procurement_program_watch"),
            path("<path:object_id>/unwatch/", end, name="procurement_program_unwatch"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def watch_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Subscribe who asks for it to everything about a program."""
        program, user = self._program(request, object_id), cast("User", request.user)
        form = WatchForm(sent(request), owner=user)

        def do(given: Mapping[str, Any]) -> str:
            name = _("Watching %(program)s") % {"program": program}
            zone = timezone.get_current_timezone_name()
            made = watch(program, form.chosen(given), owner=user, name=name, zone=zone)
            return _("You watch “%(program)s”: what happens goes to %(channel)s.") % {
                "program": program,
                "channel": made.channel,
            }

        intro = _("Every change of its status, its flags, its contracts and what falls due is sent to you at once.")
        doing = Doing(title=_("Watch “%(program)s”") % {"program": program}, button=_("Watch"), intro=intro, do=do)
        return act_page(self, request, program, form, doing)

    def unwatch_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """End that subscription."""
        program, user = self._program(request, object_id), cast("User", request.user)

        def do(_given: Mapping[str, Any]) -> str:
            stop_watching(program, owner=user)
            return _("You no longer watch “%(program)s”.") % {"program": program}

        intro = _("Nothing more is sent for it. Other subscriptions of yours that include the program stay.")
        doing = Doing(
            title=_("Stop watching “%(program)s”") % {"program": program}, button=_("Stop"), intro=intro, do=do
        )
        return act_page(self, request, program, ActingForm(sent(request)), doing)

    def _program(self, request: HttpRequest, object_id: str) -> Program:
        owner: Any = self
        row = owner.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        if not owner.has_view_permission(request, row):
            raise PermissionDenied
        return cast("Program", row)
