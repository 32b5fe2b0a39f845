"""The answers that an operation may give beside its own: not modified, and every error, each with an example."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from procurement.api.description.headers import READ, references
from procurement.api.http.problems import PROBLEM

#: What is said of answers that are no errors.
SAYS = {
    200: "The answer.",
    201: "It was stored; the answer is the row.",
    202: "It waits for the approval of a second person: the answer is the draft, in a list beside what was stored.",
    204: "It was done; there is nothing to say.",
    207: "The outcome of each row.",
}
REPEATED = "It was there already, with the same content; the answer is the stored row."


@dataclass(frozen=True)
class Error:
    """An error that operations may answer: its name, what it says, and what its example complains of."""

    name: str
    says: str
    detail: str
    errors: dict[str, list[str]] | None = None
    headers: Sequence[str] = ()

    def described(self, status: int) -> dict[str, Any]:
        """The answer as a component."""
        example: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
        example |= {"detail": self.detail, "request_id": "0f8b6c1e2d3a4b5c"}
        example |= {"errors": self.errors} if self.errors else {}
        content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}}
        return {"description": self.says, "headers": references(*self.headers), "content": content}


NOTHING = "Nothing was changed; see errors."
ERRORS: dict[int, Error] = {
    400: Error(
        "BadRequest",
        "Something in the request cannot be accepted: `errors` names each parameter or field, and what would be.",
        NOTHING,
        {"as_of": ["“25.06.2020” is not a day; 2020-06-25 would be accepted"]},
    ),
    401: Error(
        "Unauthorized",
        "The token is not valid, or there is none and this needs one.",
        "Authentication credentials were not provided.",
        headers=["WWW-Authenticate"],
    ),
    403: Error(
        "Forbidden",
        "This user, or this token, may not do that.",
        "This needs the role analyst, and a token whose scope is write or admin.",
    ),
    404: Error(
        "NotFound",
        "There is nothing at this address, or nothing at the requested dates.",
        "There is nothing at this address, or nothing at the requested dates.",
    ),
    406: Error(
        "NotAcceptable",
        "No format of this address is accepted by the request.",
        "Could not satisfy the request Accept header.",
    ),
    409: Error(
        "Conflict",
        "It conflicts with a stored row, which `existing` names.",
        "This conflicts with a stored row; see errors.",
        {"source_key": ["is stored already with other content; correct that row, or give another key"]},
    ),
    411: Error(
        "LengthRequired", "The body has no Content-Length.", "Send the body with its Content-Length, not in chunks."
    ),
    412: Error(
        "PreconditionFailed",
        "The row is not the version that If-Match names.",
        "The row was changed since; read it again and repeat the change with its new ETag.",
    ),
    413: Error(
        "PayloadTooLarge",
        "The body is too large.",
        "A body may have at most 1000000 bytes; send the rows in several requests.",
    ),
    414: Error(
        "AddressTooLong",
        "The address is too long; exposure takes long questions in a body.",
        "An address may have at most 4094 characters.",
    ),
    415: Error(
        "UnsupportedMediaType",
        "The body is in a format that this address does not read.",
        'Unsupported media type "text/plain" in request.',
    ),
    422: Error(
        "KeyTaken",
        "The Idempotency-Key was used for another request, or a file cannot be read.",
        "This Idempotency-Key was used for another request; use a new key, or repeat that request exactly.",
    ),
    429: Error(
        "TooManyRequests",
        "More was asked within a minute than this client may; docs/api.md says what questions cost.",
        "This client has spent its units of this minute; wait until Retry-After, or sign in for more.",
        headers=["Retry-After", "RateLimit", "RateLimit-Policy"],
    ),
    503: Error(
        "TryAgain",
        "Not now: the same request may succeed in a moment.",
        "The same request may succeed in a moment.",
        headers=["Retry-After"],
    ),
    507: Error(
        "NoRoom",
        "There is no room for the file.",
        "Nothing was changed; there is no room here: 10485760 bytes are needed.",
    ),
}
#: Errors by what an operation does.
ANY = (400, 401, 406, 429, 503)
WITH_BODY = (403, 409, 411, 413, 415, 422)
OF_ROW = (404,)
VERSIONED = (412,)
READING = (414,)
FILES = (507,)

NOT_MODIFIED = {
    "description": "The answer is still the one whose ETag was given in If-None-Match; nothing is sent.",
    "headers": references(*READ),
}


def errors_of(method: str, *, of_row: bool, open_to_all: bool, takes_files: bool) -> Iterator[int]:
    """The statuses of the errors that an operation may answer."""
    yield from ANY
    writes = method not in {"GET", "HEAD"}
    yield from WITH_BODY if writes else (() if open_to_all else (403,))
    yield from () if writes else READING
    yield from OF_ROW if of_row else ()
    yield from VERSIONED if method in {"PUT", "PATCH", "DELETE"} else ()
    yield from FILES if takes_files else ()


def errors_of_question(*, open_to_all: bool) -> Iterator[int]:
    """The same of a question that is asked in a body."""
    yield from (*ANY, 411, 413, 415)
    yield from () if open_to_all else (403,)


def error_references(statuses: Iterator[int]) -> dict[str, dict[str, str]]:
    """Errors as an operation refers to them."""
    return {str(each): {"$ref": f"#/components/responses/{ERRORS[each].name}"} for each in sorted(set(statuses))}


def error_components() -> dict[str, dict[str, Any]]:
    """Every error, described once."""
    return {each.name: each.described(status) for status, each in ERRORS.items()}
