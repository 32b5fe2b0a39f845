"""Second factors of logins: who needs one, whether a login passed it, and taking a lost one away.

The library django-allauth makes and checks them (TOTP, recovery codes); its signals are its only doors for us.
"""

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.auth.signals import user_login_failed
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode

from procurement.access.auditing import ADMIN, Act, note
from procurement.access.roles import ADMINISTRATOR, reaches, role_of
from procurement.access.sessions import end_sessions, refuse_above

ACCOUNT = "/account/"
#: What answers also before the second factor is passed: logging in and out, the language, and files of the theme.
OPEN = (f"{ADMIN}login/", f"{ADMIN}logout/", f"{ADMIN}jsi18n/", "/i18n/")
#: What sets one up, and what asks for it and for the password before that.
SETTING_UP = ("mfa_activate_totp", "account_reauthenticate", "mfa_reauthenticate")


def is_required(user: Any) -> bool:
    """Whether a user's logins need a second factor."""
    if settings.TWO_FACTOR == "everyone":
        return True
    return bool(settings.TWO_FACTOR == "administrators") and reaches(role_of(user), ADMINISTRATOR)


def has_factor(user: Any) -> bool:
    """Whether a user has set one up."""
    kept = Authenticator.objects.filter(user_id=user.pk).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return bool(kept.exists())


def passed(request: HttpRequest) -> bool:
    """Whether this login passed a second factor that its user still has."""
    user: Any = request.user
    return _passed(request, user)


def _passed(request: HttpRequest, user: Any) -> bool:
    methods = {record.get("method") for record in get_authentication_records(request, user)}
    if settings.OIDC_TWO_FACTOR and "socialaccount" in methods:
        return True
    return "mfa" in methods and has_factor(user)


def lacks_factor(request: HttpRequest) -> bool:
    """Whether a request's login needs a second factor and did not pass one."""
    return bool(request.user.is_authenticated and is_required(request.user) and not passed(request))


def asking_for_factors(respond: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: who needs a second factor and lacks it is led to it in the admin, and is nobody elsewhere."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if settings.TWO_FACTOR == "optional" or path.startswith(OPEN):
            return respond(request)
        if not path.startswith((ADMIN, ACCOUNT)):
            known = request.user
            request.user = SimpleLazyObject(lambda: _passed_user(request, known))  # type: ignore[assignment]
        elif lacks_factor(request) and path not in {reverse(name) for name in SETTING_UP}:
            return HttpResponseRedirect(door_of(request))
        return respond(request)

    return answer


def _passed_user(request: HttpRequest, user: Any) -> Any:
    """The user of a session at the API and on public pages: nobody until the second factor is passed."""
    if not user.is_authenticated or not is_required(user):
        return user
    return user if _passed(request, user) else AnonymousUser()


def door_of(request: HttpRequest) -> str:
    """Where the second factor is asked for, or set up."""
    page = reverse("mfa_reauthenticate" if has_factor(request.user) else "mfa_activate_totp")
    return f"{page}?{urlencode({'next': request.get_full_path()})}" if request.method == "GET" else page


@transaction.atomic
def take_factors_away(user: User, *, by: User | None) -> int:
    """Delete a user's second factors and end their sessions; returns how many. Safe to repeat.

    `by` is who asks; nobody: a command. Raises Refused for an account above theirs.
    """
    refuse_above(user, by)
    kinds = list(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    Authenticator.objects.filter(user=user).delete()
    if kinds:
        note(Act.FACTOR_REMOVED, user.get_username(), by=by, account=str(user.pk), kinds=sorted(kinds))
        end_sessions(user, by=by)
    return len(kinds)


# what happens in the library


def listen() -> None:
    """Hear of what the library does; call it once."""
    signals.authenticator_added.connect(_added, dispatch_uid="factor_added")
    signals.authenticator_reset.connect(_reset, dispatch_uid="factor_reset")
    signals.authenticator_removed.connect(_removed, dispatch_uid="factor_removed")
    signals.authentication_failed.connect(_failed, dispatch_uid="factor_failed")


def _added(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    _note(Act.FACTOR_SET, user, authenticator)
    if authenticator.type == Authenticator.Type.TOTP:
        # who has just typed its code has passed it; other sessions of theirs have not
        record_authentication(request, user, "mfa", type=authenticator.type, reauthenticated=True)
        end_sessions(user, by=user, except_key=request.session.session_key)


def _reset(user: User, authenticator: Authenticator, **_: Any) -> None:
    _note(Act.FACTOR_SET, user, authenticator)


def _removed(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    _note(Act.FACTOR_REMOVED, user, authenticator)
    end_sessions(user, by=user, except_key=request.session.session_key)


def _note(act: Act, user: User, authenticator: Authenticator) -> None:
    note(act, user.get_username(), by=user, account=str(user.pk), kinds=[authenticator.type])


def _failed(request: HttpRequest, user: User, **_: Any) -> None:
    """A wrong code counts as a wrong password does: for the lock-out of its address, and in the audit log."""
    credentials = {"username": user.get_username(), "second_factor": True}
    user_login_failed.send(sender=__name__, credentials=credentials, request=request)
