"""Who may do what in the admin."""

import pytest
from django.contrib.auth.models import User

from procurement.sources.facts import fact_models
from tests.admin.conftest import signed_in
from tests.admin.portfolio import fill
from tests.admin.test_flags import make_flag
from tests.makers import make_contract, make_program, post

ROLES = ("reader", "analyst", "reviewer", "administrator")
#: Page -> the roles that it answers.
PAGES = {
    "": ROLES,
    "procurement/ledgerentry/": ROLES,
    "procurement/ledgerentry/add/": ROLES[1:],
    "procurement/contract/add/": ROLES[1:],
    "procurement/recheck/": ROLES,
    "procurement/recheck/add/": (),
    "procurement/flag/add/": (),
    "procurement/thresholdchange/": ROLES,
    "procurement/thresholdchange/add/": (),
    "procurement/thresholdchange/set/suspended-program-active-contract/rises/": ROLES[3:],
    "procurement/accesstoken/": ROLES[3:],
    "auth/user/": ROLES[3:],
    "auth/user/add/": ROLES[3:],
    "django_celery_beat/periodictask/": ROLES[3:],
}


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_pages_answer_those_they_are_for(role):
    client = signed_in(role)
    answered = [page for page in PAGES if client.get(f"/admin/{page}").status_code == 200]
    assert answered == [page for page, roles in PAGES.items() if role in roles]


@pytest.mark.django_db
@pytest.mark.parametrize("act", ["correct", "reverse"])
@pytest.mark.parametrize("role", ROLES)
def test_facts_are_taken_back_from_analysts_up(role, act):
    entry = post(make_contract(make_program()), "5")
    answer = signed_in(role).get(f"/admin/procurement/ledgerentry/{entry.pk}/{act}/")
    assert answer.status_code == (403 if role == "reader" else 200)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("act", "roles", "state"), [("acknowledge", ROLES[1:], "acknowledged"), ("resolve", ROLES[2:], "resolved")]
)
@pytest.mark.parametrize("role", ROLES)
def test_flags_are_seen_by_analysts_and_decided_on_by_reviewers(role, act, roles, state):
    flag = make_flag()
    answer = signed_in(role).post(f"/admin/procurement/flag/{flag.pk}/{act}/", {"reason": "seen"})
    flag.refresh_from_db()
    assert (answer.status_code, flag.state) == ((302, state) if role in roles else (403, "open"))


@pytest.mark.parametrize("model", fact_models(), ids=lambda model: model._meta.model_name)
def test_readers_see_facts_and_change_nothing(reader, model):
    fill(reader.user)
    row, name = model.objects.first(), model._meta.model_name
    page = reader.get(f"/admin/procurement/{name}/{row.pk}/change/")
    assert page.status_code == 200
    assert f"/{name}/{row.pk}/correct/" not in page.content.decode()
    assert reader.post(f"/admin/procurement/{name}/add/", {}).status_code == 403


def test_the_sidebar_shows_what_one_may_see(reader, administrator):
    assert "/admin/auth/user/" not in reader.get("/admin/").content.decode()
    assert "/admin/auth/user/" in administrator.get("/admin/").content.decode()


def test_a_token_is_never_shown(administrator):
    from procurement.access.tokens import issue_token

    token = issue_token("robot", "read").token
    pages = administrator.get("/admin/procurement/accesstoken/").content.decode()
    assert "robot" in pages
    assert token[:15] not in pages


@pytest.mark.django_db
def test_an_administrator_by_role_alone_runs_the_service_and_makes_no_superuser():
    client = signed_in("administrator")
    User.objects.update(is_superuser=False)
    page = f"/admin/auth/user/{client.user.pk}/change/"
    client.post(page, {"username": "renamed", "is_superuser": "on", "is_active": "on", "is_staff": "on"})
    client.user.refresh_from_db()
    assert (client.user.username, client.user.is_superuser) == ("renamed", False)


def test_strangers_are_asked_for_their_name(client, db):
    assert client.get("/admin/procurement/ledgerentry/").status_code == 302
    assert client.get("/admin/first-page/stopped/").status_code == 302


def test_messages_belong_to_their_owners(analyst, administrator, reviewer):
    fill(analyst.user)
    page = "/admin/procurement/subscription/"
    assert [len(each.get(page).context["cl"].result_list) for each in (analyst, reviewer, administrator)] == [1, 0, 1]
