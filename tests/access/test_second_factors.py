"""A second factor of logins: set up, asked for, used once, counted when wrong, and taken away when lost."""

import re
import time
from contextlib import nullcontext

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from procurement.access.auditing import Act
from procurement.access.models import AuditEntry
from procurement.access.second_factors import take_factors_away
from procurement.access.session_models import LoginSession
from procurement.access.tokens import create_user, issue_token
from procurement.common.errors import Refused

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def _patient(monkeypatch):
    monkeypatch.setattr(settings, "AXES_FAILURE_LIMIT", 5)


@pytest.fixture
def anna():
    return create_user("anna", "analyst", PASSWORD)


@pytest.fixture
def boss():
    return create_user("boss", "administrator", PASSWORD)


@pytest.fixture
def required(monkeypatch):
    monkeypatch.setattr(settings, "TWO_FACTOR", "administrators")


def browser(address="198.51.100.7", language="en"):
    return Client(REMOTE_ADDR=address, HTTP_ACCEPT="text/html", HTTP_ACCEPT_LANGUAGE=language)


def log_in(client, name="anna", password=PASSWORD, **more):
    return client.post("/admin/login/", {"username": name, "password": password, **more})


def code_of(secret, ahead=0):
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + ahead))


def set_up(client, capture=lambda **_: nullcontext()):
    """Confirm by password and set up the factor, as a person does; gives its secret and the recovery codes."""
    page = client.get(reverse("mfa_activate_totp"), follow=True)
    if page.redirect_chain:
        page = client.post(page.redirect_chain[-1][0], {"password": PASSWORD}, follow=True)
    secret = re.search(r'class="key">([A-Z2-7]+)<', page.content.decode())[1]
    with capture(execute=True):
        client.post(reverse("mfa_activate_totp"), {"code": code_of(secret, -1)})
    shown = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    return secret, re.findall(r"<li><code>(\d{8})</code>", shown)


@pytest.fixture
def guarded(anna, django_capture_on_commit_callbacks):
    client = browser()
    log_in(client)
    return set_up(client, django_capture_on_commit_callbacks)


def acts():
    return list(AuditEntry.objects.order_by("-id").values_list("act", flat=True))


# setting up


def test_it_is_set_up_with_the_password_and_noted(anna, django_capture_on_commit_callbacks):
    client = browser()
    log_in(client)
    _secret, codes = set_up(client, django_capture_on_commit_callbacks)
    assert len(codes) == 10
    assert acts()[:2] == ["factor_set", "factor_set"]
    assert "10 recovery codes are left" in client.get(reverse("mfa_index")).content.decode()


def test_recovery_codes_are_shown_once(anna, django_capture_on_commit_callbacks):
    client = browser()
    log_in(client)
    _secret, codes = set_up(client, django_capture_on_commit_callbacks)
    again = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert not [code for code in codes if code in again]


def test_setting_it_up_ends_the_users_other_sessions(anna, django_capture_on_commit_callbacks):
    here, elsewhere = browser(), browser()
    log_in(here)
    log_in(elsewhere)
    set_up(here, django_capture_on_commit_callbacks)
    assert here.get("/admin/").status_code == 200
    assert elsewhere.get("/admin/").status_code == 302


def test_its_secret_is_not_stored_in_the_clear(guarded):
    secret, codes = guarded
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    assert not [code for code in codes if code in stored]


# logging in


def test_the_password_alone_is_no_login(guarded):
    client = browser()
    answer = log_in(client)
    assert answer["Location"] == reverse("mfa_authenticate")
    assert client.get("/admin/").status_code == 302
    assert client.get("/api/v1/tokens/", headers=JSON).status_code == 401


def test_the_code_ends_the_login_where_it_was_going(guarded):
    client = browser()
    log_in(client, next="/admin/procurement/contract/")
    answer = client.post(reverse("mfa_authenticate"), {"code": code_of(guarded[0])})
    assert answer["Location"] == "/admin/procurement/contract/"
    assert client.get("/admin/").status_code == 200


def test_a_code_counts_once(guarded):
    code = code_of(guarded[0])
    first, second = browser(), browser()
    for client in (first, second):
        log_in(client)
    assert first.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302
    refused = second.post(reverse("mfa_authenticate"), {"code": code})
    assert refused.status_code == 200
    assert second.get("/admin/").status_code == 302


def test_a_recovery_code_counts_once(guarded):
    code = guarded[1][0]
    first, second = browser(), browser()
    for client in (first, second):
        log_in(client)
    assert first.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302
    assert second.post(reverse("mfa_authenticate"), {"code": code}).status_code == 200


def test_wrong_codes_are_noted_and_lock_their_address_out(guarded):
    client = browser("203.0.113.5")
    log_in(client)
    answers = [client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code for _ in range(5)]
    assert answers == [200, 200, 200, 200, 429]
    assert client.post(reverse("mfa_authenticate"), {"code": code_of(guarded[0])}).status_code in {403, 429}
    entry = AuditEntry.objects.filter(act=Act.LOGIN_FAILED).latest("id")
    assert (entry.about, entry.details, entry.address) == ("anna", {"second_factor": True}, "203.0.113.5")


