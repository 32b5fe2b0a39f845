"""Logins by a provider of OpenID Connect, which runs here on loopback: who gets in, as whom, and with which role."""

from urllib.parse import urlsplit

import oidc_provider_mock
import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from procurement.access.login_links import make_link
from procurement.access.models import AccessToken, AuditEntry
from procurement.access.roles import role_of
from procurement.access.session_models import LoginSession
from procurement.access.tokens import create_user, issue_token
from procurement.common.errors import Refused
from tracker.single_sign_on import PROVIDER_ID, mapped

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # the provider's own, in its thread
]
PASSWORD = "a long enough password"


@pytest.fixture(scope="module")
def provider():
    with oidc_provider_mock.run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(autouse=True)
def known(monkeypatch, provider):
    app = {
        "provider_id": PROVIDER_ID,
        "name": "Ministry",
        "client_id": "tracker",
        "secret": "not very",
        "settings": {"server_url": provider},
    }
    given = {
        "SOCIALACCOUNT_PROVIDERS": {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}},
        "OIDC_ISSUER": provider,
        "OIDC_NAME": "Ministry",
        "OIDC_ROLES": mapped("OIDC_ROLES") | {"tracker-analysts": "analyst", "tracker-admins": "administrator"},
    }
    for name, value in given.items():
        monkeypatch.setattr(settings, name, value)


def browser():
    return Client(HTTP_ACCEPT="text/html")


def person(provider, subject, **claims):
    requests.put(f"{provider}/users/{subject}", json=claims, timeout=5).raise_for_status()


def come_back(client, provider, subject, **more):
    """Log in at the provider, as a browser does; gives the address to which it leads back."""
    asked = client.post("/account/oidc/login/", more)
    assert asked["Location"].startswith(f"{provider}/oauth2/authorize?")
    assert "code_challenge=" in asked["Location"]
    answer = requests.post(asked["Location"], data={"sub": subject}, allow_redirects=False, timeout=5)
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def log_in(client, provider, subject, **more):
    return client.get(come_back(client, provider, subject, **more))


def acts():
    return list(AuditEntry.objects.exclude(act="refused").order_by("-id").values_list("act", flat=True))


def test_who_has_a_role_gets_an_account_with_it(provider):
    person(provider, "s-1", preferred_username="anna", groups=["other", "tracker-analysts"])
    client = browser()
    answer = log_in(client, provider, "s-1", next="/admin/procurement/contract/")
    assert answer["Location"] == "/admin/procurement/contract/"
    assert client.get("/admin/").status_code == 200
    user = User.objects.get(username="anna")
    assert (role_of(user), user.is_superuser, user.has_usable_password()) == ("analyst", False, False)
    assert acts()[:2] == ["login", "account_made"]


@pytest.mark.parametrize("groups", [[], ["other"], "tracker", None])
def test_who_has_none_does_not_get_in(provider, groups):
    person(provider, "s-2", preferred_username="bert", groups=groups)
    client = browser()
    answer = log_in(client, provider, "s-2")
    assert answer.status_code == 403
    assert client.get("/admin/").status_code == 302
    assert not User.objects.filter(username="bert").exists()
    entry = AuditEntry.objects.exclude(act="refused").latest("id")
    assert (entry.act, entry.details) == ("login_failed", {"why": "role"})


def test_the_same_subject_is_the_same_account_whatever_it_is_called(provider):
    person(provider, "s-3", preferred_username="carl", groups=["tracker-analysts"])
    log_in(browser(), provider, "s-3")
    person(provider, "s-3", preferred_username="another-name", groups=["tracker-analysts"])
    log_in(browser(), provider, "s-3")
    found = User.objects.filter(username__in=["carl", "another-name"])
    assert [each.username for each in found] == ["carl"]


@pytest.mark.parametrize("verified", [True, False])
def test_an_address_of_mail_leads_to_nobodys_account(provider, verified):
    boss = create_user("boss", "administrator", PASSWORD)
    User.objects.filter(pk=boss.pk).update(email="boss@example.org")
    claims = {"email": "boss@example.org", "email_verified": verified, "groups": ["tracker-analysts"]}
    person(provider, "s-4", preferred_username="boss", **claims)
    client = browser()
    assert log_in(client, provider, "s-4").status_code == 302
    user = User.objects.get(pk=SocialAccount.objects.get(uid="s-4").user_id)
    assert user.pk != boss.pk
    assert (user.username != "boss", role_of(user)) == (True, "analyst")
    assert user.email == ("boss@example.org" if verified else "")


def test_another_issuer_is_refused(provider, monkeypatch):
    person(provider, "s-5", preferred_username="dora", groups=["tracker-analysts"])
    monkeypatch.setattr(settings, "OIDC_ISSUER", "https://elsewhere.example.org")
    assert log_in(browser(), provider, "s-5").status_code == 403
    assert not User.objects.filter(username="dora").exists()


def test_a_role_that_changed_at_the_provider_changes_here_and_ends_sessions(provider):
    person(provider, "s-6", preferred_username="emil", groups=["tracker-admins"])
    before = browser()
    log_in(before, provider, "s-6")
    assert before.get("/admin/auth/user/").status_code == 200
    person(provider, "s-6", preferred_username="emil", groups=["tracker-analysts"])
    log_in(browser(), provider, "s-6")
    assert before.get("/admin/").status_code == 302
    assert role_of(User.objects.get(username="emil")) == "analyst"
    assert "rights_changed" in acts()


