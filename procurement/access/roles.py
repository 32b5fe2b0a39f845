"""The four roles, as Django groups, and the permissions of each."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AbstractUser, AnonymousUser, Group, Permission
from django.db import connection
from django.db.models import Q

READER, ANALYST, REVIEWER, ADMINISTRATOR = "reader", "analyst", "reviewer", "administrator"
#: Each role may do what those before it may.
ROLES = (READER, ANALYST, REVIEWER, ADMINISTRATOR)
#: Tables that nobody edits by hand, not even an administrator: history, internal queues, and stored answers.
VIEW_ONLY = Q(content_type__model__endswith="event") | Q(
    content_type__model__in=[
        "recheck",
        "repeatablerequest",
        "thresholdchange",
        "importbatch",
        "importissue",
        "documentcopy",
        "batchrows",
        "statedend",
        "givenname",
        "grouping",
        "doubtfulmatch",
        "statusdraft",
        "look",
        "savedlist",
        "storydraft",
        "auditentry",
        "verificationmail",
        "lifesign",
        "loginsession",
        "refusalcount",
    ]
)
#: Tables that only administrators see.
FOR_ADMINISTRATORS = Q(content_type__model__endswith="token") | Q(
    content_type__model__in=["auditentry", "verificationmail", "lifesign", "loginsession", "refusalcount"]
)

#: As plain SQL, because every request asks it, and making the statement would take longer than running it.
HELD = """
SELECT g.name FROM auth_user_groups held JOIN auth_group g ON g.id = held.group_id
 WHERE held.user_id = %s AND g.name = ANY (%s)
"""


def sync_roles(**_: Any) -> None:
    """Create the four groups and give each its permissions in the admin; safe to repeat, runs after every migrate.

    Called once per migrate for this app, after Django's own receiver has made the permissions.
    """
    ours = Permission.objects.filter(content_type__app_label="procurement")
    viewing = ours.filter(codename__startswith="view_").exclude(FOR_ADMINISTRATORS)
    entering = ours.filter(Q(codename__startswith="add_") | Q(codename__startswith="change_")).exclude(VIEW_ONLY)
    entering = entering.exclude(FOR_ADMINISTRATORS)
    running = Permission.objects.filter(content_type__app_label__in=["auth", "django_celery_beat"])
    whole = running | ours.exclude(VIEW_ONLY & ~Q(codename__startswith="view_"))
    granted = {READER: viewing, ANALYST: viewing | entering, REVIEWER: viewing | entering, ADMINISTRATOR: whole}
    for role in ROLES:
        group, _made = Group.objects.get_or_create(name=role)
        group.permissions.set(granted[role])


#: Where a user who was read together with the roles has them, for as long as one request is answered.
FOUND = "_roles_found"


def role_of(user: AbstractBaseUser | AnonymousUser) -> str | None:
    """The highest role of a user; superusers administrate, and a user without a group reads."""
    if not isinstance(user, AbstractUser) or not user.is_active:
        return None
    if user.is_superuser:
        return ADMINISTRATOR
    held = vars(user).get(FOUND)
    return max(_held(user) if held is None else held, key=ROLES.index, default=READER)


def _held(user: AbstractUser) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(HELD, [user.pk, list(ROLES)])
        return {name for (name,) in cursor.fetchall()}


def rank_of(account: AbstractUser) -> int:
    """Where an account stands, active or not: its highest role, and superusers above all roles."""
    if account.is_superuser:
        return len(ROLES)
    return max((ROLES.index(name) for name in _held(account)), default=0)


def reaches(role: str | None, needed: str) -> bool:
    """Whether a role may do what another one may."""
    return role is not None and ROLES.index(role) >= ROLES.index(needed)
