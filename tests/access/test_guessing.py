"""Who guesses passwords is locked out for a while, and administrators are told once."""

import datetime as dt

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.hashers import identify_hasher
from django.contrib.auth.models import User
from django.test import Client, override_settings

from procurement.access.auditing import Act
from procurement.access.models import AuditEntry
from procurement.access.tokens import create_user
from procurement.alerts import guessed_passwords
from procurement.alerts.administrators import NAME
from procurement.alerts.events import PASSWORDS_GUESSED
from procurement.alerts.models import Alert, Delivery, Subscription
from procurement.common.clock import database_now
from tracker import logins

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough password"


@pytest.fixture(autouse=True)
def _quick_and_few(monkeypatch):
    monkeypatch.setattr(settings, "AXES_FAILURE_LIMIT", 4)


@pytest.fixture
def keeper():
    user = create_user("keeper", "administrator", PASSWORD)
    User.objects.filter(pk=user.pk).update(email="keeper@example.org")
    return user


def log_in(password, *, name="keeper", address="198.51.100.7"):
    return Client(REMOTE_ADDR=address, HTTP_ACCEPT="text/html").post(
        "/admin/login/", {"username": name, "password": password}
    )


def noted(act):
    return list(AuditEntry.objects.filter(act=act).order_by("id").values_list("about", flat=True))


def test_many_failures_lock_out_their_address_with_the_right_password_too(keeper):
    for _ in range(3):
        assert log_in("wrong").status_code == 200
    refused = log_in("wrong")
    assert refused.status_code == 429
    assert refused["Retry-After"] == str(settings.LOGIN_REST_MINUTES * 60)
    assert "axes_reset_ip 198.51.100.7" in refused.content.decode()
    assert log_in(PASSWORD).status_code == 429
    assert log_in(PASSWORD, address="198.51.100.8").status_code == 302


def test_other_names_from_the_same_address_count_too(keeper):
    for name in ("one", "two", "three", "four"):
        last = log_in("wrong", name=name)
    assert last.status_code == 429
    assert log_in(PASSWORD).status_code == 429


def test_a_network_of_ipv6_is_one_client(keeper):
    for last in "1234":
        refused = log_in("wrong", address=f"2001:db8::{last}")
    assert refused.status_code == 429


def test_a_login_ends_the_count(keeper):
    for _ in range(3):
        log_in("wrong")
    assert log_in(PASSWORD).status_code == 302
    assert log_in("wrong").status_code == 200


def test_administrators_are_told_of_a_lock_out_once(keeper):
    for _ in range(8):
        log_in("wrong")
    assert noted(Act.LOCKED_OUT) == ["198.51.100.7"]
    assert noted(Act.LOGIN_FAILED) == ["keeper"] * 8
    alert = Alert.objects.get(event=PASSWORDS_GUESSED)
    assert alert.summary.startswith("4 logins from 198.51.100.7 failed; nobody can log in from there for 15 minutes.")
    assert Delivery.objects.get().subscription.name == NAME


def test_who_switched_that_subscription_off_gets_nothing(keeper):
    guessed_passwords.tell_locked_out("192.0.2.1", now=database_now())
    Subscription.objects.update(active=False)
    guessed_passwords.tell_locked_out("192.0.2.2", now=database_now())
    assert Delivery.objects.count() == 1


def test_many_guesses_of_one_account_from_everywhere_are_told_once(keeper, monkeypatch):
    monkeypatch.setattr(guessed_passwords, "WRONG", 5)
    for number in range(7):
        assert log_in("wrong", address=f"192.0.2.{number}").status_code == 200
    assert noted(Act.GUESSED) == ["keeper"]
    assert log_in(PASSWORD).status_code == 302


def test_guesses_of_a_day_ago_do_not_count(keeper, monkeypatch):
    monkeypatch.setattr(guessed_passwords, "WRONG", 2)
    log_in("wrong")
    later = database_now() + dt.timedelta(hours=2)
    assert guessed_passwords.tell_guessed("keeper", now=later) == 0
    assert noted(Act.GUESSED) == []


def test_nothing_that_was_typed_is_kept(keeper):
    log_in("a secret", name="another secret")
    kept = AccessAttempt.objects.values().get()
    assert "secret" not in str(kept)


@override_settings(PASSWORD_HASHERS=logins.SETTINGS["PASSWORD_HASHERS"])
def test_passwords_are_hashed_with_argon2_and_old_ones_anew_at_the_next_login():
    user = create_user("newcomer", "reader", PASSWORD)
    assert identify_hasher(user.password).algorithm == "argon2"


def test_browsers_may_use_no_device(client):
    assert "camera=()" in client.get("/admin/login/")["Permissions-Policy"]
