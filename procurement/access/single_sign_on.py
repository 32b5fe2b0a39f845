"""Logins by a provider of OpenID Connect: who gets in, with which role, and as which account.

The library django-allauth speaks with the provider. An account is known by issuer and subject, never by an address of
mail; the role is that of the provider's claim, anew at each login.
"""

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import get_adapter as accounts
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from procurement.access.auditing import Act, note, noting_rights, rights_of
from procurement.access.models import AccessToken
from procurement.access.roles import ROLES
from procurement.access.sessions import end_sessions
from procurement.access.tokens import revoke_token


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """What this service decides about a login by the provider."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002 (allauth's signature)
        """Who comes here has a role, so an account may be made."""
        return True

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Refuse who has no role; give who has one their role of today."""
        given = sociallogin.account.extra_data
        role = role_in(given)
        if not is_whole(given) or sociallogin.state.get("process") not in {None, "login"}:
            raise refusal(request, _("The answer of the provider is not one that this service accepts."), "answer")
        if role is None:
            if sociallogin.is_existing:
                take_all(sociallogin.user)
            raise refusal(
                request, _("Your account at the provider has none of the roles that let into this service."), "role"
            )
        sociallogin.email_addresses = []  # an address would be looked up among other people's
        if sociallogin.is_existing:
            if not sociallogin.user.is_active:
                raise refusal(request, _("Your account here is not active."), "inactive", sociallogin.user)
            give_role(sociallogin.user, role)

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> Any:  # noqa: ARG002
        """Make the account of somebody who comes for the first time."""
        claims = claims_of(sociallogin.account.extra_data)
        with transaction.atomic():
            user = sociallogin.user
            user.set_unusable_password()
            user.username = accounts().generate_unique_username(
                [claims.get("preferred_username") or claims["sub"], "user"]
            )
            user.email = claims.get("email", "") if claims.get("email_verified") is True else ""
            user.is_staff = True
            sociallogin.save(request)
            user.groups.add(Group.objects.get_or_create(name=role_in(sociallogin.account.extra_data))[0])
            note(Act.ACCOUNT_MADE, user.username, account=str(user.pk), **_whence(sociallogin.account.extra_data))
        return user

    def on_authentication_error(self, *_: Any, error: Any = None, exception: Any = None, **__: Any) -> None:
        """A login that the provider, or a forged answer, broke off is a failed one."""
        note(Act.LOGIN_FAILED, _PROVIDER, why=str(getattr(error, "value", error)), of=type(exception).__name__)


#: What an entry of the audit log is about where the provider's answer leads to no account.
_PROVIDER = "(OpenID Connect)"


def claims_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """What the provider says of somebody: its token, and what it says when asked with it."""
    return {**given.get("id_token", {}), **given.get("userinfo", {})}


def is_whole(given: Mapping[str, Any]) -> bool:
    """Whether an answer has a token of the issuer, and both its parts are about the same subject."""
    token, asked = given.get("id_token", {}), given.get("userinfo", {})
    return bool(token.get("sub")) and token.get("iss") == settings.OIDC_ISSUER and asked.get("sub") == token["sub"]


def role_in(given: Mapping[str, Any]) -> str | None:
    """The highest role that the values of the claim give; None: none."""
    values = claims_of(given).get(settings.OIDC_ROLE_CLAIM, [])
    held = values if isinstance(values, list) else [values]
    found = [settings.OIDC_ROLES[value] for value in held if isinstance(value, str) and value in settings.OIDC_ROLES]
    return max(found, key=ROLES.index, default=None)


@transaction.atomic
def give_role(user: User, role: str) -> None:
    """Let an account have this of the four roles; groups of one's own stay. A change ends its other sessions."""
    before = rights_of(user.pk)
    with noting_rights(user.pk, by=None):
        user.groups.remove(*Group.objects.filter(name__in=ROLES).exclude(name=role))
        user.groups.add(Group.objects.get_or_create(name=role)[0])
    if rights_of(user.pk) != before:
        end_sessions(user, by=None)


@transaction.atomic
def take_all(user: User) -> None:
    """Take what an account has of the four roles, and end its sessions and tokens: the provider gives it none."""
    with noting_rights(user.pk, by=None):
        user.groups.remove(*Group.objects.filter(name__in=ROLES))
    end_sessions(user, by=None)
    for pk in AccessToken.objects.filter(user=user, revoked_at=None).values_list("pk", flat=True):
        revoke_token(pk, now=timezone.now())


def refusal(request: HttpRequest, said: str, why: str, user: User | None = None) -> ImmediateHttpResponse:
    """The page for who does not get in, which is noted."""
    note(Act.LOGIN_FAILED, user.get_username() if user else _PROVIDER, why=why)
    page = render(request, "procurement/account/refused.html", {"said": said}, status=403)
    return ImmediateHttpResponse(page)


def _whence(given: Mapping[str, Any]) -> dict[str, Any]:
    return {"role": role_in(given), "issuer": settings.OIDC_ISSUER, "subject": str(claims_of(given)["sub"])[:200]}
