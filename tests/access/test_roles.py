"""Roles as groups, and what each may in the admin."""

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User

from procurement.access.roles import ROLES, reaches, role_of, sync_roles
from procurement.access.tokens import create_user

pytestmark = pytest.mark.django_db


def test_a_migrate_makes_the_groups():
    assert set(Group.objects.values_list("name", flat=True)) >= set(ROLES)


MAY = [
    ("reader", "view_contract", True),
    ("reader", "add_contract", False),
    ("analyst", "add_ledgerentry", True),
    ("analyst", "change_program", True),
    ("analyst", "delete_program", False),
    ("analyst", "add_accesstoken", False),
    ("analyst", "view_accesstoken", False),
    ("reviewer", "change_flag", True),
    ("administrator", "add_accesstoken", True),
    ("administrator", "change_recheck", False),
    ("administrator", "change_thresholdchange", False),
]


@pytest.mark.parametrize(("role", "codename", "may"), MAY)
def test_a_role_may(role, codename, may):
    assert create_user("somebody", role).has_perm(f"procurement.{codename}") is may


def test_syncing_again_changes_nothing():
    before = {group.name: group.permissions.count() for group in Group.objects.all()}
    sync_roles()
    assert {group.name: group.permissions.count() for group in Group.objects.all()} == before


def test_the_highest_role_counts():
    user = create_user("somebody", "reader")
    user.groups.add(Group.objects.get(name="reviewer"))
    assert role_of(user) == "reviewer"


def test_who_has_no_group_reads_and_who_is_nobody_has_no_role():
    assert role_of(User.objects.create_user("somebody")) == "reader"
    assert role_of(AnonymousUser()) is None


def test_roles_reach_what_those_before_them_reach():
    assert [reaches("analyst", needed) for needed in ROLES] == [True, True, False, False]
    assert not reaches(None, "reader")
