"""What holds for answers of any address: no leftover limits, what is left of a client's minute, and compression."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

from procurement.access.limits.spending import Standing
from procurement.access.limits.statements import lift_limit

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
API, ADMIN = "/api/", "/admin/"
TEXT = (
    "text/",
    "application/json",
    "application/jsonl",
    "application/problem+json",
    "application/vnd.oai.openapi",
    "application/xml",
    "application/atom+xml",
)


def limiting(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Begin without the time limit of an earlier question, and say how the client stands in this minute."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if request.method not in SAFE or not request.path_info.startswith(API):  # where reading sets its own
            lift_limit()
        response = get_response(request)
        standing: Standing | None = getattr(request, "standing", None)
        for name, value in ({} if standing is None else standing.headers).items():
            response.setdefault(name, value)
        return response

    return answer


class Compressing(GZipMiddleware):
    """gzip on textual answers of the API and of public pages, streamed ones too, piece by piece.

    Not on what could be guessed from its length (BREACH): pages of the admin, which have CSRF tokens, answers that set
    a cookie, and what is one user's own (no-transform). Others get some random bytes besides, as Django adds them.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress it where it may be."""
        if not _may_be_compressed(request, response):
            return response
        found: HttpResponseBase = super().process_response(request, response)
        return found


def _may_be_compressed(request: HttpRequest, response: HttpResponseBase) -> bool:
    return (
        not request.path_info.startswith(ADMIN)
        and response.get("Content-Type", "").startswith(TEXT)
        and "no-transform" not in response.get("Cache-Control", "")
        and not response.cookies
        and (response.streaming or isinstance(response, HttpResponse))
    )
