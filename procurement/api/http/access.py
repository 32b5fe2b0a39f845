"""Who may call what: tokens with a scope, roles, and anonymous reading where that is allowed."""

from typing import Any, cast

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from knox.crypto import hash_token
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from procurement.access.models import AccessToken
from procurement.access.roles import ADMINISTRATOR, ANALYST, READER, REVIEWER, reaches, role_of
from procurement.access.tokens import note_use, token_with

#: The highest role that each scope allows, whatever the user's role.
REACH = {"read": READER, "alerts": READER, "write": REVIEWER, "admin": ADMINISTRATOR}
#: The scopes that may write more than their user's subscriptions and channels.
WRITING = frozenset({"write", "admin"})
#: How a token may be introduced: as this service always did, and as most clients do (RFC 6750).
SCHEMES = frozenset({"token", "bearer"})
AS_SENT = (
    "Authorization: Token followed by a space and what manage.py create_token printed (Bearer in place of Token too)"
)


class TokenAuthentication(KnoxTokenAuthentication):  # type: ignore[misc]  # knox ships no types
    """`Authorization: Token ...` or `Bearer ...`, found by its hash in one query, with the role."""

    def authenticate(self, request: Request) -> tuple[User, AccessToken] | None:
        """The user of a token. Raises AuthenticationFailed for one that is not valid."""
        scheme, _, token = request.headers.get("Authorization", "").strip().partition(" ")
        if scheme.lower() not in SCHEMES:
            return None
        if not token.strip():
            raise AuthenticationFailed(f"No token was given; send {AS_SENT}.")
        if " " in token.strip():
            raise AuthenticationFailed(f"A token has no spaces in it; send {AS_SENT}.")
        return self.authenticate_credentials(token.strip().encode("utf-8", "surrogateescape"))

    def authenticate_credentials(self, token: bytes) -> tuple[User, AccessToken]:
        try:
            digest = hash_token(token.decode("ascii"))
        except UnicodeDecodeError as error:
            raise AuthenticationFailed("This token is unknown.") from error
        row = token_with(digest)
        if row is None:
            raise AuthenticationFailed("This token is unknown; manage.py create_token prints a new one.")
        now = timezone.now()
        if row.revoked_at is not None:
            raise AuthenticationFailed("This token was revoked; manage.py create_token prints a new one.")
        if row.expiry is not None and row.expiry <= now:
            raise AuthenticationFailed("This token has expired; manage.py create_token prints a new one.")
        if not row.user.is_active:
            raise AuthenticationFailed("The user of this token is not active.")
        note_use(row, now)
        return row.user, row


def reach(request: Request) -> str | None:
    """The role with which a request acts: its user's, limited by its token's scope; None if anonymous."""
    known = vars(request).get("_reach", ())
    if not known:  # found once for each request: it takes a query
        known = request._reach = (_reach(request),)  # type: ignore[attr-defined]
    role: str | None = known[0]
    return role


def _reach(request: Request) -> str | None:
    role = role_of(request.user)
    if role is None or not isinstance(request.auth, AccessToken):
        return role
    limit = REACH[request.auth.scope]
    return limit if reaches(role, limit) else role


def own_rows(request: Request, rows: Any) -> Any:
    """Rows that belong to users: of a request's own user, or everybody's if it acts as an administrator.

    A token of an administrator with a smaller scope reaches only what is its user's own.
    """
    return rows.all() if reaches(reach(request), ADMINISTRATOR) else rows.owned_by(request.user)


def user_of(request: Request) -> User:
    """The user of a request that the permissions have let through, so that it has one."""
    return cast("User", request.user)


def only_reads(request: Request) -> bool:
    """Whether the request's token may only read."""
    return isinstance(request.auth, AccessToken) and request.auth.scope == AccessToken.Scope.READ


class MayReadOrAnalyse(BasePermission):
    """Reading is for readers, or for everybody with settings.ANONYMOUS_READ; writing needs a role.

    A view lists other roles for its actions in `needs`.
    """

    message = "This needs the role {role}, and a token whose scope is write or admin."

    def has_permission(self, request: Request, view: Any) -> bool:
        reads = request.method in SAFE_METHODS or getattr(view, "action", None) in getattr(view, "asking", ())
        if reads and settings.ANONYMOUS_READ:
            return True
        if reads:
            return reach(request) is not None
        needed = getattr(view, "needs", {}).get(getattr(view, "action", None), ANALYST)
        self.message = self.message.format(role=needed)
        return not only_reads(request) and reaches(reach(request), needed)


class OwnOnly(BasePermission):
    """What belongs to one user: never anonymous, and only the user's own rows (`visible_to` selects them)."""

    message = "This needs a user, and a token whose scope is alerts, write or admin to change anything."

    def has_permission(self, request: Request, view: Any) -> bool:
        if reach(request) is None:
            return False
        return request.method in SAFE_METHODS or not only_reads(request)


class OwnTokens(OwnOnly):
    """A user's own tokens. To change one, a token must be able to write; but each may revoke itself."""

    message = "This needs a user, and a token whose scope is write or admin to change anything but to revoke itself."

    def has_permission(self, request: Request, view: Any) -> bool:
        if reach(request) is None or request.method in SAFE_METHODS:
            return reach(request) is not None
        if not isinstance(request.auth, AccessToken) or request.auth.scope in WRITING:
            return True
        return request.method == "DELETE" and view.kwargs.get("pk") == str(request.auth.pk)
