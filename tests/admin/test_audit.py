"""The audit log: what is in it, who reads it, and that nobody edits it."""

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from procurement.access.auditing import note
from procurement.access.models import AuditEntry
from procurement.access.tokens import create_user, issue_token
from procurement.admin.audit import COLOURS
from tests.makers import make_contract

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"
LIST = "/admin/procurement/auditentry/"


def acts():
    return list(AuditEntry.objects.order_by("-id").values_list("act", flat=True))


def log_in(username, password):
    return Client().post(reverse("admin:login"), {"username": username, "password": password})


def test_logins_logouts_and_failures_are_noted():
    anna = create_user("anna", "analyst", PASSWORD)
    client = Client()
    client.post(reverse("admin:login"), {"username": "anna", "password": PASSWORD})
    client.post(reverse("admin:logout"))
    log_in("anna", "wrong")
    assert acts()[:3] == ["login_failed", "logout", "login"]
    failed, _out, entered = AuditEntry.objects.order_by("-id")[:3]
    assert (entered.actor, entered.address, failed.about, failed.actor) == (anna, "127.0.0.1", "anna", None)


def test_a_name_that_no_account_has_is_not_kept_because_it_may_be_a_password():
    log_in("hunter2", "anna")
    entry = AuditEntry.objects.latest("id")
    assert (entry.act, entry.about) == ("login_failed", "(no such account)")
    assert "hunter2" not in str(vars(entry))


def test_what_the_admin_refuses_is_noted(reader):
    reader.get("/admin/procurement/contract/add/")
    entry = AuditEntry.objects.latest("id")
    assert (entry.act, entry.about, entry.actor) == ("refused", "/admin/procurement/contract/add/", reader.user)
    assert entry.request_id


def test_every_list_that_is_taken_as_a_file_is_noted(reader):
    make_contract()
    reader.get("/admin/procurement/contract/files/csv/?q=A1").getvalue()
    entry = AuditEntry.objects.filter(act="export").latest("id")
    assert (entry.act, entry.about, entry.details["asked"]) == ("export", "contracts.csv", {"q": ["A1"]})


def test_a_file_of_the_api_is_noted_with_its_user(client):
    token = issue_token("robot", "read").token
    client.get("/api/v1/contracts/?format=csv&currency=JPY", headers={"Authorization": f"Token {token}"}).getvalue()
    entry = AuditEntry.objects.filter(act="export").latest("id")
    assert (entry.act, entry.actor_name, entry.details["asked"]) == ("export", "robot", {"currency": ["JPY"]})


def test_pages_of_the_api_and_files_of_strangers_are_not_noted(client, settings):
    settings.ANONYMOUS_READ = True
    before = acts()
    client.get("/api/v1/contracts/?format=csv").getvalue()
    token = issue_token("robot", "read").token
    client.get("/api/v1/contracts/", headers={"Authorization": f"Token {token}"})
    assert acts() == ["token_made", "account_made", *before]


CHANGES = [
    "UPDATE procurement_auditentry SET about = 'nothing'",
    "DELETE FROM procurement_auditentry",
    "TRUNCATE procurement_auditentry",
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.split()[0].lower())
def test_the_database_refuses_every_change(change):
    note(AuditEntry.Act.EXPORT, "contracts.csv")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="audit log"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert AuditEntry.objects.latest("id").about == "contracts.csv"


def test_administrators_read_it_and_nobody_edits_it(administrator, reviewer):
    note(AuditEntry.Act.RIGHTS_CHANGED, "anna", by=administrator.user, changed={"groups": [["reader"], ["analyst"]]})
    entry = AuditEntry.objects.latest("id")
    page = administrator.get(f"{LIST}{entry.pk}/change/").content.decode()
    assert "groups: reader → analyst" in page
    assert administrator.post(f"{LIST}{entry.pk}/change/", {"about": "x"}).status_code == 403
    assert administrator.post(f"{LIST}{entry.pk}/delete/", {"post": "yes"}).status_code == 403
    assert reviewer.get(LIST).status_code == 403


def test_an_administrator_by_role_reads_it(administrator):
    User.objects.update(is_superuser=False)
    assert administrator.get(LIST).status_code == 200


def test_every_act_is_shown_in_words():
    assert set(COLOURS) == set(AuditEntry.Act)


def test_taking_it_as_a_file_is_noted_in_it(administrator):
    note(AuditEntry.Act.LOGOUT, "anna")
    file = administrator.get(f"{LIST}files/csv/?act__exact=logout").getvalue().decode()
    assert "logout,anna" in file
    assert "export" in acts()[:2]


def test_answers_about_money_that_are_taken_as_files_are_noted_too(client):
    token = issue_token("robot", "read").token
    asked = "/api/v1/exposure/?format=csv&group_by=program"
    assert client.get(asked, headers={"Authorization": f"Token {token}"}).status_code == 200
    assert "export" in acts()[:2]
