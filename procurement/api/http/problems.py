"""Errors as RFC 9457 problem documents whose `errors` name each field and say what would be accepted."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Self

from django.core import signals
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import IntegrityError, InterfaceError, OperationalError
from django.http import Http404, UnreadablePostError
from rest_framework import exceptions
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import set_rollback

from procurement.access.limits.reached import LimitReached
from procurement.api.http.rendering import JSONRenderer
from procurement.common.errors import BadSource, Conflict, InDoubt, NoRoom, Refused, TryAgain
from procurement.common.kept_files import FULL
from procurement.common.request_ids import current_request_id

log = logging.getLogger(__name__)

PROBLEM = "application/problem+json"
#: DRF's name for errors that belong to no field.
NO_FIELD = "non_field_errors"
#: The attribute of Django's request that is true once what it asks for is committed.
STORED = "is_stored"


class PayloadTooLarge(exceptions.APIException):
    """A body beyond the setting API_MAX_BODY."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_detail = "The body is too large."


class LengthRequired(exceptions.APIException):
    """A body without a Content-Length."""

    status_code = HTTPStatus.LENGTH_REQUIRED
    default_detail = "Send the body with its Content-Length, not in chunks."


class PreconditionFailed(exceptions.APIException):
    """The row is not the version that If-Match names."""

    status_code = HTTPStatus.PRECONDITION_FAILED
    default_detail = "The row was changed since; read it again and repeat the change with its new ETag."


class KeyTaken(exceptions.APIException):
    """An Idempotency-Key that was used for another request."""

    status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    default_detail = "This Idempotency-Key was used for another request; use a new key, or repeat that request exactly."


@dataclass(frozen=True)
class Told:
    """What an error says of the request: whether it only reads, has had its effect, and has a key to repeat it with."""

    reads: bool = False
    is_stored: bool = False
    has_key: bool = False
    #: what the address accepts: methods, and types of bodies and answers
    methods: str = ""
    media_types: str = ""
    answers: str = ""

    @classmethod
    def of(cls, request: Request, view: Any) -> Self:
        """What is to be said of a request."""
        asks = getattr(view, "asks", False) or getattr(view, "action", None) in getattr(view, "asking", ())
        return cls(
            asks or request.method in SAFE_METHODS,
            getattr(request._request, STORED, False),
            "Idempotency-Key" in request.headers,
            ", ".join(getattr(view, "allowed_methods", ())),
            " or ".join(parser.media_type for parser in getattr(view, "parser_classes", ())),
            _answers(view),
        )

    @property
    def begins(self) -> str:
        """How the detail of a refusal begins."""
        if self.is_stored:
            return "It was stored, but its answer failed"
        return "Nothing was answered" if self.reads else "Nothing was changed"

    def in_doubt(self) -> str:
        """What is said where nobody knows whether it was stored."""
        how = (
            "repeat it with the same key: it has one effect"
            if self.has_key
            else "look whether it was before you repeat it; with an Idempotency-Key a repeat has one effect"
        )
        return f"The connection to the database broke while this was being stored. It may have been stored; {how}."


#: What is said of a request of which nothing more is known.
WRITING = Told()


def _answers(view: Any) -> str:
    renderers = view.get_renderers() if hasattr(view, "get_renderers") else ()
    return ", ".join(dict.fromkeys(renderer.media_type for renderer in renderers))


def answer_problem(error: Exception, context: Mapping[str, Any]) -> Response:
    """Turn any exception into a problem document; an unexpected one is logged and answered without detail."""
    set_rollback()
    request: Request = context["request"]
    document, headers = problem(error, Told.of(request, context.get("view")))
    if document["status"] == HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("api.failed", exc_info=error, extra={"path": request.path, "method": request.method})
        signals.got_request_exception.send(sender=answer_problem, request=request._request)
    # whatever format was requested, even if the format itself was the error
    request.accepted_renderer = JSONRenderer()
    request.accepted_media_type = PROBLEM
    return Response(document, status=document["status"], headers=headers, content_type=PROBLEM)


def problem(error: Exception, told: Told = WRITING) -> tuple[dict[str, Any], dict[str, str]]:
    """The document and the headers for an exception, in words that fit what was asked."""
    if isinstance(error, Refused):
        return _refused(error, told), {}
    if isinstance(error, LimitReached):
        return error.document | _named(), error.headers
    if isinstance(error, exceptions.APIException):
        return _of_framework(error, told)
    status, detail = _foreseen(error, told)
    headers = {"Retry-After": "1"} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    return document(status, detail), headers


