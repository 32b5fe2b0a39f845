"""The id of a request: in its answer, in problem documents and in every line that is logged while it is answered."""

import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponseBase

HEADER = "X-Request-Id"
#: What is taken from a client: text that is safe in a log and in a header.
WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/+=@-]{0,127}", re.ASCII)

#: Not reset after the answer, because files are sent after it has left the middleware; the next request sets its own.
_current: ContextVar[str] = ContextVar("request_id", default="")


def current_request_id() -> str:
    """The id of the request that is being answered; empty outside of requests."""
    return _current.get()


def set_request_id(request_id: str) -> None:
    """Begin the work of a request elsewhere, in a task that it caused; empty: of none."""
    _current.set(request_id)


def id_for(given: str | None) -> str:
    """The client's id if it is well formed, else a new one."""
    return given if given and WELL_FORMED.fullmatch(given) else uuid.uuid4().hex


def request_ids(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: take or make the id, and name it in the answer."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        _current.set(id_for(request.headers.get(HEADER)))
        response = get_response(request)
        response[HEADER] = _current.get()
        return response

    return answer
