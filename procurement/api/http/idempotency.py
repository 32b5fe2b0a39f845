"""Requests that write: one transaction each, retried after a deadlock, and repeatable by key."""

import hashlib
import re
from collections.abc import Callable

import orjson
from django.db import InterfaceError, OperationalError, transaction
from django.db.models.functions import Now
from psycopg import errors
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from procurement.access.models import KEPT, RepeatableRequest
from procurement.api.http.access import user_of
from procurement.api.http.problems import STORED, KeyTaken
from procurement.common.advisory_locks import lock_keys
from procurement.common.errors import InDoubt
from procurement.common.json_text import OPTIONS, as_json

#: What a key may be: as it arrives, without spaces around it.
KEY = r"^[!-~]([ -~]{0,198}[!-~])?$"
TRIES = 3
PASSING = (errors.DeadlockDetected, errors.SerializationFailure)

Act = Callable[[], Response]


def written(request: Request, act: Act, *, content: str = "") -> Response:
    """Do a write in one transaction, once per Idempotency-Key; then notify the workers.

    `content` is the hash of what the request carries beside its data: the content of a file.

    Safe to repeat and to race with a key: the answer is stored in the transaction that has the effect, under a lock on
    the key. A failed request stores nothing, so it may be corrected and sent with the same key.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return _stored(request, _tried(act))
    if not re.fullmatch(KEY, key):
        raise ValidationError({"Idempotency-Key": ["must be 1 to 200 printable ASCII characters, such as a UUID"]})
    return _stored(request, _tried(lambda: _once(request, key, act, content)))


def _stored(request: Request, response: Response) -> Response:
    """Note that the request has had its effect, for what is said if its answer fails."""
    setattr(request._request, STORED, True)
    return response


def _tried(act: Act) -> Response:
    for again in range(TRIES - 1):
        try:
            return _done(act, again=again > 0)
        except OperationalError as error:
            if not isinstance(error.__cause__, PASSING):
                raise
    return _done(act, again=True)


def _done(act: Act, *, again: bool) -> Response:
    """Act and commit. Raises InDoubt when the connection breaks while committing."""
    committing = False
    try:
        with transaction.atomic():
            response = _acted(act, again=again)
            committing = True
        return response
    except (OperationalError, InterfaceError) as error:
        if committing and not isinstance(error.__cause__, PASSING):
            raise InDoubt from error
        raise


def _acted(act: Act, *, again: bool) -> Response:
    if again:
        # one at a time: two requests that name the same rows in opposite orders would deadlock again
        lock_keys(["writes tried again"])
    transaction.on_commit(_nudge, robust=True)
    return act()


def _nudge() -> None:
    """Notify the workers; if the message is lost, the schedule finds the work."""
    from procurement import tasks

    tasks.nudge()


def _once(request: Request, key: str, act: Act, content: str) -> Response:
    lock_keys([f"repeatable:{request.user.pk}:{key}"])
    same = _request_hash(request, content)
    stored = RepeatableRequest.objects.filter(user=request.user.pk, key=key).first()
    if stored is None:
        return _kept(request, key, same, act())
    if stored.request_hash != same:
        raise KeyTaken
    location = {"Location": stored.location} if stored.location else {}
    return Response(
        orjson.loads(stored.answer), status=stored.status, headers={"Idempotency-Replayed": "true"} | location
    )


def _request_hash(request: Request, content: str) -> str:
    body = orjson.dumps(request.data, default=str, option=OPTIONS | orjson.OPT_SORT_KEYS)
    return hashlib.sha256(
        b"\n".join([str(request.method).encode(), request.path.encode(), body, content.encode()][: 4 if content else 3])
    ).hexdigest()


def _kept(request: Request, key: str, same: str, response: Response) -> Response:
    theirs = RepeatableRequest.objects.filter(user=request.user.pk)
    theirs.filter(created_at__lt=Now() - KEPT).delete()
    RepeatableRequest.objects.create(
        user=user_of(request),
        key=key,
        request_hash=same,
        status=response.status_code,
        answer=as_json(response.data).decode(),
        location=response.get("Location", ""),
    )
    return response
