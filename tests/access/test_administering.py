"""Whose account somebody may change: nobody's who may do more."""

import pytest
from django.contrib.auth.models import Group, Permission, User

from procurement.access.administering import givable_permissions, may_administer, may_change_group, may_grant
from procurement.access.roles import ROLES
from procurement.access.tokens import create_user

pytestmark = pytest.mark.django_db
RANKS = (*ROLES, "superuser")


def account(rank):
    user = create_user(f"the-{rank}", "administrator" if rank == "superuser" else rank)
    User.objects.filter(pk=user.pk).update(is_superuser=rank == "superuser")
    return User.objects.get(pk=user.pk)


#: Who acts -> whom they may administer.
MATRIX = {
    "reader": (),
    "analyst": (),
    "reviewer": (),
    "administrator": ROLES,
    "superuser": RANKS,
}


@pytest.mark.parametrize("actor", RANKS)
def test_accounts_are_administered_from_above(actor):
    people = {rank: account(rank) for rank in RANKS}
    assert tuple(rank for rank in RANKS if may_administer(people[actor], people[rank])) == tuple(MATRIX[actor])


def test_an_account_that_sleeps_stays_above():
    administrator, superuser = account("administrator"), account("superuser")
    User.objects.filter(pk=superuser.pk).update(is_active=False)
    superuser.refresh_from_db()
    assert not may_administer(administrator, superuser)


def test_an_account_with_a_permission_of_its_own_that_the_other_lacks_stays_above():
    administrator, analyst = account("administrator"), account("analyst")
    analyst.user_permissions.add(Permission.objects.get(codename="delete_logentry"))
    assert not may_administer(administrator, analyst)


def test_who_is_not_active_administers_nobody():
    administrator = account("administrator")
    administrator.is_active = False
    assert not may_administer(administrator, account("reader"))


def test_groups_are_given_by_those_who_may_do_all_that_they_may():
    administrator = account("administrator")
    above = Group.objects.create(name="erasers")
    above.permissions.add(Permission.objects.get(codename="delete_logentry"))
    assert may_grant(administrator, Group.objects.filter(name__in=ROLES))
    assert not may_grant(administrator, [above])
    assert not may_grant(account("reviewer"), Group.objects.filter(name="reader"))
    assert may_grant(account("superuser"), [above])


@pytest.mark.parametrize("actor", RANKS)
def test_nobody_changes_a_role(actor):
    who = account(actor)
    assert not any(may_change_group(who, group) for group in Group.objects.filter(name__in=ROLES))


def test_permissions_are_given_by_those_who_have_them():
    theirs, above = Permission.objects.get(codename="view_contract"), Permission.objects.get(codename="delete_logentry")
    administrator = account("administrator")
    givable = givable_permissions(administrator)
    assert (theirs in givable, above in givable) == (True, False)
