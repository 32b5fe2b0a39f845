"""What is done to a channel from its page: testing, resuming, asking its reader again, and vouching for them."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action

from procurement.access.roles import ADMINISTRATOR, reaches, role_of
from procurement.admin.acting import ActingForm, Doing, Table, act_page, asking_page, page_of, sent
from procurement.admin.entering import as_refused
from procurement.alerts.models import Channel
from procurement.common.clock import database_now
from procurement.common.errors import Refused
from procurement.delivery.carrying import Tried
from procurement.delivery.pausing import resume
from procurement.delivery.testing import send_test
from procurement.delivery.verifying import ask_anew, vouch
from procurement.delivery.waiting import UNVERIFIED, channel_waits_for
from procurement.tasks import nudge


class ChannelActs:
    """The buttons of a channel's page; each shows where it makes sense."""

    def _act(self, request: HttpRequest, object_id: str, doing: Callable[[Channel], Doing]) -> HttpResponse:
        row = self._row(request, object_id)
        return act_page(self, request, row, ActingForm(sent(request)), doing(row))

    def _row(self, request: HttpRequest, object_id: str) -> Channel:
        owner: Any = self
        row = owner.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        return cast("Channel", row)

    def offered(self, row: Channel | None) -> set[str]:
        """The buttons that make sense for a channel."""
        if row is None:
            return set()
        is_unverified = channel_waits_for(row) == UNVERIFIED
        asking = {"ask", "vouch_for"} if is_unverified else {"test"}
        return {"leave", *asking, *(["resume"] if row.paused_at is not None else [])}

    def has_use_permission(self, request: HttpRequest, object_id: Any = None) -> bool:  # noqa: ARG002
        """Everybody uses what is their own, readers too."""
        owner: Any = self
        return bool(owner.has_view_permission(request))

    def has_vouch_permission(self, request: HttpRequest, object_id: Any = None) -> bool:  # noqa: ARG002
        """Only administrators say that somebody else wants messages."""
        return reaches(role_of(request.user), ADMINISTRATOR)

    @action(description=gettext_lazy("Test"), icon="send", permissions=["use"])  # type: ignore[untyped-decorator]
    def test(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Send a test message and show what was answered. Outside of any transaction, as others are waited for."""
        row, form, tables = self._row(request, object_id), ActingForm(sent(request)), []
        if request.method == "POST" and form.is_valid():
            try:
                tables = [(_("What came of it"), answered(send_test(row, now=database_now())))]
            except Refused as refused:
                form.complain(as_refused(refused))
        title = _("Test “%(channel)s”") % {"channel": row}
        intro = _("One message that says that it is a test is sent there now, and the answer is shown here.")
        doing = Doing(title=title, button=_("Send a test"), intro=intro, do=lambda _given: "", tables=tables)
        return asking_page(self, request, form, doing, {"original": row, "back": page_of(row)})

    @action(description=gettext_lazy("Resume"), icon="play_arrow", permissions=["use"])  # type: ignore[untyped-decorator]
    def resume(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Send to it again."""
        return self._act(request, object_id, resuming)

    @action(description=gettext_lazy("Send the link again"), icon="mark_email_unread", permissions=["use"])  # type: ignore[untyped-decorator]
    def ask(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask its reader again whether they want messages."""
        return self._act(request, object_id, asking_anew)

    @action(description=gettext_lazy("Vouch for the address"), icon="verified_user", permissions=["vouch"])  # type: ignore[untyped-decorator]
    def vouch_for(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Let messages go there without its reader's word."""
        by = cast("User", request.user)
        return self._act(request, object_id, lambda row: vouching(row, by))


def answered(tried: Tried) -> Table:
    """How a test fared: the code, the time, and the first kilobyte of the answer."""
    rows: list[list[Any]] = [
        [_("Outcome"), _("not accepted") if tried.error else _("accepted")],
        [_("Status code"), "" if tried.answer.status is None else tried.answer.status],
        [_("Time"), "" if tried.milliseconds is None else _("%(count)s ms") % {"count": tried.milliseconds}],
        [_("Answer"), tried.answer.text],
        [_("Error"), tried.error],
    ]
    return {"headers": [_("What"), _("Value")], "rows": [row for row in rows if row[1] != ""]}


def resuming(row: Channel) -> Doing:
    """Sending to a paused channel again."""

    def do(_given: Mapping[str, Any]) -> str:
        resume(row.pk, now=database_now())
        transaction.on_commit(lambda: nudge("deliver"))
        return _("“%(channel)s” is resumed; what waited is sent first.") % {"channel": row}

    title = _("Resume “%(channel)s”") % {"channel": row}
    intro = _("It was paused, as it kept failing: %(reason)s") % {"reason": row.paused_because}
    return Doing(title=title, button=_("Resume"), intro=intro, do=do)


def asking_anew(row: Channel) -> Doing:
    """The mail with the link once more."""

    def do(_given: Mapping[str, Any]) -> str:
        ask_anew(row.pk, now=database_now())
        transaction.on_commit(lambda: nudge("ask_readers"))
        return _("A mail with a link is on its way to %(address)s.") % {"address": row.address}

    title = _("Send the link to %(address)s again") % {"address": row.address}
    intro = _("Messages go there only after its reader opens the link and says that they want them.")
    return Doing(title=title, button=_("Send the link again"), intro=intro, do=do)


def vouching(row: Channel, by: User) -> Doing:
    """An administrator's word in place of the reader's."""

    def do(_given: Mapping[str, Any]) -> str:
        vouch(row.pk, by=by, now=database_now())
        transaction.on_commit(lambda: nudge("deliver"))
        return _("Messages go to %(address)s.") % {"address": row.address}

    title = _("Vouch for %(address)s") % {"address": row.address}
    intro = _("Messages then go there though its reader has not said so. The audit log keeps that you did this.")
    return Doing(title=title, button=_("Vouch for the address"), intro=intro, do=do)