def document(
    status: int, detail: str = "", errors: Mapping[str, list[str]] | None = None, **more: Any
) -> dict[str, Any]:
    """A problem document of the general type: its title is the status's own."""
    found: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": int(status)}
    found |= {"detail": detail} if detail else {}
    return found | more | _named() | ({"errors": dict(errors)} if errors else {})


def _named() -> dict[str, str]:
    """The name of the request."""
    request_id = current_request_id()
    return {"request_id": request_id} if request_id else {}


def _refused(refused: Refused, told: Told) -> dict[str, Any]:
    if not isinstance(refused, Conflict):
        return document(HTTPStatus.BAD_REQUEST, f"{told.begins}; see errors.", refused.errors)
    existing = {} if refused.existing is None else {"existing": refused.existing}
    return document(HTTPStatus.CONFLICT, "This conflicts with a stored row; see errors.", refused.errors, **existing)


def _of_framework(error: exceptions.APIException, told: Told) -> tuple[dict[str, Any], dict[str, str]]:
    scheme = getattr(error, "auth_header", None)
    headers = {"WWW-Authenticate": scheme} if scheme else {}
    if isinstance(error, exceptions.ValidationError):
        errors = flattened(error.detail)
        return document(error.status_code, f"{told.begins}; see errors.", errors), headers
    return document(error.status_code, _said(error, told), getattr(error, "errors", None)), headers


def _said(error: exceptions.APIException, told: Told) -> str:
    """The error's own words, but for those of the framework that do not say what would be accepted."""
    if isinstance(error, exceptions.MethodNotAllowed):
        return f"This method is not accepted at this address; accepted: {told.methods}."
    if isinstance(error, exceptions.UnsupportedMediaType):
        return f"A body of this Content-Type is not accepted; {told.media_types} would be."
    if isinstance(error, exceptions.NotAcceptable):
        return f"No answer has a type that Accept names; accepted: {told.answers}."
    return str(error.detail)


def _foreseen(error: Exception, told: Told) -> tuple[HTTPStatus, str]:
    for kind, status, said in FORESEEN:
        if isinstance(error, kind):
            return status, said(told)
    if isinstance(error, BadSource | OSError) and (found := _about_files(error, told)):
        return found
    if isinstance(error, SuspiciousOperation | RequestDataTooBig):
        return HTTPStatus.BAD_REQUEST, f"{told.begins}: {error}"
    if isinstance(error, IntegrityError):
        return HTTPStatus.CONFLICT, f"Nothing was changed; it would break a rule of the database: {_rule(error)}."
    return HTTPStatus.INTERNAL_SERVER_ERROR, f"An unexpected error, which was logged. {told.begins}."


#: Kinds of errors, and what is said of them.
FORESEEN: Sequence[tuple[Any, HTTPStatus, Callable[[Told], str]]] = (
    (Http404, HTTPStatus.NOT_FOUND, lambda _: "There is nothing at this address, or nothing at the requested dates."),
    (PermissionDenied, HTTPStatus.FORBIDDEN, lambda _: "This user may not do that."),
    (InDoubt, HTTPStatus.SERVICE_UNAVAILABLE, Told.in_doubt),
    (
        TryAgain | OperationalError | InterfaceError,
        HTTPStatus.SERVICE_UNAVAILABLE,
        lambda told: f"{told.begins}; the same request may succeed in a moment.",
    ),
)


def _about_files(error: BadSource | OSError, told: Told) -> tuple[HTTPStatus, str] | None:
    """What became of a file: it has no room here, is not whole, or cannot be read."""
    if isinstance(error, NoRoom) or (isinstance(error, OSError) and error.errno in FULL):
        return HTTPStatus.INSUFFICIENT_STORAGE, f"{told.begins}; there is no room here: {error}."
    if isinstance(error, UnreadablePostError):
        return HTTPStatus.BAD_REQUEST, f"{told.begins}: {error}; send the request again."
    return (HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) if isinstance(error, BadSource) else None


def _rule(error: IntegrityError) -> str:
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or "a constraint"


def flattened(detail: Any, path: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """Nested errors as one level: {"allocations.0.share": ["..."]}."""
    if isinstance(detail, Mapping):
        return _joined((flattened(said, _below(path, str(name))) for name, said in detail.items()))
    if isinstance(detail, list) and any(isinstance(said, Mapping | list) for said in detail):
        return _joined(flattened(said, (*path, str(index))) for index, said in enumerate(detail) if said)
    said = detail if isinstance(detail, list) else [detail]
    return {".".join(path) or "body": [str(each) for each in said]} if said else {}


def _below(path: tuple[str, ...], name: str) -> tuple[str, ...]:
    return path if name == NO_FIELD else (*path, name)


def _joined(parts: Iterable[dict[str, list[str]]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part in parts:
        for name, said in part.items():
            found.setdefault(name, []).extend(said)
    return found
