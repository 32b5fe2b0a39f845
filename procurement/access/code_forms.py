"""The forms that ask for a code: each code counts once, and few wrong ones are allowed, in all processes together."""

import datetime as dt
from typing import Any

from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from procurement.access.auditing import Act
from procurement.access.models import AuditEntry


class CountedCode:
    """What both forms do besides: ask no more after many wrong codes, and take no code twice."""

    user: Any
    authenticator: Authenticator

    def clean_code(self) -> str:
        """Check the code."""
        if _many_wrong(self.user.get_username()):
            raise ValidationError(_("Too many wrong codes were tried for this account. Try again later."))
        code: str = super().clean_code()  # type: ignore[misc]  # of the form that this is mixed into
        if self.authenticator.type == Authenticator.Type.TOTP and not take_step(self.authenticator, code):
            raise ValidationError(_("This code was used already. Wait for the next one."))
        return code


class AuthenticateForm(CountedCode, base.AuthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """Asked after the password."""


class ReauthenticateForm(CountedCode, base.ReauthenticateForm):  # type: ignore[misc]
    """Asked again before something that matters."""


def _many_wrong(account: str) -> bool:
    """Whether so many codes of an account were wrong lately, from wherever, that no more are tried."""
    since = timezone.now() - dt.timedelta(minutes=settings.LOGIN_REST_MINUTES)
    wrong = AuditEntry.objects.filter(act=Act.LOGIN_FAILED, about=account, at__gt=since, details__second_factor=True)
    limit = settings.AXES_FAILURE_LIMIT
    return len(wrong.values_list("pk")[:limit]) >= limit


def take_step(authenticator: Authenticator, code: str) -> bool:
    """Note that the half minute of a code is used; False if it, or a later one, was. Safe to race: one UPDATE."""
    step = _step_of(authenticator, code)
    data = {**authenticator.data, "step": step}
    unused = Authenticator.objects.filter(Q(data__step__lt=step) | Q(data__step__isnull=True), pk=authenticator.pk)
    taken = bool(unused.update(data=data))
    authenticator.data = data if taken else authenticator.data
    return taken


def _step_of(authenticator: Authenticator, code: str) -> int:
    secret = totp.decrypt(authenticator.data["secret"])
    steps = totp.yield_hotp_counters_from_time()
    shown = {totp.format_hotp_value(totp.hotp_value(secret, step)): step for step in steps}
    return int(shown.get("".join(code.split()), 0))
