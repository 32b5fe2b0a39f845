"""What the web server refuses before Django sees it, and how that is said: as problem documents."""

import json
from http import HTTPStatus
from urllib.parse import quote

from gunicorn.http import errors

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
#: The longest head of a request, in bytes: it is kept in memory until all of it is there.
LONGEST_HEAD = 64 * 1024
HEADERS = (
    f"The headers are too many or too long; at most 100 of 8190 bytes, and {LONGEST_HEAD} bytes together, "
    "would be accepted."
)


class Declined(Exception):
    """A request that is refused although it can be read; it says with which status, and what would be accepted."""

    def __init__(self, status: HTTPStatus, said: str, *, again_after: int = 0) -> None:
        super().__init__(said)
        self.status, self.said, self.again_after = status, said, again_after


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
    if isinstance(error, Declined):
        return error.status, error.said
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


def problem_document(status: HTTPStatus, detail: str, request_id: str, again_after: int = 0) -> bytes:
    """The whole answer as it is sent, after which the connection ends."""
    document = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": detail}
    body = json.dumps(document | {"request_id": request_id}, ensure_ascii=False).encode()
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}",
        "Connection: close",
        "Content-Type: application/problem+json",
        f"Content-Length: {len(body)}",
        f"X-Request-Id: {request_id}",
        *([f"Retry-After: {again_after}"] if again_after else []),
    )
    return "\r\n".join([*head, "", ""]).encode("ascii") + body
