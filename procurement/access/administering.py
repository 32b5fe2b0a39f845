"""Whose account, role and tokens a user may change: never those of somebody who may do more."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, Group, Permission, User
from django.db.models import Q, QuerySet

from procurement.access.roles import ADMINISTRATOR, ROLES, rank_of, reaches, role_of

Actor = AbstractBaseUser | AnonymousUser


def may_administer(actor: Actor, account: User) -> bool:
    """Whether a user may change an account: its name, password, rights, whether it is active, and its tokens.

    The account must not rank above the user's own, nor hold a permission that the user lacks, active or not: who sets
    another one's password can act as them.
    """
    if not isinstance(actor, User) or not reaches(role_of(actor), ADMINISTRATOR):
        return False
    if actor.is_superuser:
        return True
    return rank_of(account) <= rank_of(actor) and not _lacks(actor, granted_to(account))


def may_grant(actor: Actor, groups: Iterable[Group]) -> bool:
    """Whether a user may put an account into these groups, or take it out: they may do all that the groups may."""
    if not isinstance(actor, User) or not reaches(role_of(actor), ADMINISTRATOR):
        return False
    ids = [group.pk for group in groups]
    return actor.is_superuser or not _lacks(actor, Permission.objects.filter(group__in=ids))


def may_change_group(actor: Actor, group: Group) -> bool:
    """Whether a user may change what a group may do; nobody changes the roles, which every migrate resets."""
    return group.name not in ROLES and may_grant(actor, [group])


def grantable_groups(actor: Actor) -> "QuerySet[Group]":
    """The groups into which a user may put an account."""
    every = Group.objects.order_by("name")
    return every.filter(pk__in=[group.pk for group in every if may_grant(actor, [group])])


def givable_permissions(actor: Actor) -> "QuerySet[Permission]":
    """The permissions that a user may give to a group: their own."""
    every = Permission.objects.select_related("content_type")
    if not isinstance(actor, User):
        return every.none()
    return every if actor.is_superuser else every.filter(pk__in=granted_to(actor).values("pk"))


def granted_to(account: User) -> "QuerySet[Permission]":
    """The permissions that an account holds by its groups and by itself, also while it is not active."""
    return Permission.objects.filter(Q(group__user=account) | Q(user=account)).distinct()


def _lacks(actor: Any, wanted: "QuerySet[Permission]") -> bool:
    return wanted.exclude(pk__in=granted_to(actor).values("pk")).exists()
