"""A form that is sent after its session has ended is kept, and shown again filled in after the next login.

It is kept in the session of whoever is not logged in, for a day. Each form names, signed, whose it is: a form that
this service did not give to somebody is not kept, and nobody else who logs in sees it. Nothing is stored by that: the
form is shown, with what was typed, to be checked and saved. Files and secrets are not kept.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html
from django.utils.translation import gettext as _

from procurement.admin.asking_back import MEANT

#: The hidden field, the key in the session, and the parameter that gives a kept form up.
WHOSE, KEPT, ANEW = "_whose", "kept_form", "_anew"
_SALT = "procurement.admin.kept_forms"
#: The longest form that is kept, as it is sent, and for how long.
LONGEST, SECONDS = 200_000, 24 * 3600
_NOT_KEPT = frozenset({"csrfmiddlewaretoken", WHOSE, MEANT})


def whose(request: HttpRequest, secrets: Iterable[str] = ()) -> str:
    """The value of the hidden field: whose form it is, and which of its fields are not kept."""
    return signing.dumps({"user": request.user.pk, "secrets": sorted(secrets)}, salt=_SALT)


def secrets_in(form: BaseForm) -> list[str]:
    """The fields of a form whose text is not shown while one types."""
    return [name for name, field in form.fields.items() if getattr(field.widget, "input_type", "") == "password"]


def keeping_forms(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Keep a form that was answered with the login page; forget it once it was stored.

    A request without a valid CSRF token is answered otherwise, so that nobody else's page can have a form kept.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if request.method == "POST" and request.path.startswith(reverse("admin:index")) and not was_kept(request):
            if request.user.is_authenticated:
                if response.status_code == 302:  # it was stored: a form that is shown again is kept
                    _forget(request)
            elif _leads_to_login(response):
                _keep(request)
        return response

    return middleware


def _leads_to_login(response: HttpResponseBase) -> bool:
    return response.status_code == 302 and response["Location"].startswith(resolve_url(settings.LOGIN_URL))


def _keep(request: HttpRequest) -> None:
    try:
        owner = signing.loads(request.POST.get(WHOSE, ""), salt=_SALT)
    except signing.BadSignature:
        return
    data = request.POST.copy()
    for name in {*_NOT_KEPT, *owner["secrets"]} & set(data):
        del data[name]
    sent = data.urlencode()
    if len(sent) > LONGEST:
        messages.error(request, _("Your session had ended, and the form is too long to be kept: nothing is stored."))
        return
    moment = timezone.now().timestamp()
    request.session[KEPT] = {"path": request.get_full_path(), "user": owner["user"], "sent": sent, "at": moment}
    messages.warning(request, _("Your session had ended. Nothing is stored yet, and what you entered is kept: log in to see it again."))  # noqa: E501  # fmt: skip


def _forget(request: HttpRequest) -> None:
    if request.session.get(KEPT, {}).get("path") == request.get_full_path():
        del request.session[KEPT]


def kept_form(request: HttpRequest) -> QueryDict | None:
    """What was kept of the form that is asked for, once its user is back; says so on the page."""
    kept = request.session.get(KEPT)
    if kept is None or request.method != "GET":
        return None
    is_theirs = kept["user"] == request.user.pk and timezone.now().timestamp() - kept["at"] < SECONDS
    if not is_theirs or ANEW in request.GET:
        del request.session[KEPT]
        return None
    if kept["path"] != request.get_full_path():
        return None
    messages.warning(request, _said(kept["path"]))
    return QueryDict(kept["sent"])


def _said(path: str) -> str:
    said = _(
        "Your session had ended; nothing is stored yet. Check the form and save again. Files must be chosen again."
    )
    anew = f"{path}{'&' if '?' in path else '?'}{ANEW}=1"
    return format_html('{} <a class="underline" href="{}">{}</a>', said, anew, _("Begin with an empty form instead"))


def as_sent(request: HttpRequest, kept: QueryDict) -> None:
    """Let a view take a kept form for one that was sent; the view must store nothing of it."""
    request.method = "POST"
    request.POST = kept  # type: ignore[assignment]
    uploads: MultiValueDict[str, Any] = MultiValueDict()
    request._files = uploads  # type: ignore[attr-defined]
    request.was_kept = True  # type: ignore[attr-defined]


def was_kept(request: HttpRequest) -> bool:
    """Whether the form of a request is a kept one, which is shown and not stored."""
    return getattr(request, "was_kept", False)
