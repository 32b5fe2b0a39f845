"""The dates in a page's address, and who may open pages."""

import datetime as dt
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from procurement.access.limits import turns
from procurement.access.limits.addresses import client_network
from procurement.access.limits.allowances import allowance_of
from procurement.access.limits.reached import LimitReached
from procurement.access.limits.spending import spend
from procurement.access.limits.statements import limited, refusing
from procurement.access.roles import role_of
from procurement.common.dates import INCLUDE, Asked, undated_fault
from procurement.common.errors import Refused
from procurement.common.json_text import as_json
from procurement.common.reading_dates import parse_day

Page = Callable[..., HttpResponseBase]
#: What a page costs in units: each is a question over all contracts.
COST = 20


def readable(page: Page) -> Page:
    """Let everybody read a page, or only signed-in users, by settings.ANONYMOUS_READ."""

    @wraps(page)
    def guarded(request: HttpRequest, **parts: str) -> HttpResponseBase:
        if settings.ANONYMOUS_READ or request.user.is_authenticated:
            return within_limits(request, lambda: page(request, **parts))
        return redirect_to_login(request.get_full_path())

    return guarded


def within_limits(request: HttpRequest, answer: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Answer within the limits of the reader's role, in turn; what reaches one is told so in a problem document."""
    allowance = allowance_of(role_of(request.user))
    try:
        whose = request.user.pk or client_network(request.META)
        request.standing = spend(allowance, f"page-{whose}", COST)  # type: ignore[attr-defined]
        with turns.questions.turn(), limited(allowance), refusing(allowance):
            return answer()
    except LimitReached as error:
        content = as_json(error.document)
        return HttpResponse(content, error.document["status"], error.headers, content_type="application/problem+json")


def asked_in(request: HttpRequest) -> Asked:
    """The dates in a page's address. Raises Refused naming what would be accepted."""
    as_of, published_by = _day(request, "as_of"), _day(request, "published_by")
    return Asked(as_of or timezone.localdate(), published_by, undated=_undated(request, published_by))


def _undated(request: HttpRequest, published_by: dt.date | None) -> bool:
    given = request.GET.get("undated", "")
    if given and (fault := undated_fault(given, published_by)):
        raise Refused({"undated": fault})
    return given == INCLUDE


def _day(request: HttpRequest, name: str) -> dt.date | None:
    given = request.GET.get(name, "")
    try:
        return parse_day(given) if given else None
    except ValueError as error:
        raise Refused({name: str(error)}) from error
