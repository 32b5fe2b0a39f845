"""Issuing tokens, and the users they need."""

import datetime as dt
import secrets
from dataclasses import dataclass
from functools import cache

from django.contrib.auth.models import Group, User
from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import Model, Q
from psycopg import sql

from procurement.access.administering import may_administer
from procurement.access.auditing import Act, note
from procurement.access.models import AccessToken
from procurement.access.roles import ADMINISTRATOR, ANALYST, FOUND, READER, REVIEWER, ROLES
from procurement.common.errors import Refused
from procurement.common.prepared_statements import array, ask

#: The role of a user that is created for a token, by the token's scope.
ROLE_FOR_SCOPE = {"read": READER, "alerts": READER, "write": ANALYST, "admin": ADMINISTRATOR}
#: The users of a sample: name -> role.
SAMPLE_USERS = {"admin": ADMINISTRATOR, "analyst": ANALYST, "reviewer": REVIEWER, "reader": READER}
DEFAULT_DAYS = 90
#: A token's last use is noted again after this long: a busy one would be written at each request.
USE_NOTED_AGAIN = dt.timedelta(minutes=1)
LONGEST_NAME = 100
_BY_DIGEST = sql.SQL(
    """
SELECT {columns},
       ARRAY(SELECT g.name::text FROM auth_user_groups held JOIN auth_group g ON g.id = held.group_id
              WHERE held.user_id = u.id AND g.name = ANY ($2::text[]))
  FROM procurement_accesstoken t JOIN auth_user u ON u.id = t.user_id
 WHERE t.digest = $1::text"""
)


@dataclass(frozen=True)
class Issued:
    """A token as it is shown once: only its hash is kept."""

    token: str
    user: User
    created_user: bool


@transaction.atomic
def issue_token(username: str, scope: str, *, days: int = DEFAULT_DAYS, name: str = "") -> Issued:
    """Issue a token, creating its user, with the role that fits the scope, if there is none.

    An existing user keeps its role: a token never allows more than its user's role. Raises Refused.
    """
    if scope not in ROLE_FOR_SCOPE:
        raise Refused({"scope": f"“{scope}” is not a scope; accepted: {', '.join(ROLE_FOR_SCOPE)}"})
    if not 1 <= days <= 3650:
        raise Refused({"days": "a token lives from 1 to 3650 days"})
    _refuse_bad_name(name)
    user, created = _find_or_create_user(username, ROLE_FOR_SCOPE[scope])
    row, token = AccessToken.objects.create(user, expiry=dt.timedelta(days=days), scope=scope, name=name.strip())
    note(Act.TOKEN_MADE, _named(row), token=row.pk, scope=scope, expires_at=_written(row.expiry))
    return Issued(token, user, created)


def _named(row: AccessToken) -> str:
    return f"{row.name or row.scope} token {row.pk} of {row.user}"


