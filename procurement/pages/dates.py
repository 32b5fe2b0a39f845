"""The dates in a page's address, and who may open pages."""

import datetime as dt
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from procurement.common.dates import INCLUDE, Asked, undated_fault
from procurement.common.errors import Refused
from procurement.common.reading_dates import parse_day

Page = Callable[..., HttpResponseBase]


def readable(page: Page) -> Page:
    """Let everybody read a page, or only signed-in users, by settings.ANONYMOUS_READ."""

    @wraps(page)
    def guarded(request: HttpRequest, **parts: str) -> HttpResponseBase:
        if settings.ANONYMOUS_READ or request.user.is_authenticated:
            return page(request, **parts)
        return redirect_to_login(request.get_full_path())

    return guarded


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
