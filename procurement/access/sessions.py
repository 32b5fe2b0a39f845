"""How long a login lasts, and ending one: by its user, by an administrator, or because rights or a password changed."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.crypto import salted_hmac

from procurement.access.administering import may_administer
from procurement.access.auditing import Act, note, noting_rights, rights_of
from procurement.access.limits.addresses import client_network
from procurement.access.session_models import LoginSession
from procurement.access.session_store import BEGAN, moment
from procurement.common.errors import Refused

#: That a session is used is noted again after this long.
NOTED_AGAIN = dt.timedelta(minutes=1)
#: Using these prolongs a session. Public pages and the API do not: they may be asked by a page that nobody looks at.
USED = ("/admin/", "/account/")
LONGEST_BROWSER = 300


# how long one lasts


def mark_beginnings() -> None:
    """Have each login note from where and when it began; call it once."""
    user_logged_in.connect(_began, dispatch_uid="session_began")


def _began(request: HttpRequest, **_: Any) -> None:
    now = timezone.now().isoformat()
    browser = str(request.META.get("HTTP_USER_AGENT", ""))[:LONGEST_BROWSER].replace("\x00", "")
    request.session[BEGAN] = {"at": now, "seen": now, "address": client_network(request.META), "browser": browser}
    _prolong(request, timezone.now())


def prolonging(respond: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: using the admin prolongs a session, up to its longest life."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(USED) and request.user.is_authenticated:
            now = timezone.now()
            seen = moment(request.session.get(BEGAN, {}).get("seen"))
            if seen is None or now - seen >= NOTED_AGAIN:
                _prolong(request, now)
        return respond(request)

    return answer


def _prolong(request: HttpRequest, now: dt.datetime) -> None:
    began = request.session.get(BEGAN, {})
    longest = (moment(began.get("at")) or now) + dt.timedelta(hours=settings.SESSION_HOURS)
    request.session[BEGAN] = {"at": now.isoformat(), **began, "seen": now.isoformat()}
    request.session.set_expiry(min(now + dt.timedelta(minutes=settings.SESSION_IDLE_MINUTES), longest))


# ending them


def end_sessions(user: User, *, by: User | None, except_key: str | None = None) -> int:
    """End a user's sessions, but perhaps one; returns how many. Safe to repeat. Raises Refused for an account above.

    `by` is who asks; nobody: a command.
    """
    refuse_above(user, by)
    return _end(LoginSession.objects.filter(user=user).exclude(session_key=except_key or ""), user, by)


def end_session(user: User, mark: str, *, by: User | None) -> int:
    """End one of a user's sessions by its mark. Raises Refused for an account above."""
    refuse_above(user, by)
    keys = [row.session_key for row in LoginSession.objects.running(user) if mark_of(row) == mark]
    return _end(LoginSession.objects.filter(user=user, session_key__in=keys), user, by)


def _end(rows: Any, user: User, by: User | None) -> int:
    ended: int = rows.delete()[0]
    if ended:
        note(Act.SESSIONS_ENDED, user.get_username(), by=by, account=str(user.pk), sessions=ended)
    return ended


def refuse_above(user: User, by: User | None) -> None:
    """Everybody may change their own login, and administrators those of whom they may administer. Raises Refused."""
    if by is not None and by.pk != user.pk and not may_administer(by, user):
        raise Refused({"user": f"{user} may do more than you; ask somebody who may administer that account"})


def mark_of(row: LoginSession) -> str:
    """What names a session on a page: with its key one could take it over."""
    return salted_hmac("session on a page", row.session_key).hexdigest()[:20]


@contextmanager
def changing_rights(account_id: int | str, *, request: HttpRequest) -> Iterator[None]:
    """Note how an account's rights or password differ after the block, and then end its sessions but the one that asks.

    Call it inside the block's transaction.
    """
    by: Any = request.user
    before = rights_of(account_id)
    with noting_rights(account_id, by=by):
        yield
    if rights_of(account_id) != before:
        others = LoginSession.objects.filter(user=int(account_id)).exclude(
            session_key=request.session.session_key or ""
        )
        _end(others, User.objects.get(pk=account_id), by)