def test_who_has_no_role_any_more_keeps_neither_sessions_nor_tokens(provider):
    person(provider, "s-12", preferred_username="ines", groups=["tracker-analysts"])
    before = browser()
    log_in(before, provider, "s-12")
    user = User.objects.get(username="ines")
    issue_token("ines", "write")
    person(provider, "s-12", preferred_username="ines", groups=[])
    assert log_in(browser(), provider, "s-12").status_code == 403
    assert before.get("/admin/").status_code == 302
    assert (role_of(user), AccessToken.objects.filter(user=user, revoked_at=None).count()) == ("reader", 0)
    assert {"rights_changed", "sessions_ended", "token_revoked"} <= set(acts())


def test_an_account_that_was_switched_off_here_stays_out(provider):
    person(provider, "s-7", preferred_username="fritz", groups=["tracker-analysts"])
    log_in(browser(), provider, "s-7")
    User.objects.filter(username="fritz").update(is_active=False)
    assert log_in(browser(), provider, "s-7").status_code == 403


def test_an_answer_that_nobody_asked_for_is_refused_and_noted(provider):
    person(provider, "s-8", preferred_username="gina", groups=["tracker-analysts"])
    back = come_back(browser(), provider, "s-8")
    other = browser()
    assert "Nobody was logged in" in other.get(back).content.decode()
    assert other.get("/admin/").status_code == 302
    assert acts()[0] == "login_failed"


def test_a_cancelled_login_is_no_error(provider):
    client = browser()
    state = client.post("/account/oidc/login/")["Location"].partition("state=")[2].partition("&")[0]
    page = client.get(f"/account/oidc/callback/?error=access_denied&state={state}", follow=True)
    assert page.status_code == 200


def test_who_needs_a_second_factor_sets_it_up_here_unless_the_provider_asks(provider, monkeypatch):
    monkeypatch.setattr(settings, "TWO_FACTOR", "everyone")
    person(provider, "s-9", preferred_username="hans", groups=["tracker-analysts"])
    client = browser()
    log_in(client, provider, "s-9")
    assert client.get("/admin/")["Location"].startswith("/account/two-factor/")
    assert client.get("/account/two-factor/").status_code == 200
    monkeypatch.setattr(settings, "OIDC_TWO_FACTOR", True)
    assert client.get("/admin/").status_code == 200


def test_the_login_page_offers_the_provider(provider):
    page = browser().get("/admin/login/").content.decode()
    assert "Log in by Ministry" in page
    assert 'type="password"' in page


# without passwords


@pytest.fixture
def no_passwords(monkeypatch):
    monkeypatch.setattr(settings, "PASSWORD_LOGIN", False)


def test_passwords_can_be_switched_off(no_passwords):
    create_user("boss", "administrator", PASSWORD)
    client = browser()
    assert 'type="password"' not in client.get("/admin/login/").content.decode()
    assert client.post("/admin/login/", {"username": "boss", "password": PASSWORD}).status_code == 403
    assert client.get("/admin/").status_code == 302


def test_a_link_from_the_shell_lets_an_administrator_in_once(no_passwords):
    create_user("boss", "administrator", PASSWORD)
    link = f"/account/link/{make_link('boss')}/"
    client, other = browser(), browser()
    assert client.get(link).status_code == 200
    assert client.get("/admin/").status_code == 302
    assert client.post(link).status_code == 302
    assert client.get("/admin/").status_code == 200
    assert other.post(link).status_code == 403
    assert LoginSession.objects.filter(user__username="boss").count() == 1
    assert acts()[:2] == ["login", "link_made"]


def test_a_link_that_was_refused_stands_nowhere(no_passwords):
    create_user("boss", "administrator", PASSWORD)
    link = make_link("boss")
    assert Client(enforce_csrf_checks=True).post(f"/account/link/{link}/", secure=True).status_code == 403
    entry = AuditEntry.objects.get(act="refused")
    assert (entry.about, link in str(vars(entry))) == ("/account/link/<str:link>/", False)


@pytest.mark.parametrize("name", ["anna", "nobody"])
def test_only_administrators_get_a_link(name):
    create_user("anna", "analyst", PASSWORD)
    with pytest.raises(Refused):
        make_link(name)


def test_a_forged_link_lets_nobody_in():
    create_user("boss", "administrator", PASSWORD)
    assert browser().post("/account/link/abc:def:ghi/").status_code == 403


# what is reachable

REACHABLE = {
    "/account/", "/account/code/", "/account/confirm/", "/account/confirm/code/", "/account/inactive/",
    "/account/link/", "/account/login/", "/account/oidc/callback/", "/account/oidc/cancelled/", "/account/oidc/login/",
    "/account/recovery-codes/", "/account/recovery-codes/new/", "/account/sessions/", "/account/two-factor/",
    "/account/two-factor/remove/",
}  # fmt: skip


def test_only_what_is_needed_of_the_library_is_reachable():
    from procurement.admin.own_login.urls import urlpatterns

    assert {f"/account/{str(each.pattern).partition('<')[0]}" for each in urlpatterns} == REACHABLE


@pytest.mark.parametrize("path", ["signup/", "email/", "password/reset/", "password/set/", "3rdparty/", "logout/"])
def test_nobody_signs_up_or_resets_a_password_by_mail(path):
    for prefix in ("/account/", "/accounts/", "/"):
        assert browser().get(f"{prefix}{path}").status_code == 404
