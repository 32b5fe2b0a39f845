"""A form that is sent twice, by a double click or a reload, has one effect and one answer.

Each form has a token of its own. The answer to a form that stored something is stored with the token and the sent data,
in the same transaction, under a lock: sending the same again gets that answer. The same form with other content, as
after going back and changing it, counts as another form.
"""

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import MessageDecoder, MessageEncoder
from django.db import transaction
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import SimpleTemplateResponse

from procurement.access.models import KEPT, RepeatableRequest
from procurement.admin.asking_back import MEANT
from procurement.admin.kept_forms import WHOSE
from procurement.common.advisory_locks import lock_keys

#: The name of the hidden field, and its valid values.
TOKEN = "_form_token"  # noqa: S105  (no secret)
SOUND = re.compile("[0-9a-f]{32}")
#: Fields that are not part of a form's content, such as the button that was pressed.
NOT_CONTENT = frozenset({TOKEN, MEANT, WHOSE, "csrfmiddlewaretoken", "_save", "_addanother", "_continue"})


def token_of(request: HttpRequest) -> str:
    """The token of the current form: the one it was sent with, else a new one."""
    sent = request.POST.get(TOKEN, "")
    return sent if SOUND.fullmatch(sent) else uuid4().hex


def note_stored(request: HttpRequest) -> None:
    """Record that the request stored something, so that its answer is stored too."""
    request.has_stored = True  # type: ignore[attr-defined]


def sent_once(request: HttpRequest, act: Callable[[], HttpResponse], *, content: str = "") -> HttpResponse:
    """Do what a form asks for, or return the answer it got before.

    `content` is the hash of what the form carries beside its fields: the content of a file.

    Safe to repeat and to race: two sent at once take turns under a lock on the token. An exception of `act` rolls
    everything back, so that the form can be corrected and sent again.
    """
    request.file_content = content  # type: ignore[attr-defined]
    if not _has_token(request):
        return act()
    with transaction.atomic():
        lock_keys([f"repeatable:{request.user.pk}:{_key(request)}"])
        given = answer_given(request)
        if given is not None:
            return given
        response = act()
        if getattr(request, "has_stored", False):
            _keep(request, response)
        return response


def answer_given(request: HttpRequest) -> HttpResponse | None:
    """The answer that the same form was given before, if it was sent and stored something."""
    if not _has_token(request):
        return None
    stored = RepeatableRequest.objects.filter(user=request.user.pk, key=_key(request)).first()
    return None if stored is None else _answered_again(request, stored)


def _has_token(request: HttpRequest) -> bool:
    return request.method == "POST" and bool(SOUND.fullmatch(request.POST.get(TOKEN, "")))


def _key(request: HttpRequest) -> str:
    return f"form:{request.POST[TOKEN]}:{_content_hash(request)}"


def _content_hash(request: HttpRequest) -> str:
    names = sorted(set(request.POST) - NOT_CONTENT)
    sent: list[Any] = [request.path, getattr(request, "file_content", "")]
    sent += ((name, request.POST.getlist(name)) for name in names)
    files: Any = request.FILES
    sent += ((name, each.name, each.size) for name, each in sorted(files.items()))
    return hashlib.sha256(json.dumps(sent).encode()).hexdigest()


def _keep(request: HttpRequest, response: HttpResponse) -> None:
    if isinstance(response, SimpleTemplateResponse):  # the response that closes the pop-up window for adding a row
        response.render()
    queued: Any = get_messages(request)
    answer = {
        "location": response.get("Location", ""),
        "body": "" if response.get("Location") else response.content.decode(),
        "messages": json.dumps(queued._queued_messages, cls=MessageEncoder),
    }
    theirs: Any = RepeatableRequest.objects.filter(user=request.user.pk)
    theirs.filter(created_at__lt=Now() - KEPT).delete()
    theirs.create(
        user_id=request.user.pk,
        key=_key(request),
        request_hash=_content_hash(request),
        status=response.status_code,
        answer=json.dumps(answer),
    )


def _answered_again(request: HttpRequest, stored: RepeatableRequest) -> HttpResponse:
    answer = json.loads(stored.answer)
    for message in json.loads(answer["messages"], cls=MessageDecoder):
        messages.add_message(request, message.level, message.message, message.extra_tags or "")
    if answer["location"]:
        return HttpResponseRedirect(answer["location"])
    return HttpResponse(answer["body"], status=stored.status)
