"""The audit log: who took rows out, who changed whose rights, who logged in or was refused.

The rows can be added and read, and nothing else: a trigger refuses the rest, also to a superuser.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.contrib.auth.models import AbstractUser, Group, User
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest, HttpResponseBase

from procurement.access.limits.addresses import client_network
from procurement.access.models import AuditEntry
from procurement.common.request_ids import current_request_id

Act = AuditEntry.Act
ADMIN = "/admin/"
#: What is kept of a name that no account has: people type their password there.
NO_SUCH_ACCOUNT = "(no such account)"

#: The headers of the request that is being answered; none outside of requests.
_meta: ContextVar[Mapping[str, Any] | None] = ContextVar("audited_meta", default=None)


def note(act: AuditEntry.Act, about: object = "", *, by: object = None, **details: Any) -> None:
    """Append an entry, in the transaction of what it tells of. Without `by` nobody is named: it was a command."""
    meta = _meta.get()
    actor = by if isinstance(by, AbstractUser) else None
    AuditEntry.objects.create(
        act=act,
        about=str(about)[:200],
        details=details,
        actor_id=actor.pk if actor else None,
        actor_name=actor.get_username() if actor else "",
        address=client_network(meta) if meta is not None else "",
        request_id=current_request_id() if meta is not None else "",
    )


def note_export(request: Any, file: str, **details: Any) -> None:
    """Append that a user asks for rows as a file. Strangers are not noted: see docs/operations.md, *The audit log*."""
    if request.user.is_authenticated:
        asked = {name: values for name, values in request.GET.lists() if name != "format"}
        note(Act.EXPORT, file, by=request.user, path=request.path, asked=asked, **details)


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
    """Middleware behind the one of logins: remember from where a request comes, and note what the admin refuses."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        _meta.set(request.META)
        response = respond(request)
        if response.status_code == 403 and request.path_info.startswith(ADMIN):
            note(Act.REFUSED, request.path_info, by=request.user, method=request.method)
        return response

    return answer


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
    tried = User.objects.filter(username=str(credentials.get("username", "")).replace("\x00", "")).first()
    note(Act.LOGIN_FAILED, tried.get_username() if tried else NO_SUCH_ACCOUNT)
