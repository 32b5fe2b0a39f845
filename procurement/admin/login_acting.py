"""What administrators do to logins of accounts that do not stand above theirs: end them, take a lost factor away."""

from collections.abc import Mapping
from typing import Any

from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import action

from procurement.access.second_factors import has_factor, take_factors_away
from procurement.access.session_models import LoginSession
from procurement.access.sessions import end_sessions
from procurement.admin.acting import ActingForm, Doing, Table, act_page, sent


class LoginActing:
    """Acts of the page of an account."""

    actions_detail = ("end_logins", "take_factor_away")

    def has_login_permission(self: Any, request: HttpRequest, object_id: Any = None) -> bool:
        """Who may change an account may end its logins."""
        row = self.get_object(request, unquote(str(object_id))) if object_id else None
        return bool(self.has_change_permission(request, row))

    @action(  # type: ignore[untyped-decorator]
        description=gettext_lazy("Sessions"), icon="logout", url_path="end-logins", permissions=["login"]
    )
    def end_logins(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show where somebody is logged in, and end all of it."""
        row = self._account(request, object_id)

        def do(_given: Mapping[str, Any]) -> str:
            ended = end_sessions(row, by=_actor(request))
            said = ngettext("%(count)s login is ended.", "%(count)s logins are ended.", ended)
            return said % {"count": ended} if ended else _("There was none to end.")

        intro = _("%(user)s must log in again everywhere. Tokens of the API go on; revoke them in their own list.")
        tables = [(_("Where they are logged in"), _sessions(row))]
        doing = Doing(_("Sessions"), _("End all"), intro % {"user": row}, do, tables=tables)
        return act_page(self, request, row, ActingForm(sent(request)), doing)

    @action(  # type: ignore[untyped-decorator]
        description=gettext_lazy("Take second factor away"),
        icon="phonelink_erase",
        url_path="take-factor-away",
        permissions=["login"],
    )
    def take_factor_away(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
        """Delete the second factor of somebody who has lost their telephone."""
        row = self._account(request, object_id)

        def do(_given: Mapping[str, Any]) -> str:
            taken = take_factors_away(row, by=_actor(request))
            said = _("The second factor of %(user)s is taken away.") if taken else _("%(user)s has no second factor.")
            return said % {"user": row}

        intro = _(
            "Do this only when you know that %(user)s asks for it: call them, or see them. Their recovery codes count "
            "no more, all their sessions end, and the next login asks for the password only."
        )
        state = _("has a second factor") if has_factor(row) else _("has no second factor")
        doing = Doing(
            _("Take second factor away"),
            _("Take it away"),
            intro % {"user": row},
            do,
            tables=[(_("The account"), {"headers": [str(row)], "rows": [[state]]})],
        )
        return act_page(self, request, row, ActingForm(sent(request)), doing)

    def _account(self: Any, request: HttpRequest, object_id: str) -> User:
        row: User | None = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        return row


def _actor(request: HttpRequest) -> User:
    return request.user  # type: ignore[return-value]  # the admin has let it through


def _sessions(user: User) -> Table:
    rows = LoginSession.objects.running(user)
    return {
        "headers": [_("since"), _("last used"), _("address"), _("browser")],
        "rows": [[_moment(row.began_at), _moment(row.seen_at), row.address, row.browser] for row in rows],
    }


def _moment(moment: Any) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else "-"
