"""Tokens, and the users made for them."""

import datetime as dt
import io

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import timezone
from knox.crypto import hash_token

from procurement.access.models import AccessToken
from procurement.access.roles import role_of
from procurement.access.tokens import create_sample_users, create_user, issue_token, note_use
from procurement.common.errors import Refused

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("scope", "role"), [("read", "reader"), ("alerts", "reader"), ("write", "analyst"), ("admin", "administrator")]
)
def test_a_token_makes_its_user_with_the_role_that_fits(scope, role):
    issued = issue_token("somebody", scope)
    assert (issued.created_user, role_of(issued.user)) == (True, role)
    assert not issued.user.has_usable_password()


def test_an_existing_user_keeps_role_and_earlier_tokens():
    first, second = issue_token("somebody", "read"), issue_token("somebody", "admin")
    assert (first.user, second.created_user, role_of(second.user)) == (second.user, False, "reader")
    assert AccessToken.objects.count() == 2


def test_only_a_hash_is_kept_and_it_expires():
    issued = issue_token("somebody", "read", days=3)
    row = AccessToken.objects.get()
    assert (row.digest, issued.token in row.digest) == (hash_token(issued.token), False)
    assert dt.timedelta(days=2) < row.expiry - timezone.now() <= dt.timedelta(days=3)


@pytest.mark.parametrize(
    ("name", "scope", "days", "field"),
    [("x", "all", 1, "scope"), ("x", "read", 0, "days"), ("", "read", 1, "user"), ("x" * 151, "read", 1, "user")],
)
def test_a_bad_wish_is_refused_by_field(name, scope, days, field):
    with pytest.raises(Refused) as refused:
        issue_token(name, scope, days=days)
    assert list(refused.value.errors) == [field]
    assert not User.objects.exists()


def test_a_user_who_left_gets_no_token():
    User.objects.filter(pk=create_user("gone", "reader").pk).update(is_active=False)
    with pytest.raises(Refused):
        issue_token("gone", "read")


def run(*arguments):
    out, err = io.StringIO(), io.StringIO()
    call_command(*arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_the_command_prints_the_token_and_nothing_else():
    out, err = run("create_token", "somebody", "--scope", "write")
    assert AccessToken.objects.get().digest == hash_token(out.strip())
    assert "analyst" in err


def test_commands_list_name_shorten_and_revoke_tokens():
    first = AccessToken.objects.get(digest=hash_token(issue_token("somebody", "alerts", name="phone").token))
    other = issue_token("other", "read")
    out, _ = run("list_tokens", "somebody")
    assert [line.split("\t")[0] for line in out.splitlines()] == ["id", str(first.pk)]
    assert ("phone" in out, "never" in out, other.token[:8] in out) == (True, True, False)
    run("change_token", str(first.pk), "--name", "tablet", "--days", "2")
    first.refresh_from_db()
    assert (first.name, first.expiry < timezone.now() + dt.timedelta(days=2, seconds=1)) == ("tablet", True)
    assert "1 of 1 tokens revoked" in run("revoke_token", str(first.pk))[0]
    assert "0 of 1 tokens revoked" in run("revoke_token", "--user", "somebody")[0]
    assert "tablet" in run("list_tokens", "--all")[0]
    assert "tablet" not in run("list_tokens")[0]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["change_token", "{id}", "--days", "400"], "issue another one"),
        (["change_token", "{id}", "--days", "-1"], "revoke the token instead"),
        (["change_token", "{id}", "--name", "x" * 101], "at most 100"),
        (["change_token", "0"], "no token has the id 0"),
        (["revoke_token", "{id}", "0"], "nothing was revoked"),
        (["revoke_token"], "--user"),
    ],
)
def test_a_bad_change_of_a_token_is_refused(command, said):
    issue_token("somebody", "read")
    with pytest.raises(CommandError, match=said):
        run(*(each.format(id=AccessToken.objects.get().pk) for each in command))
    assert AccessToken.objects.get().revoked_at is None


def test_the_last_use_is_noted_once_a_minute(django_assert_num_queries):
    issue_token("somebody", "read")
    row, now = AccessToken.objects.get(), timezone.now()
    for seconds, statements in [(0, 1), (59, 0), (61, 1)]:
        with django_assert_num_queries(statements):
            note_use(row, now + dt.timedelta(seconds=seconds))
        row.refresh_from_db()
    assert row.last_used_at == now + dt.timedelta(seconds=61)


def test_the_command_says_what_is_wrong():
    with pytest.raises(CommandError, match="days"):
        run("create_token", "somebody", "--days", "0")


def test_the_samples_users_are_made_once_and_printed_once():
    out, _ = run("create_sample_users")
    assert [line.split(": ")[0] for line in out.splitlines()] == ["admin", "analyst", "reviewer", "reader"]
    assert run("create_sample_users") == ("", "")


def test_the_passwords_are_random_and_work():
    passwords = create_sample_users()
    assert len(set(passwords.values())) == 4
    assert all(User.objects.get(username=name).check_password(given) for name, given in passwords.items())


def test_an_existing_user_is_left_alone():
    user = User.objects.create_user("analyst", password="a-password-of-their-own")
    assert "analyst" not in create_sample_users()
    user.refresh_from_db()
    assert user.check_password("a-password-of-their-own")
    assert not user.groups.exists()


def test_the_samples_admin_administrates_and_only_that_one():
    create_sample_users()
    found = {user.username: (user.is_superuser, role_of(user)) for user in User.objects.all()}
    assert found["admin"] == (True, "administrator")
    assert [found[name] for name in ("analyst", "reviewer", "reader")] == [
        (False, "analyst"), (False, "reviewer"), (False, "reader")
    ]  # fmt: skip
