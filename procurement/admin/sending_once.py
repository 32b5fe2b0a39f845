"""A form that is sent twice, by a double click or a reload, is one form: it has one effect and one answer.

Each form carries a token of its own. What a form that stored something was answered is kept with the token and what was
sent, in the transaction that stored it, under a lock: whoever sends the same again gets that answer. The same form sent
with other content, as after going back and changing it, is another one.
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
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import SimpleTemplateResponse
from django.utils import timezone

from procurement.access.models import KEPT, RepeatableRequest
from procurement.admin.asking_back import MEANT
from procurement.common.advisory_locks import lock_keys

#: The name of the hidden field, and what may stand in it.
TOKEN = "_form_token"  # noqa: S105  (no secret)
SOUND = re.compile("[0-9a-f]{32}")
#: What does not say what a form is about: the button that was pressed neither.
NOT_CONTENT = frozenset({TOKEN, MEANT, "csrfmiddlewaretoken", "_save", "_addanother", "_continue"})


def token_of(request: HttpRequest) -> str:
    """The token of the form at hand: the one that it was sent with, else a new one."""
    sent = request.POST.get(TOKEN, "")
    return sent if SOUND.fullmatch(sent) else uuid4().hex


def note_stored(request: HttpRequest) -> None:
    """Note that the request stored something, so that its answer is kept."""
    request.has_stored = True  # type: ignore[attr-defined]


def sent_once(request: HttpRequest, act: Callable[[], HttpResponse]) -> HttpResponse:
    """Do what a form asks for, or give the answer that it was given before.

    Safe to repeat and to race: a lock on the token makes two that are sent at once one after the other. What `act`
    raises undoes all, so that the form can be corrected and sent again.
    """
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
    sent = [request.path, *((name, request.POST.getlist(name)) for name in names)]
    return hashlib.sha256(json.dumps(sent).encode()).hexdigest()


def _keep(request: HttpRequest, response: HttpResponse) -> None:
    if isinstance(response, SimpleTemplateResponse):  # what closes the window in which a row was added in place
        response.render()
    queued: Any = get_messages(request)
    answer = {
        "location": response.get("Location", ""),
        "body": "" if response.get("Location") else response.content.decode(),
        "messages": json.dumps(queued._queued_messages, cls=MessageEncoder),
    }
    theirs: Any = RepeatableRequest.objects.filter(user=request.user.pk)
    theirs.filter(created_at__lt=timezone.now() - KEPT).delete()
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
