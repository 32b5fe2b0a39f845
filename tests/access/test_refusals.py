"""Refusals of rights in the audit log: each kind is there, with who and what, and no loop fills it."""

import pytest
from django.test import Client

from procurement.access import refusals
from procurement.access.auditing import Act
from procurement.access.models import AuditEntry, RefusalCount
from procurement.access.refusals import count_refusal
from procurement.access.tokens import issue_token

pytestmark = pytest.mark.django_db
JSON = "application/json"


def refused():
    return list(AuditEntry.objects.filter(act=Act.REFUSED).order_by("id"))


def test_what_the_api_refuses_to_a_token_is_noted_with_its_user():
    token = issue_token("robot", "read").token
    answer = Client().post("/api/v1/programs/", {}, JSON, headers={"Authorization": f"Token {token}"})
    assert answer.status_code == 403
    (entry,) = refused()
    assert (entry.about, entry.actor_name, entry.request_id) == ("/api/v1/programs/", "robot", answer["X-Request-Id"])
    assert entry.details == {"method": "POST", "status": 403, "times": 1}


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Token made-up"}])
def test_a_request_without_a_right_token_is_noted_with_its_address(headers):
    assert Client(REMOTE_ADDR="198.51.100.7").post("/api/v1/programs/", {}, JSON, headers=headers).status_code == 401
    (entry,) = refused()
    assert (entry.actor, entry.address, entry.details["status"]) == (None, "198.51.100.7", 401)


def test_a_loop_leaves_few_entries_which_say_how_often():
    client = Client()
    for _ in range(120):
        client.delete("/api/v1/programs/1/")
    assert [entry.details["times"] for entry in refused()] == [1, 10, 100]


def test_other_ids_of_one_kind_are_one_kind():
    client = Client()
    for number in range(30):
        client.delete(f"/api/v1/programs/{number + 1}/")
    assert len(refused()) == 2
    assert RefusalCount.objects.get().times == 30


def test_many_clients_without_a_name_are_counted_together_in_the_end(monkeypatch):
    monkeypatch.setattr(refusals, "STRANGERS", 3)
    for number in range(20):
        count_refusal(f"192.0.2.{number}", "POST x", is_known=False)
    assert RefusalCount.objects.count() == 4
    assert RefusalCount.objects.get(who=refusals.OTHERS).times == 17


def test_one_client_that_asks_for_everything_takes_nobodys_place(monkeypatch):
    monkeypatch.setattr(refusals, "STRANGERS", 3)
    monkeypatch.setattr(refusals, "OPERATIONS", 5)
    for number in range(20):
        count_refusal("192.0.2.1", f"POST {number}", is_known=False)
    assert RefusalCount.objects.get(who="192.0.2.1", operation=refusals.FURTHER).times == 15
    assert count_refusal("192.0.2.2", "POST x", is_known=False) == 1
    assert RefusalCount.objects.filter(who="192.0.2.2", operation="POST x").exists()


def test_users_are_counted_one_by_one_all_the_same(monkeypatch):
    monkeypatch.setattr(refusals, "STRANGERS", 0)
    assert [count_refusal("user 5", "POST x", is_known=True) for _ in range(2)] == [1, 2]
