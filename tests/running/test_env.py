import socket

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connections
from django.db.backends.postgresql.base import DatabaseWrapper

from tracker import env, secrets

GOOD_KEY = "correct-horse-battery-staple-0123456789-abcdefghijkl"


@pytest.fixture
def given(monkeypatch):
    return lambda value: monkeypatch.setenv("X", value)


@pytest.mark.parametrize(("value", "found"), [("1", True), ("Yes", True), ("off", False), ("", True), (" 0 ", False)])
def test_a_flag_is_read(given, value, found):
    given(value)
    assert env.flag("X", default=True) is found


def test_an_unset_variable_takes_its_default(monkeypatch):
    monkeypatch.delenv("X", raising=False)
    assert (env.number("X", 5), env.text("X", "a"), env.words("X", ("b",)), env.zone("X")) == (5, "a", ["b"], "UTC")


REFUSED = [
    (lambda: env.flag("X", default=True), "maybe", "1, true, yes, on, 0, false, no or off"),
    (lambda: env.number("X", 1, low=1, high=9), "10", "a whole number from 1 to 9"),
    (lambda: env.number("X", 1), "ten", "a whole number from 0"),
    (lambda: env.choice("X", "a", frozenset({"a", "b"})), "c", "a or b"),
    (lambda: env.pattern("X", "ocds-[a-z0-9]{6}", "a registered prefix"), "ocds-1", "a registered prefix"),
    (lambda: env.zone("X"), "Asia/Nowhere", "a time zone such as"),
    (lambda: env.zone("X"), "../../etc/passwd", "a time zone such as"),
    (lambda: env.database("X"), "mysql://a/b", "postgresql://USER"),
    (lambda: env.database("X"), "postgresql://host", "postgresql://USER"),
    (lambda: env.database("X"), "nonsense", "postgresql://USER"),
]


@pytest.mark.parametrize(("read", "value", "accepted"), REFUSED)
def test_what_cannot_be_read_is_refused_by_name(given, read, value, accepted):
    given(value)
    with pytest.raises(ImproperlyConfigured) as refused:
        read()
    assert str(refused.value).startswith("X=")
    assert accepted in str(refused.value)


def test_a_refused_address_does_not_show_its_password(given):
    given("mysql://user:hunter2@host/name")
    with pytest.raises(ImproperlyConfigured) as refused:
        env.database("X")
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(("more", "seconds"), [("", 10), ("?connect_timeout=30", 30), ("?sslmode=require", 10)])
def test_a_server_that_does_not_answer_is_given_up(given, more, seconds):
    given(f"postgresql://user@host/name{more}")
    assert int(env.database("X")["OPTIONS"]["connect_timeout"]) == seconds


def test_a_server_that_takes_a_connection_and_says_nothing_is_given_up(given, monkeypatch):
    monkeypatch.setattr(env, "CONNECT_SECONDS", 2)  # the least that libpq knows
    with socket.create_server(("127.0.0.1", 0)) as silent:
        given(f"postgresql://user@127.0.0.1:{silent.getsockname()[1]}/name")
        made = DatabaseWrapper(
            connections.configure_settings({"default": env.database("X")})["default"], alias="silent"
        )
        with pytest.raises(OperationalError, match="timeout"):
            made.ensure_connection()


def test_a_file_is_no_folder(given, tmp_path):
    (tmp_path / "file").touch()
    given(str(tmp_path / "file"))
    with pytest.raises(ImproperlyConfigured, match="a folder"):
        env.folder("X", tmp_path)


@pytest.mark.parametrize("key", ["", "short", "a" * 60, "django-insecure-" + GOOD_KEY])
def test_a_real_service_refuses_a_weak_key(monkeypatch, key):
    monkeypatch.setenv("SECRET_KEY", key)
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
        secrets.given_key()


def test_a_real_service_takes_a_strong_key(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", GOOD_KEY)
    assert secrets.given_key() == GOOD_KEY


def test_a_key_is_made_once_and_for_its_owner_only(monkeypatch, tmp_path):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    first = secrets.kept_key(tmp_path / "home")
    assert secrets.kept_key(tmp_path / "home") == first
    assert len(first) >= 50
    assert (tmp_path / "home" / "secret_key").stat().st_mode & 0o777 == 0o600
