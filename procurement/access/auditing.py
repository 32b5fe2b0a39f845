"""The audit log: who took rows out, who changed whose rights, who logged in or was refused.

The rows can be added and read, and nothing else: a trigger refuses the rest, also to a superuser.
"""

import getpass
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.contrib.auth.models import AbstractUser, Group, User
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase

from procurement.access.limits.addresses import client_network
from procurement.access.models import AuditEntry
from procurement.access.refusals import count_refusal
from procurement.common.request_ids import current_request_id

Act = AuditEntry.Act
ADMIN = "/admin/"
#: Where refusals are noted, and which: no right (403), or no token or login that counts (401).
GUARDED, REFUSING = (ADMIN, "/api/", "/account/"), frozenset({401, 403})
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
#: What is kept of a name that no account has: people type their password there.
NO_SUCH_ACCOUNT = "(no such account)"

#: The headers of the request that is being answered; none outside of requests.
_meta: ContextVar[Mapping[str, Any] | None] = ContextVar("audited_meta", default=None)


def note(act: AuditEntry.Act, about: object = "", *, by: object = None, **details: Any) -> AuditEntry:
    """Append an entry, in the transaction of what it tells of. Without `by` nobody is named: it was a command."""
    meta = _meta.get()
    actor = by if isinstance(by, AbstractUser) else None
    return AuditEntry.objects.create(
        act=act,
        about=str(about)[:200],
        details=details,
        actor_id=actor.pk if actor else None,
        actor_name=actor.get_username() if actor else "",
        address=client_network(meta) if meta is not None else "",
        request_id=current_request_id() if meta is not None else "",
    )


def note_export(request: Any, file: str, **details: Any) -> None:
    """Append that a user asks for rows as a file. Strangers are not noted: see docs/running.md, *The audit log*.

    How much of it was sent is appended when it is (middleware `audited`).
    """
    if request.user.is_authenticated:
        asked = {name: values for name, values in request.GET.lists() if name != "format"}
        entry = note(Act.EXPORT, file, by=request.user, path=request.path, asked=asked, **details)
        getattr(request, "_request", request)._exported = entry


def note_written(file: object, **details: Any) -> None:
    """Append that a command wrote rows to a file: which account of the machine ran it, and how much it wrote."""
    try:
        person = getpass.getuser()
    except (KeyError, OSError):  # a container may run as a number that has no name
        person = str(os.getuid())
    note(Act.EXPORT, file, command=True, machine_user=person, **details)


def _counted(pieces: Iterable[bytes], entry: AuditEntry) -> Iterator[bytes]:
    """The pieces of a file; when they end, or the client leaves, how much it was is appended."""
    sent, whole = 0, False
    try:
        for piece in pieces:
            yield piece
            sent += len(piece)
        whole = True
    finally:
        _note_sent(entry, sent, whole=whole)


def _note_sent(entry: AuditEntry, sent: int, *, whole: bool) -> None:
    AuditEntry.objects.create(
        act=Act.EXPORTED,
        about=entry.about,
        details={"bytes": sent, "whole": whole},
        actor_id=entry.actor_id,
        actor_name=entry.actor_name,
        address=entry.address,
        request_id=entry.request_id,
    )


# rights


@contextmanager
def noting_rights(account_id: int | str, *, by: object) -> Iterator[None]:
    """Append how the rights of an account differ after the block; call it inside the block's transaction."""
    before = rights_of(account_id)
    yield
    note_difference(account_id, before, rights_of(account_id), by=by)


def note_difference(account_id: int | str, before: Mapping[str, Any], after: Mapping[str, Any], *, by: object) -> None:
    """Append what of an account's rights changed, and whether its password did."""
    changed = {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}
    password, name = changed.pop("password", None), after.get("username", account_id)
    if changed:
        note(Act.RIGHTS_CHANGED, name, by=by, account=str(account_id), changed=changed)
    if password is not None:
        note(Act.PASSWORD_SET, name, by=by, account=str(account_id))


