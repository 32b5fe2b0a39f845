"""Accounts and groups in the admin: an administrator who is no superuser touches nothing above their own."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.urls import reverse

from procurement.access.models import AccessToken, AuditEntry
from procurement.access.tokens import create_user, issue_token
from tests.admin.conftest import signed_in

pytestmark = pytest.mark.django_db
NEW = "another long enough one"


@pytest.fixture
def below(db):
    """An administrator by role alone."""
    client = signed_in("administrator")
    User.objects.filter(pk=client.user.pk).update(is_superuser=False)
    client.user.refresh_from_db()
    return client


@pytest.fixture
def boss(db):
    return create_user("boss", "administrator", "a long enough password")


@pytest.fixture
def anna(db):
    return create_user("anna", "analyst", "a long enough password")


def page(user, name="change"):
    return reverse(f"admin:auth_user_{name}", args=[user.pk])


def edited(user, **given):
    return {"username": user.username, "is_active": "on", "is_staff": "on", **given}


EDITS = [
    {"email": "elsewhere@example.org"},
    {"is_active": ""},
    {"is_staff": ""},
    {"groups": []},
    {"username": "renamed"},
]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: next(iter(edit)))
def test_an_administrator_edits_nothing_of_a_superuser(below, boss, edit):
    before = User.objects.values().get(pk=boss.pk)
    assert below.post(page(boss), edited(boss) | edit).status_code == 403
    assert User.objects.values().get(pk=boss.pk) == before
    assert boss.groups.count() == 1


def test_an_administrator_sets_no_password_of_a_superuser(below, boss):
    for answer in (below.get(page(boss).replace("change", "password")), set_password(below, boss)):
        assert answer.status_code == 403
    boss.refresh_from_db()
    assert boss.check_password("a long enough password")


def set_password(client, user):
    address = reverse("admin:auth_user_password_change", args=[user.pk])
    return client.post(address, {"password1": NEW, "password2": NEW, "usable_password": "true"})


def test_an_administrator_sees_an_account_above_without_its_password(below, boss):
    answer = below.get(page(boss))
    assert answer.status_code == 200
    assert "may do more than yours" in answer.content.decode()
    assert "pbkdf2" not in answer.content.decode()


def test_nobody_deletes_an_account(below, boss, anna):
    for user in (boss, anna):
        assert below.post(page(user, "delete"), {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [boss.pk], "post": "yes"}
    below.post(reverse("admin:auth_user_changelist"), chosen)
    assert User.objects.filter(pk__in=[boss.pk, anna.pk]).count() == 2


def test_an_administrator_edits_those_below_and_sets_their_password(below, anna):
    reviewers = Group.objects.get(name="reviewer")
    assert below.post(page(anna), edited(anna, groups=[reviewers.pk])).status_code == 302
    assert set_password(below, anna).status_code == 302
    anna.refresh_from_db()
    assert [group.name for group in anna.groups.all()] == ["reviewer"]
    assert anna.check_password(NEW)


def test_an_administrator_makes_nobody_a_superuser(below, anna):
    below.post(page(anna), edited(anna, is_superuser="on"))
    anna.refresh_from_db()
    assert not anna.is_superuser


def erasers():
    group = Group.objects.create(name="erasers")
    group.permissions.add(Permission.objects.get(codename="delete_logentry"))
    return group


def test_an_administrator_puts_nobody_into_a_group_above(below, anna):
    group = erasers()
    answer = below.post(page(anna), edited(anna, groups=[group.pk]))
    assert answer.status_code == 200
    assert group not in anna.groups.all()


def test_the_search_box_offers_the_groups_that_may_be_given(below):
    erasers()
    asked = {"app_label": "auth", "model_name": "user", "field_name": "groups"}
    found = below.get(reverse("admin:autocomplete"), asked).json()["results"]
    assert [each["text"] for each in found] == ["administrator", "analyst", "reader", "reviewer"]


def test_a_group_is_given_only_what_its_giver_may_do(below):
    above = Permission.objects.get(codename="delete_logentry")
    answer = below.post(reverse("admin:auth_group_add"), {"name": "helpers", "permissions": [above.pk]})
    assert answer.status_code == 200
    assert not Group.objects.filter(name="helpers").exists()


@pytest.mark.parametrize("name", ["reader", "analyst", "reviewer", "administrator"])
def test_the_four_roles_are_read_only_for_superusers_too(administrator, name):
    group = Group.objects.get(name=name)
    address = reverse("admin:auth_group_change", args=[group.pk])
    assert "one of the four roles" in administrator.get(address).content.decode()
    assert administrator.post(address, {"name": name, "permissions": []}).status_code == 403
    assert group.permissions.exists()


def test_an_administrator_does_not_touch_the_tokens_of_a_superuser(below, boss):
    issue_token("boss", "read", name="mirror")
    token = AccessToken.objects.get()
    address = reverse("admin:procurement_accesstoken_change", args=[token.pk])
    assert below.post(address, {"name": "mine", "expiry_0": "2026-01-01", "expiry_1": "00:00"}).status_code == 403
    assert below.post(address.replace("change", "revoke")).status_code == 403
    token.refresh_from_db()
    assert (token.name, token.revoked_at) == ("mirror", None)


# what is noted


def noted():
    return list(AuditEntry.objects.order_by("-id").values_list("act", "about", "actor_name"))


def test_changed_rights_are_noted_with_what_they_were(below, anna):
    below.post(page(anna), edited(anna, groups=[Group.objects.get(name="reviewer").pk]))
    entry = AuditEntry.objects.latest("id")
    assert (entry.act, entry.about, entry.actor) == ("rights_changed", "anna", below.user)
    assert entry.details["changed"] == {"groups": [["analyst"], ["reviewer"]]}
    assert entry.address == "127.0.0.1"


def test_an_edit_that_changes_no_right_is_not_noted(below, anna):
    before = noted()
    below.post(page(anna), edited(anna, email="anna@example.org", groups=[anna.groups.get().pk]))
    assert noted() == before


def test_a_password_that_another_set_is_noted_without_it(below, anna):
    set_password(below, anna)
    entry = AuditEntry.objects.latest("id")
    assert (entry.act, entry.about) == ("password_set", "anna")
    assert "password" not in str(entry.details)


def test_a_new_account_is_noted(below):
    given = {"username": "new", "password1": NEW, "password2": NEW, "usable_password": "true"}
    below.post(reverse("admin:auth_user_add"), given)
    assert noted()[0] == ("account_made", "new", below.user.username)


def test_what_a_group_may_do_is_noted(administrator):
    permission = Permission.objects.get(codename="view_contract")
    administrator.post(reverse("admin:auth_group_add"), {"name": "guests", "permissions": [permission.pk]})
    entry = AuditEntry.objects.latest("id")
    assert (entry.act, entry.about, entry.details["given"]) == (
        "group_changed",
        "guests",
        ["procurement.view_contract"],
    )


def test_tokens_are_noted_when_made_changed_and_revoked(administrator):
    issue_token("robot", "read", name="mirror")
    address = reverse("admin:procurement_accesstoken_change", args=[AccessToken.objects.get().pk])
    administrator.post(address.replace("change", "revoke"))
    acts = [act for act, _about, _who in noted()]
    assert acts[:3] == ["token_revoked", "token_made", "account_made"]
