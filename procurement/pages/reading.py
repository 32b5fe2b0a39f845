"""Who may open pages, within which limits, and pages that are kept until a fact changes.

A page says nothing of who reads it, so that one copy serves everybody. It follows from its address, its language, the
day and the version of all data (common/data_version.py): while that is the same, it is answered without reading
anything, and with 304 to whoever has it.
"""

from collections.abc import Callable
from functools import wraps
from hashlib import sha256

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.http import quote_etag

from procurement.access.limits import turns
from procurement.access.limits.addresses import client_network
from procurement.access.limits.allowances import allowance_of
from procurement.access.limits.reached import LimitReached
from procurement.access.limits.spending import spend
from procurement.access.limits.statements import limited, refusing
from procurement.access.roles import role_of
from procurement.common.data_version import data_version
from procurement.common.dates import Asked
from procurement.common.errors import Refused
from procurement.common.json_text import as_json
from procurement.pages.kept_pages import KEPT, KeptPage
from procurement.pages.rendering import page as rendered
from tracker.version import VERSION

Page = Callable[..., HttpResponseBase]
#: What a page costs in units where it is made anew: a question over all contracts, or over a few.
LARGE, SMALL = 20, 3
#: Headers that belong to a page and are kept with it.
OWN_HEADERS = ("X-Robots-Tag", "Content-Disposition")


def readable(*, cost: int = SMALL) -> Callable[[Page], Page]:
    """Let everybody read a page, or only signed-in users, by settings.ANONYMOUS_READ; what a page refuses is a page."""

    def decorated(page: Page) -> Page:
        @wraps(page)
        def guarded(request: HttpRequest, **parts: str) -> HttpResponseBase:
            if not settings.ANONYMOUS_READ and not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            return kept_or_made(request, lambda: within_limits(request, cost, lambda: _answered(request, page, parts)))

        return guarded

    return decorated


def _answered(request: HttpRequest, page: Page, parts: dict[str, str]) -> HttpResponseBase:
    try:
        return page(request, **parts)
    except Refused as error:
        today = Asked(timezone.localdate())
        return rendered(request, "pages/refused.html", today, {"errors": error.errors}, status=400)


def within_limits(request: HttpRequest, cost: int, answer: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Answer within the limits of the reader's role, in turn; what reaches one is told so in a problem document."""
    allowance = allowance_of(role_of(request.user))
    try:
        whose = request.user.pk or client_network(request.META)
        request.standing = spend(allowance, f"page-{whose}", cost)  # type: ignore[attr-defined]
        with turns.pages.turn(), limited(allowance), refusing(allowance):
            return answer()
    except LimitReached as error:
        content = as_json(error.document)
        return HttpResponse(
            content,
            status=error.document["status"],
            headers=error.headers,
            content_type="application/problem+json",
        )


def kept_or_made(request: HttpRequest, make: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """The page as it was made from the same data, or made anew and kept; 304 to whoever has it.

    The version is taken before anything is read: what is read is of it or newer, so a kept page is never older than its
    version says. While somebody writes there is no version, and nothing is kept.
    """
    version = data_version()
    if version is None:
        return _for_all(make())
    tag = _tag(request, version.numbers)
    if (known := get_conditional_response(request, etag=tag)) is not None:
        return _for_all(known)
    kept = KEPT.get(tag)
    response = kept.response() if kept else make()
    if kept is None and response.status_code == 200 and not isinstance(response, StreamingHttpResponse):
        assert isinstance(response, HttpResponse)
        headers = {name: response[name] for name in OWN_HEADERS if name in response}
        KEPT.put(tag, KeptPage(response.content, response["Content-Type"], headers))
    if response.status_code == 200:
        response["ETag"] = tag
    return _for_all(response)


def _tag(request: HttpRequest, version: tuple[int, int]) -> str:
    parts = (VERSION, version, request.build_absolute_uri(), translation.get_language(), timezone.localdate())
    return quote_etag(sha256(repr(parts).encode()).hexdigest()[:24])


def _for_all(response: HttpResponseBase) -> HttpResponseBase:
    """Whoever keeps a page asks each time whether it still holds."""
    patch_cache_control(response, no_cache=True, **{"public" if settings.ANONYMOUS_READ else "private": True})
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response
