"""Who may do what, by role and by the scope of a token."""

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from procurement.access.models import AccessToken
from procurement.access.roles import ADMINISTRATOR, REVIEWER
from procurement.access.tokens import create_user, issue_token
from tests.api.calling import Caller
from tests.makers import decide, make_contract, make_program

PROGRAM = {"code": "x", "name": "X", "country": "JP"}


def test_everybody_reads_where_the_setting_allows_it(anonymous, settings):
    settings.ANONYMOUS_READ = True
    assert anonymous.get("programs/").status_code == 200


@pytest.mark.parametrize("address", ["", "programs/", "exposure/", "changes/", "schema/", "docs/"])
def test_nobody_reads_without_a_name_where_it_does_not(anonymous, reader, settings, address):
    settings.ANONYMOUS_READ = False
    refused = anonymous.get(address)
    assert (refused.status_code, refused["WWW-Authenticate"]) == (401, "Token")
    assert reader.get(address).status_code == 200


def test_nobody_writes_without_a_name(anonymous):
    refused = anonymous.post("programs/", PROGRAM)
    assert (refused.status_code, refused["Content-Type"]) == (401, "application/problem+json")


def test_a_reader_does_not_write(reader):
    refused = reader.post("programs/", PROGRAM)
    assert (refused.status_code, "analyst" in refused.json()["detail"]) == (403, True)


def test_a_token_reaches_no_further_than_its_scope(analyst):
    token = issue_token("an-analyst", "read").token
    caller = Caller(Client(headers={"Authorization": f"Token {token}"}))
    assert caller.post("programs/", PROGRAM).status_code == 403


def test_a_token_reaches_no_further_than_its_user(reader):
    token = issue_token("a-reader", "admin").token
    caller = Caller(Client(headers={"Authorization": f"Token {token}"}))
    assert caller.post("programs/", PROGRAM).status_code == 403


@pytest.mark.parametrize("header", ["Token", "Token x", "Token a b", "Token " + "0" * 64, "Token \xe9"])
def test_a_token_that_is_not_ours_is_refused_even_for_reading(db, header):
    refused = Caller(Client(headers={"Authorization": header})).get("programs/")
    assert (refused.status_code, refused["Content-Type"]) == (401, "application/problem+json")


def test_an_expired_token_is_refused(analyst):
    AccessToken.objects.update(expiry=timezone.now() - dt.timedelta(seconds=1))
    refused = analyst.get("programs/")
    assert (refused.status_code, "expired" in refused.json()["detail"]) == (401, True)


def test_the_token_of_a_user_who_left_is_refused(analyst):
    User.objects.update(is_active=False)
    assert analyst.get("programs/").status_code == 401


def test_a_session_writes_with_its_csrf_token_only(db):
    create_user("admin", ADMINISTRATOR, "a-long-password")
    client = Client(enforce_csrf_checks=True)
    client.login(username="admin", password="a-long-password")
    assert Caller(client).post("programs/", PROGRAM).status_code == 403
    client.get("/admin/")
    token = client.cookies[next(name for name in client.cookies if name.startswith("csrf"))].value
    assert Caller(client).post("programs/", PROGRAM, X_CSRFToken=token).status_code == 201


@pytest.fixture
def flag(db):
    from procurement.flags.models import Flag
    from procurement.flags.screening.screen import screen_all

    program = make_program("x")
    make_contract(program, committed="5")
    decide(program, "suspended")
    screen_all(timezone.localdate())
    return Flag.objects.get(rule="suspended-program-active-contract").pk


DEEDS = {
    "acknowledge": {},
    "accept": {"reason": "known", "owner": "me", "until": "2099-01-01"},
    "resolve": {"reason": "done"},
}


@pytest.mark.parametrize(("deed", "status"), [("acknowledge", 200), ("accept", 403), ("resolve", 403)])
def test_an_analyst_only_acknowledges_flags(analyst, flag, deed, status):
    assert analyst.post(f"flags/{flag}/{deed}/", DEEDS[deed]).status_code == status


@pytest.mark.parametrize("deed", DEEDS)
def test_a_reviewer_does_all_with_flags(db, flag, deed):
    create_user("a-reviewer", REVIEWER)
    caller = Caller(Client(headers={"Authorization": f"Token {issue_token('a-reviewer', 'write').token}"}))
    assert caller.post(f"flags/{flag}/{deed}/", DEEDS[deed]).status_code == 200
