"""Logins that last: who sees and ends them, what ends them by itself, and for how long they last."""

import datetime as dt

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.test import Client

from procurement.access.auditing import Act
from procurement.access.models import AuditEntry
from procurement.access.session_models import LoginSession
from procurement.access.tokens import create_user

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"


@pytest.fixture
def anna():
    return create_user("anna", "analyst", PASSWORD)


@pytest.fixture
def boss():
    return create_user("boss", "administrator", PASSWORD)


def logged_in(name, browser="Firefox", address="198.51.100.7"):
    client = Client(HTTP_ACCEPT="text/html", HTTP_USER_AGENT=browser, REMOTE_ADDR=address)
    assert client.post("/admin/login/", {"username": name, "password": PASSWORD}).status_code == 302
    return client


def is_in(client):
    return client.get("/admin/").status_code == 200


def test_people_see_where_they_are_logged_in(anna):
    logged_in("anna", "A browser at home", "203.0.113.5")
    page = logged_in("anna").get("/account/sessions/").content.decode()
    assert "A browser at home" in page
    assert "203.0.113.5" in page
    assert not [key for key in LoginSession.objects.values_list("session_key", flat=True) if key in page]


def test_they_end_one(anna):
    here, there, third = logged_in("anna"), logged_in("anna", "Lost"), logged_in("anna")
    rows = here.get("/account/sessions/").context["sessions"]
    (mark,) = [each["mark"] for each in rows if each["row"].browser == "Lost"]
    here.post("/account/sessions/", {"end": mark})
    assert (is_in(here), is_in(there), is_in(third)) == (True, False, True)


def test_they_end_all_others(anna):
    here, there, third = logged_in("anna"), logged_in("anna"), logged_in("anna")
    here.post("/account/sessions/")
    assert (is_in(here), is_in(there), is_in(third)) == (True, False, False)
    assert AuditEntry.objects.filter(act=Act.SESSIONS_ENDED).latest("id").details["sessions"] == 2


def test_they_do_not_end_those_of_others_by_a_mark(anna, boss):
    mine, theirs = logged_in("boss"), logged_in("anna")
    mark = mine.get("/account/sessions/").context["sessions"][0]["mark"]
    theirs.post("/account/sessions/", {"end": mark})
    assert is_in(mine)


def test_administrators_end_those_below_them(anna, boss):
    theirs, mine = logged_in("anna", "Her browser"), logged_in("boss")
    page = f"/admin/auth/user/{anna.pk}/end-logins/"
    assert "Her browser" in mine.get(page).content.decode()
    assert mine.post(page).status_code == 302
    assert not is_in(theirs)


def test_nobody_ends_those_of_somebody_above(boss):
    below = create_user("below", "administrator", PASSWORD)
    User.objects.filter(pk=below.pk).update(is_superuser=False)
    theirs = logged_in("boss")
    assert logged_in("below").post(f"/admin/auth/user/{boss.pk}/end-logins/").status_code == 403
    assert is_in(theirs)


def test_another_role_ends_them(anna, boss):
    theirs, mine = logged_in("anna"), logged_in("boss")
    given = {"username": "anna", "is_active": "on", "is_staff": "on", "groups": [Group.objects.get(name="reader").pk]}
    mine.post(f"/admin/auth/user/{anna.pk}/change/", given)
    assert anna.groups.get().name == "reader"
    assert (is_in(theirs), is_in(mine)) == (False, True)


def test_a_new_password_ends_the_others(anna):
    here, there = logged_in("anna"), logged_in("anna")
    new = "another long enough one"
    given = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert here.post("/admin/password_change/", given).status_code == 302
    assert (is_in(here), is_in(there)) == (True, False)
    assert LoginSession.objects.running(anna).count() == 1
    assert AuditEntry.objects.filter(act=Act.PASSWORD_SET, about="anna").exists()


def test_one_that_is_not_used_ends(anna):
    with time_machine.travel("2026-03-02 08:00:00+00:00", tick=False) as clock:
        client = logged_in("anna")
        clock.shift(dt.timedelta(minutes=settings.SESSION_IDLE_MINUTES - 1))
        assert is_in(client)
        clock.shift(dt.timedelta(minutes=settings.SESSION_IDLE_MINUTES - 1))
        assert is_in(client)
        clock.shift(dt.timedelta(minutes=settings.SESSION_IDLE_MINUTES + 1))
        assert not is_in(client)


def test_one_that_is_used_all_the_time_ends_too(anna):
    with time_machine.travel("2026-03-02 08:00:00+00:00", tick=False) as clock:
        client = logged_in("anna")
        for _ in range(2 * settings.SESSION_HOURS - 1):
            clock.shift(dt.timedelta(minutes=30))
            assert is_in(client)
        clock.shift(dt.timedelta(minutes=31))
        assert not is_in(client)