def rights_of(account_id: int | str) -> dict[str, Any]:
    """What decides on what an account may do; its password stands for itself and is never kept."""
    names = ("username", "is_active", "is_staff", "is_superuser", "password")
    found = User.objects.filter(pk=account_id).values(*names).first() or {}
    groups = Group.objects.filter(user__pk=account_id).order_by("name").values_list("name", flat=True)
    return {**found, "groups": list(groups)} if found else {}


@contextmanager
def noting_permissions(group_id: int | str, *, by: object) -> Iterator[None]:
    """Append what a group may do after the block that it might not before, and the other way round."""
    before = permissions_of(group_id)
    yield
    note_permissions(group_id, before, by=by)


def note_permissions(group_id: int | str, before: set[str], *, by: object) -> None:
    """Append how the permissions of a group differ from what they were."""
    after = permissions_of(group_id)
    if before != after:
        name = Group.objects.filter(pk=group_id).values_list("name", flat=True).first()
        given, taken = sorted(after - before), sorted(before - after)
        note(Act.GROUP_CHANGED, name or group_id, by=by, given=given, taken=taken)


def permissions_of(group_id: int | str) -> set[str]:
    """The permissions of a group, as Django names them."""
    found = Group.objects.filter(pk=group_id, permissions__isnull=False)
    pairs = found.values_list("permissions__content_type__app_label", "permissions__codename")
    return {f"{app}.{codename}" for app, codename in pairs}


# requests


def audited(respond: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware behind the one of logins: remember from where a request comes, note refusals and how much was sent."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        _meta.set(request.META)
        response = respond(request)
        if response.status_code in REFUSING and request.path_info.startswith(GUARDED):
            note_refusal(request, response.status_code)
        entry = vars(request).get("_exported")
        if entry is not None and response.status_code < 300:
            _measure(response, entry)
        return response

    return answer


def _measure(response: Any, entry: AuditEntry) -> None:
    if response.streaming:
        response.streaming_content = _counted(response.streaming_content, entry)
    else:
        _note_sent(entry, len(response.content), whole=True)


def note_refusal(request: HttpRequest, status: int) -> None:
    """Append that something was refused: the first time within an hour, the 10th, the 100th and so on.

    Counted by who asks and what for, so that nobody fills the log with a loop.
    """
    with transaction.atomic():
        who = f"user {request.user.pk}" if request.user.is_authenticated else client_network(request.META)
        route = request.resolver_match.route if request.resolver_match else ""
        method = request.method if request.method in METHODS else "another method"
        times = count_refusal(who, f"{method} {route}"[:250], is_known=request.user.is_authenticated)
        if str(times).rstrip("0") == "1":
            note(Act.REFUSED, _address(request), by=request.user, method=method, status=status, times=times)


def _address(request: HttpRequest) -> str:
    """What was asked for; of a link that lets somebody in, only the kind."""
    match = request.resolver_match
    return f"/{match.route}" if match and "link" in match.kwargs else request.path_info


def note_logins() -> None:
    """Have logins, logouts and failures noted: Django offers no other place than its signals. Call it once."""
    user_logged_in.connect(_logged_in, dispatch_uid="audit_login")
    user_logged_out.connect(_logged_out, dispatch_uid="audit_logout")
    user_login_failed.connect(_login_failed, dispatch_uid="audit_login_failed")


def _logged_in(user: Any, **_: Any) -> None:
    note(Act.LOGIN, user.get_username(), by=user)


def _logged_out(user: Any, **_: Any) -> None:
    if user is not None:
        note(Act.LOGOUT, user.get_username(), by=user)


def _login_failed(credentials: Mapping[str, Any], **_: Any) -> None:
    details = {"second_factor": True} if credentials.get("second_factor") else {}
    note(Act.LOGIN_FAILED, tried_account(credentials) or NO_SUCH_ACCOUNT, **details)


def tried_account(credentials: Mapping[str, Any]) -> str:
    """The name of the account of which a password was tried; empty where there is none of that name."""
    name = str(credentials.get("username", "")).replace("\x00", "")
    return User.objects.filter(username=name).values_list("username", flat=True).first() or ""
