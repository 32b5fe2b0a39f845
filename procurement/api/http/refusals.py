"""What Django itself refuses, before or beside the API, as the API refuses: as problem documents, in one language."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation

from procurement.api.http.addresses import API, meant
from procurement.api.http.problems import PROBLEM, STORED, Told, document
from procurement.common.json_text import as_json

Respond = Callable[[HttpRequest], HttpResponseBase]

#: The language of every answer of the API: its words are not translated, so the framework's must not be either.
LANGUAGE = "en"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

#: What is said of the errors that Django answers by itself.
SAID = {
    HTTPStatus.BAD_REQUEST: "The request cannot be read: its Host is not a name of this service, it has too many "
    "parameters, or a header is malformed. GET /api/v1/programs/?page_size=10 would be accepted under the right Host.",
    HTTPStatus.FORBIDDEN: "This is not allowed. A script sends `Authorization: Token ...`; a page of the admin sends "
    "its CSRF token.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is too large; send it in several requests.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many logins from this address failed; wait as many seconds as Retry-After says.",
}


def refusing_as_problems(respond: Respond) -> Respond:
    """The middleware: the outermost one, so that it sees what the others refuse."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        of_api = request.path_info.startswith(API)
        encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
        if of_api and encoding not in {"", "identity"}:
            return _undecoded(encoding)
        response = respond(request)
        if response.status_code >= 400 and _is_plain(response) and (of_api or _is_bare(request, response)):
            return _as_problem(request, response)
        return response

    return answer


def in_one_language(respond: Respond) -> Respond:
    """The middleware behind LocaleMiddleware: the API's answers are in one language, whatever Accept-Language says."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(API):
            translation.activate(LANGUAGE)
            request.LANGUAGE_CODE = LANGUAGE
        return respond(request)

    return answer


def _is_plain(response: HttpResponseBase) -> bool:
    """Whether an error is a page or a line of text."""
    return response.get("Content-Type", "").partition(";")[0] in {"", "text/html", "text/plain"}


def _is_bare(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether a page's error says nothing to a client that shows no pages; a page that was found says what is wrong."""
    said_by_page = response.status_code == HTTPStatus.BAD_REQUEST and request.resolver_match is not None
    return not said_by_page and not _takes_pages(request)


def _takes_pages(request: HttpRequest) -> bool:
    """Whether the client is a browser, or wants what a browser shows."""
    return "text/html" in request.headers.get("Accept", "")


def _undecoded(encoding: str) -> HttpResponse:
    said = f"A body with Content-Encoding “{encoding[:40]}” is not decoded; send it as it is, without Content-Encoding."
    answer = _answered(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, said)
    answer["Accept-Encoding"] = "identity"
    return answer


def _as_problem(request: HttpRequest, response: HttpResponseBase) -> HttpResponse:
    status = HTTPStatus(response.status_code)
    answer = _answered(status, _detail(request, status, response))
    for name in ("Allow", "Retry-After", "WWW-Authenticate", "Vary", "Content-Language"):
        if name in response:
            answer[name] = response[name]
    answer.cookies = response.cookies
    return answer


def _detail(request: HttpRequest, status: HTTPStatus, response: HttpResponseBase) -> str:
    if status == HTTPStatus.NOT_FOUND:
        return meant(request.path_info)
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        return f"This method is not accepted at this address; accepted: {response.get('Allow', 'GET')}."
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        told = Told(reads=request.method in SAFE, is_stored=getattr(request, STORED, False))
        return f"An unexpected error, which was logged. {told.begins}."
    if response.get("Content-Type", "").startswith("text/plain") and isinstance(response, HttpResponse):
        return response.content.decode().strip()
    return SAID.get(status, "")


def _answered(status: HTTPStatus, detail: str) -> HttpResponse:
    return HttpResponse(as_json(document(status, detail)), status=status, content_type=PROBLEM)