def test_wrong_codes_from_many_addresses_are_few_all_the_same(guarded):
    for number in range(5):
        client = browser(f"203.0.113.{number}")
        log_in(client)
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    late = browser("203.0.113.99")
    log_in(late)
    refused = late.post(reverse("mfa_authenticate"), {"code": code_of(guarded[0])})
    assert "Too many wrong codes" in refused.content.decode()


def test_a_right_password_does_not_end_the_count_before_the_code(guarded):
    client = browser("203.0.113.6")
    for _ in range(5):
        log_in(client)
        last = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert last.status_code == 429


# who needs one


def test_without_the_setting_nobody_needs_one(boss):
    client = browser()
    log_in(client, "boss")
    assert client.get("/admin/").status_code == 200


DOORS = [
    "/admin/",
    "/admin/find/",
    "/admin/auth/user/",
    "/admin/procurement/contract/add/",
    "/admin/procurement/contract/files/csv/",
    "/admin/autocomplete/",
    "/admin/password_change/",
    "/admin/nothing-here/",
    "/account/sessions/",
    "/account/recovery-codes/",
]


@pytest.mark.parametrize("door", DOORS)
def test_every_door_of_the_admin_leads_to_setting_it_up(required, boss, door):
    client = browser()
    log_in(client, "boss")
    for answer in (client.get(door), client.post(door)):
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("mfa_activate_totp"))


def test_the_api_takes_no_session_that_lacks_it(required, boss):
    client = browser()
    log_in(client, "boss")
    assert client.get("/api/v1/tokens/", headers=JSON).status_code == 401


def test_a_token_goes_on_without_it(required, boss):
    token = issue_token("boss", "read").token
    answer = browser().get("/api/v1/tokens/", headers={"Authorization": f"Token {token}"} | JSON)
    assert answer.status_code == 200


@pytest.mark.django_db(transaction=True)
def test_who_sets_it_up_goes_on(required, boss):
    client = browser()
    log_in(client, "boss")
    set_up(client)
    assert client.get("/admin/").status_code == 200
    assert client.get("/api/v1/tokens/", headers=JSON).status_code == 200


def test_others_do_not_need_it(required, anna):
    client = browser()
    log_in(client)
    assert client.get("/admin/").status_code == 200


def test_everyone_may_be_made_to(monkeypatch, anna):
    monkeypatch.setattr(settings, "TWO_FACTOR", "everyone")
    client = browser()
    log_in(client)
    assert client.get("/admin/").status_code == 302


# taking it away


def test_its_user_takes_it_away_with_a_code_only(guarded):
    client = browser()
    log_in(client)
    client.post(reverse("mfa_authenticate"), {"code": guarded[1][0]})
    asked = client.get(reverse("mfa_deactivate_totp"))
    assert asked["Location"].startswith(reverse("mfa_reauthenticate"))
    assert client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302
    assert client.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert Authenticator.objects.count() == 2
    client.post(reverse("mfa_reauthenticate"), {"code": guarded[1][1]})
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.count() == 0
    assert "factor_removed" in acts()


def test_an_administrator_takes_a_lost_one_away(guarded, boss):
    client = browser()
    client.force_login(boss)
    anna = User.objects.get(username="anna")
    page = f"/admin/auth/user/{anna.pk}/take-factor-away/"
    assert client.get(page).status_code == 200
    assert client.post(page).status_code == 302
    assert Authenticator.objects.count() == 0
    assert not LoginSession.objects.running(anna).exists()
    entry = AuditEntry.objects.get(act=Act.FACTOR_REMOVED)
    assert (entry.about, entry.actor_name, entry.details["kinds"]) == ("anna", "boss", ["recovery_codes", "totp"])


def test_nobody_takes_away_that_of_somebody_above(guarded, boss):
    below = create_user("below", "administrator", PASSWORD)
    User.objects.filter(pk=below.pk).update(is_superuser=False)
    below.refresh_from_db()
    with pytest.raises(Refused):
        take_factors_away(boss, by=below)
    client = browser()
    client.force_login(below)
    assert client.post(f"/admin/auth/user/{boss.pk}/take-factor-away/").status_code == 403


# the pages


PAGES = ["mfa_index", "own_sessions", "mfa_activate_totp", "account_reauthenticate"]


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_answers_in_both_languages_under_the_strict_policy(anna, name, language):
    client = browser(language=language)
    log_in(client)
    page = client.get(reverse(name), follow=True)
    assert page.status_code == 200
    assert f'<html lang="{language}">' in page.content.decode()
    assert "script-src 'self'" in page["Content-Security-Policy"]
    assert "unsafe" not in page["Content-Security-Policy"]


@pytest.mark.parametrize(("language", "word"), [("en", "Second factor"), ("ja", "二要素")])
def test_the_page_that_asks_for_the_code_answers_in_both_languages(guarded, language, word):
    client = browser(language=language)
    log_in(client)
    page = client.get(reverse("mfa_authenticate")).content.decode()
    assert word in page
    assert 'autocomplete="one-time-code"' in page
