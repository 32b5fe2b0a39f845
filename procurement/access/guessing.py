"""Who guesses passwords: from where, of which account, and what they are answered.

The library django-axes counts failed logins by client and refuses all from there for a while (tracker/settings.py).
"""

import datetime as dt
import ipaddress
from collections.abc import Mapping
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max, Sum
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.crypto import salted_hmac

from procurement.access.auditing import tried_account
from procurement.access.limits.addresses import client_network


def client_address(request: HttpRequest) -> str | None:
    """The address that counts as one client, of an IPv6 client the first of its network; None where it is unknown."""
    try:
        return str(ipaddress.ip_network(client_network(request.META)).network_address)
    except ValueError:
        return None


def account_name(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """The name of the account of which a password is tried; of none a hash, as people type their password there."""
    given = credentials or {"username": request.POST.get("username", "")}
    name = str(given.get("username", ""))
    return tried_account(given) or salted_hmac("no such account", name).hexdigest()[:20]


def locked_out(now: dt.datetime) -> dict[str, dt.datetime]:
    """The addresses from which nobody can log in now, and when the last failed from there; the newest first.

    The library keeps a row for each name and browser that was tried, and refuses an address by the sum of all its
    failures within the time of rest (AXES_LOCKOUT_PARAMETERS). Those whose address is unknown are one client, "".
    """
    recent = AccessAttempt.objects.filter(attempt_time__gte=now - dt.timedelta(minutes=settings.LOGIN_REST_MINUTES))
    clients = recent.order_by().values("ip_address").annotate(failures=Sum("failures_since_start"))
    found = clients.filter(failures__gte=settings.AXES_FAILURE_LIMIT).annotate(last=Max("attempt_time"))
    return {address or "": last for address, last in found.order_by("-last").values_list("ip_address", "last")}


def refused(request: HttpRequest, _answer: HttpResponse, _credentials: Mapping[str, Any] | None) -> HttpResponse:
    """What is answered where too many logins failed: when to try again, and who can end it earlier."""
    minutes = settings.LOGIN_REST_MINUTES
    context = {"minutes": minutes, "address": client_address(request), "failures": settings.AXES_FAILURE_LIMIT}
    answer = TemplateResponse(request, "procurement/locked_out.html", context, status=429)
    answer["Retry-After"] = str(minutes * 60)
    answer.render()
    return answer