def _written(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _refuse_bad_name(name: str) -> None:
    if len(name) > LONGEST_NAME or not (name == "" or name.isprintable()):
        raise Refused({"name": f"must be one line of at most {LONGEST_NAME} characters, e.g. nightly mirror"})


@transaction.atomic
def change_token(
    token_id: int,
    *,
    now: dt.datetime,
    name: str | None = None,
    expires_at: dt.datetime | None = None,
    by: User | None = None,
) -> AccessToken:
    """Name a token, or let it expire earlier; for a longer life issue another one.

    `by` is who asks; nobody: a command. Raises Refused, also for a token that is revoked, or of an account above
    theirs. Safe to race: the row is locked.
    """
    row: AccessToken = AccessToken.objects.select_for_update(of=("self",)).select_related("user").get(pk=token_id)
    _refuse_above(row, by)
    if row.revoked_at is not None:
        raise Refused({"token": "this token is revoked; issue another one"})
    _refuse_bad_name(name or "")
    _refuse_bad_expiry(row, expires_at, now)
    before = {"name": row.name, "expires_at": _written(row.expiry)}
    row.name = row.name if name is None else name.strip()
    row.expiry = expires_at or row.expiry
    row.save(update_fields=["name", "expiry"])
    note(
        Act.TOKEN_CHANGED,
        _named(row),
        by=by,
        token=row.pk,
        before=before,
        name=row.name,
        expires_at=_written(row.expiry),
    )
    return row


def _refuse_bad_expiry(row: AccessToken, expires_at: dt.datetime | None, now: dt.datetime) -> None:
    if expires_at is not None and (row.expiry is not None and expires_at > row.expiry):
        raise Refused(
            {"expires_at": f"must not be after {row.expiry.isoformat()}; for a longer life issue another one"}
        )
    if expires_at is not None and expires_at < now:
        raise Refused({"expires_at": "must not lie in the past; revoke the token instead"})


def _refuse_above(row: AccessToken, by: User | None) -> None:
    """Everybody may change their own tokens, and administrators those of whom they may administer."""
    if by is not None and by.pk != row.user_id and not may_administer(by, row.user):
        raise Refused({"token": f"{row.user} may do more than you; ask somebody who may administer that account"})


@transaction.atomic
def revoke_token(token_id: int, *, now: dt.datetime, by: User | None = None) -> bool:
    """Revoke a token for good; whether it was not before. Safe to repeat and to race: a conditional update.

    `by` is who asks; nobody: a command. Raises Refused for a token of an account above theirs.
    """
    row: AccessToken = AccessToken.objects.select_related("user").get(pk=token_id)
    _refuse_above(row, by)
    revoked = bool(AccessToken.objects.filter(pk=token_id, revoked_at=None).update(revoked_at=now))
    if revoked:
        note(Act.TOKEN_REVOKED, _named(row), by=by, token=row.pk)
    return revoked


@cache
def _by_digest() -> bytes:
    """What finds a token with its user and roles: every request asks it, so each session plans it once."""
    columns = [sql.Identifier("t", name) for name in _columns(AccessToken)]
    columns += [sql.Identifier("u", name) for name in _columns(User)]
    return _BY_DIGEST.format(columns=sql.SQL(", ").join(columns)).as_bytes(None)


def _columns(model: type[Model]) -> list[str]:
    return [str(field.column) for field in model._meta.concrete_fields]


def token_with(digest: str) -> AccessToken | None:
    """The token with a hash, whether it is valid or not, with its user and the roles that this one has."""
    (found,) = ask([(_by_digest(), [digest, array(ROLES)])])
    if not found:
        return None
    names, (*values, held) = [field.attname for field in AccessToken._meta.concrete_fields], found[0]
    row: AccessToken = AccessToken.from_db(DEFAULT_DB_ALIAS, names, values[: len(names)])
    of_user = [field.attname for field in User._meta.concrete_fields]
    row.user = User.from_db(DEFAULT_DB_ALIAS, of_user, values[len(names) :])
    setattr(row.user, FOUND, held)
    return row


def note_use(row: AccessToken, now: dt.datetime) -> None:
    """Note that a token is used, once a minute at most; of several requests at a time one notes it."""
    noted_before = now - USE_NOTED_AGAIN
    if row.last_used_at is None or row.last_used_at < noted_before:
        stale = Q(last_used_at=None) | Q(last_used_at__lt=noted_before)
        AccessToken.objects.filter(stale, pk=row.pk).update(last_used_at=now)


def _find_or_create_user(username: str, role: str) -> tuple[User, bool]:
    user = User.objects.filter(username=username).first()
    if user is None:
        return create_user(username, role), True
    if not user.is_active:
        raise Refused({"user": f"“{username}” is not active; activate the user first, or name another"})
    return user, False


@transaction.atomic
def create_user(username: str, role: str, password: str | None = None) -> User:
    """Create a user with a role; without a password it can only use tokens. Raises Refused."""
    if not 0 < len(username) <= 150 or "\x00" in username:
        raise Refused({"user": "a user name has 1 to 150 characters"})
    user = User.objects.create_user(username, password=password)
    user.is_staff = password is not None
    user.is_superuser = user.is_staff and role == ADMINISTRATOR
    user.save(update_fields=["is_staff", "is_superuser"])
    group, _made = Group.objects.get_or_create(name=role)
    user.groups.add(group)
    note(Act.ACCOUNT_MADE, username, account=str(user.pk), role=role, is_superuser=user.is_superuser)
    return user


@transaction.atomic
def create_sample_users() -> dict[str, str]:
    """Create the missing users of the sample; returns their passwords, which are stored nowhere.

    Safe to repeat: existing users are unchanged and not in the answer.
    """
    existing = set(User.objects.filter(username__in=SAMPLE_USERS).values_list("username", flat=True))
    passwords = {name: secrets.token_urlsafe(12) for name in SAMPLE_USERS if name not in existing}
    for name, password in passwords.items():
        create_user(name, SAMPLE_USERS[name], password)
    return passwords
