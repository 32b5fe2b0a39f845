"""gunicorn's worker, whose refusals are problem documents: what the web server refuses never reaches Django."""

import json
import uuid
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from gunicorn import util
from gunicorn.http import errors
from gunicorn.workers.gthread import ThreadWorker

#: The longest request line that is read, in bytes: the largest that gunicorn allows.
LONGEST_LINE = 8190
#: So much of an address is repeated.
LONGEST_SHOWN = 500
#: What stands in addresses for itself.
UNCHANGED = "/?&=%:,+;@!$'()*~[]"
LONG = (
    f"The address has more than {LONGEST_LINE} characters. POST /api/v1/exposure/query/ takes the same parameters as a "
    'JSON body, such as {"group_by": "program", "program": ["aegis-ashore"]}.'
)
HEADERS = "The headers are too many or too long; at most 100 of 8190 bytes would be accepted."
#: gunicorn's errors -> the status, and what would be accepted.
SAID: dict[type[Exception], tuple[HTTPStatus, str]] = {
    errors.LimitRequestLine: (HTTPStatus.REQUEST_URI_TOO_LONG, LONG),
    errors.LimitRequestHeaders: (HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, HEADERS),
    errors.InvalidRequestMethod: (
        HTTPStatus.BAD_REQUEST,
        "This is not a method of HTTP; GET, HEAD, OPTIONS, POST, PUT, PATCH and DELETE would be understood.",
    ),
    errors.InvalidHTTPVersion: (HTTPStatus.HTTP_VERSION_NOT_SUPPORTED, "HTTP/1.1 would be accepted."),
    errors.UnsupportedTransferCoding: (
        HTTPStatus.NOT_IMPLEMENTED,
        "This Transfer-Encoding is not decoded; send the body as it is, with its Content-Length.",
    ),
    errors.ExpectationFailed: (HTTPStatus.EXPECTATION_FAILED, "Expect: 100-continue, or no Expect, would be accepted."),
}
OF_THE_SERVICE = (errors.InvalidResponseHeader, errors.InvalidResponseHeaderName, errors.ConfigurationProblem)
RAW = "Characters beyond ASCII must be percent-encoded in an address; {} would be accepted."
UNREADABLE = "The request cannot be read as HTTP: {}. `GET /api/v1/programs/ HTTP/1.1` would be accepted."


def refusal(error: Exception) -> tuple[HTTPStatus, str] | None:
    """The status and the words for an error of the client's; None for one of the service's."""
    if isinstance(error, OF_THE_SERVICE):
        return None
    for kind, found in SAID.items():
        if isinstance(error, kind):
            return found
    if isinstance(error, errors.InvalidRequestLine) and (encoded := _encoded(error.req)):
        return HTTPStatus.BAD_REQUEST, RAW.format(encoded)
    if isinstance(error, errors.ParseException):
        return HTTPStatus.BAD_REQUEST, UNREADABLE.format(str(error)[:200] or type(error).__name__)
    return None


def _encoded(line: object) -> str:
    """The address of a request line as it should have been sent; empty if nothing in it had to be encoded."""
    words = str(line).split()
    if len(words) < 2 or words[1].isascii():
        return ""
    sent = words[1].encode("latin-1", errors="replace")  # gunicorn reads each byte as a character
    return quote(sent, safe=UNCHANGED)[:LONGEST_SHOWN]


def problem_document(status: HTTPStatus, detail: str, request_id: str) -> bytes:
    """The whole answer as it is sent, after which the connection ends."""
    document = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": detail}
    body = json.dumps(document | {"request_id": request_id}, ensure_ascii=False).encode()
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}",
        "Connection: close",
        "Content-Type: application/problem+json",
        f"Content-Length: {len(body)}",
        f"X-Request-Id: {request_id}",
    )
    return "\r\n".join([*head, "", ""]).encode("ascii") + body


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    """Answers what it cannot read, and what failed before an answer began, with a problem document."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        """Log the error and answer it."""
        found, request_id = refusal(exc), uuid.uuid4().hex  # what the client may have sent as its id is not read
        if found is None:
            address = getattr(req, "uri", "(no address read)")
            self.log.error("Error handling request %s request_id=%s", address, request_id, exc_info=exc)
            found = HTTPStatus.INTERNAL_SERVER_ERROR, "An unexpected error, which was logged."
        else:
            self.log.warning("Invalid request from ip=%s: %s request_id=%s", (addr or ("", -1))[0], exc, request_id)
        try:
            util.write_nonblock(client, problem_document(*found, request_id))
        except OSError:
            self.log.debug("Failed to send error message.")
