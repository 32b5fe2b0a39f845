"""Errors as RFC 9457 problem documents whose `errors` name each field and say what would be accepted."""

import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from django.core import signals
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, OperationalError
from django.http import Http404, UnreadablePostError
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import set_rollback

from procurement.access.limits.reached import LimitReached
from procurement.api.http.rendering import JSONRenderer
from procurement.common.errors import BadSource, Conflict, NoRoom, Refused, TryAgain
from procurement.common.kept_files import FULL

log = logging.getLogger(__name__)

PROBLEM = "application/problem+json"
#: DRF's name for errors that belong to no field.
NO_FIELD = "non_field_errors"


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


def answer_problem(error: Exception, context: Mapping[str, Any]) -> Response:
    """Turn any exception into a problem document; an unexpected one is logged and answered without detail."""
    set_rollback()
    document, headers = problem(error)
    request: Request = context["request"]
    if document["status"] == HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("api.failed", exc_info=error, extra={"path": request.path, "method": request.method})
        signals.got_request_exception.send(sender=answer_problem, request=request._request)
    # whatever format was requested, even if the format itself was the error
    request.accepted_renderer = JSONRenderer()
    request.accepted_media_type = PROBLEM
    return Response(document, status=document["status"], headers=headers, content_type=PROBLEM)


def problem(error: Exception) -> tuple[dict[str, Any], dict[str, str]]:
    """The document and the headers for an exception."""
    if isinstance(error, Refused):
        return _refused(error), {}
    if isinstance(error, LimitReached):
        return error.document, error.headers
    if isinstance(error, exceptions.APIException):
        return _of_framework(error)
    status, detail = _foreseen(error)
    headers = {"Retry-After": "1"} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    return document(status, detail), headers


def document(
    status: int, detail: str = "", errors: Mapping[str, list[str]] | None = None, **more: Any
) -> dict[str, Any]:
    """A problem document of the general type: its title is the status's own."""
    found: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": int(status)}
    found |= {"detail": detail} if detail else {}
    return found | more | ({"errors": dict(errors)} if errors else {})


def _refused(refused: Refused) -> dict[str, Any]:
    if not isinstance(refused, Conflict):
        return document(HTTPStatus.BAD_REQUEST, "Nothing was changed; see errors.", refused.errors)
    existing = {} if refused.existing is None else {"existing": refused.existing}
    return document(HTTPStatus.CONFLICT, "This conflicts with a stored row; see errors.", refused.errors, **existing)


def _of_framework(error: exceptions.APIException) -> tuple[dict[str, Any], dict[str, str]]:
    scheme = getattr(error, "auth_header", None)
    headers = {"WWW-Authenticate": scheme} if scheme else {}
    if isinstance(error, exceptions.ValidationError):
        errors = flattened(error.detail)
        return document(error.status_code, "Nothing was changed; see errors.", errors), headers
    return document(error.status_code, str(error.detail), getattr(error, "errors", None)), headers


def _foreseen(error: Exception) -> tuple[HTTPStatus, str]:
    if isinstance(error, Http404):
        return HTTPStatus.NOT_FOUND, "There is nothing at this address, or nothing at the requested dates."
    if isinstance(error, PermissionDenied):
        return HTTPStatus.FORBIDDEN, "This user may not do that."
    if isinstance(error, TryAgain | OperationalError):
        return HTTPStatus.SERVICE_UNAVAILABLE, "Nothing was changed; the same request may succeed in a moment."
    if isinstance(error, BadSource | OSError) and (found := _about_files(error)):
        return found
    if isinstance(error, IntegrityError):
        return HTTPStatus.CONFLICT, f"Nothing was changed; it would break a rule of the database: {_rule(error)}."
    return HTTPStatus.INTERNAL_SERVER_ERROR, "An unexpected error; it was logged, and nothing was changed."


def _about_files(error: BadSource | OSError) -> tuple[HTTPStatus, str] | None:
    """What became of a file: it has no room here, is not whole, or cannot be read."""
    if isinstance(error, NoRoom) or (isinstance(error, OSError) and error.errno in FULL):
        return HTTPStatus.INSUFFICIENT_STORAGE, f"Nothing was changed; there is no room here: {error}."
    if isinstance(error, UnreadablePostError):
        return HTTPStatus.BAD_REQUEST, f"Nothing was changed: {error}; send the request again."
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
