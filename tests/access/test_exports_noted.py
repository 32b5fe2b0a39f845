"""Every file that somebody takes is in the audit log, with how much of it was sent."""

import pytest
from django.core.management import call_command
from django.test import Client

from procurement.access.auditing import Act
from procurement.access.models import AuditEntry
from procurement.access.tokens import issue_token
from procurement.sources.archiving import archive_copy
from tests.admin.conftest import signed_in
from tests.makers import make_contract, make_source

pytestmark = pytest.mark.django_db


def noted():
    return list(AuditEntry.objects.filter(act__in=[Act.EXPORT, Act.EXPORTED]).order_by("id"))


@pytest.mark.parametrize("asked", ["contracts/?format=csv", "ocds/export.jsonl", "exposure/?format=csv"])
def test_a_file_of_the_api_is_noted_with_how_much_was_sent(asked):
    make_contract()
    token = issue_token("robot", "read").token
    answer = Client().get(f"/api/v1/{asked}", headers={"Authorization": f"Token {token}"})
    assert answer.status_code == 200
    size = len(answer.getvalue())
    asked_for, sent = noted()
    assert sent.details == {"bytes": size, "whole": True}
    assert (sent.about, sent.actor_name, sent.request_id) == (asked_for.about, "robot", asked_for.request_id)


@pytest.mark.django_db(transaction=True)  # who closes an answer closes the connection, too
def test_a_file_that_was_broken_off_says_so():
    make_contract()
    client = signed_in("reader")
    answer = client.get("/admin/procurement/contract/files/csv/")
    next(iter(answer.streaming_content))
    answer.close()
    answer._iterator.close()
    assert noted()[-1].details["whole"] is False


def test_a_copy_of_a_document_is_noted(tmp_path, monkeypatch):
    from django.conf import settings

    monkeypatch.setattr(settings, "DOCUMENT_FOLDER", tmp_path)
    document = make_source()
    archive_copy(document.pk, [b"%PDF-1.4 a few words"], file_name="a.pdf", by=None)
    token = issue_token("robot", "read").token
    answer = Client().get(f"/api/v1/documents/{document.pk}/copy/", headers={"Authorization": f"Token {token}"})
    assert answer.getvalue() == b"%PDF-1.4 a few words"
    assert [entry.act for entry in noted()] == ["export", "exported"]
    assert noted()[1].details["bytes"] == 20


def test_what_the_command_line_writes_is_noted_with_the_account_of_the_machine(tmp_path):
    make_contract()
    call_command("export_ocds", str(tmp_path / "out.json"))
    (entry,) = noted()
    assert entry.details["command"] is True
    assert entry.details["machine_user"]


def test_strangers_who_read_what_is_public_leave_no_row():
    make_contract()
    assert Client().get("/api/v1/contracts/?format=csv").getvalue()
    assert noted() == []
