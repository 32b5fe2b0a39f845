"""Requests with an Idempotency-Key have one effect."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import connections
from django.utils import timezone

from procurement.access.models import RepeatableRequest
from procurement.programs.models import Program
from tests.api.calling import entry
from tests.api.test_end_to_end import contract_body
from tests.makers import make_contract, make_organization, make_source

PROGRAM = {"code": "x", "name": "X", "country": "JP"}


def test_the_same_request_again_gets_the_same_answer(analyst):
    first, again = (analyst.post("programs/", PROGRAM, Idempotency_Key="k-1") for _ in range(2))
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert (again["Location"], again["Idempotency-Replayed"]) == (first["Location"], "true")
    assert Program.objects.count() == 1


def test_a_clock_that_runs_ahead_forgets_no_answer(analyst):
    analyst.post("programs/", PROGRAM, Idempotency_Key="k-1")
    with time_machine.travel(timezone.now() + dt.timedelta(days=20)):
        analyst.post("programs/", PROGRAM | {"code": "y"}, Idempotency_Key="k-2")
    assert analyst.post("programs/", PROGRAM, Idempotency_Key="k-1")["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(("path", "body"), [("programs/", PROGRAM | {"name": "Y"}), ("organizations/", PROGRAM)])
def test_another_request_under_the_key_is_refused(analyst, path, body):
    analyst.post("programs/", PROGRAM, Idempotency_Key="k-1")
    assert analyst.post(path, body, Idempotency_Key="k-1").status_code == 422


def test_a_refused_request_may_be_corrected_under_its_key(analyst):
    assert analyst.post("programs/", {"code": "x"}, Idempotency_Key="k-1").status_code == 400
    assert analyst.post("programs/", PROGRAM, Idempotency_Key="k-1").status_code == 201


def test_keys_are_each_users_own(analyst, administrator):
    analyst.post("programs/", PROGRAM, Idempotency_Key="k-1")
    assert administrator.post("programs/", PROGRAM, Idempotency_Key="k-1").status_code == 409


@pytest.mark.parametrize("key", ["", "x" * 201])
def test_a_key_that_cannot_be_kept_is_refused(analyst, key):
    refused = analyst.post("programs/", PROGRAM, Idempotency_Key=key)
    assert list(refused.json()["errors"]) == ["Idempotency-Key"]


def all_at_once(act, given):
    def one(each):
        try:
            return act(each)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(given)) as pool:
        return list(pool.map(one, given))


def at_once(caller, count, *request, method="post", **headers):
    return all_at_once(lambda _: caller.send(method, *request, **headers), range(count))


@pytest.mark.django_db(transaction=True)
def test_the_same_request_at_once_has_one_effect(analyst):
    answers = at_once(analyst, 4, "programs/", PROGRAM, Idempotency_Key="k-1")
    assert {answer.status_code for answer in answers} == {201}
    assert (Program.objects.count(), RepeatableRequest.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_people_posting_one_source_key_at_once_make_one_row(analyst):
    body = entry(make_contract(), make_source(), source_key="x:award")
    answers = at_once(analyst, 4, "ledger-entries/", body)
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert len({answer.json()["id"] for answer in answers}) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_changes_to_one_version_at_once_one_is_made(analyst):
    address = f"organizations/{make_organization().pk}/"
    tag = analyst.get(address)["ETag"]
    answers = at_once(analyst, 3, address, {"local_name": "省"}, method="patch", If_Match=tag)
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412]


@pytest.mark.django_db(transaction=True)
def test_writers_who_name_things_in_opposite_orders_all_get_through(analyst):
    names = [{"name": f"Maker {number}", "country": "US"} for number in range(2)]
    buyer = make_organization().pk
    bodies = [
        contract_body(buyer, reference=f"C-{n}", suppliers=names[:: 1 if n % 2 else -1], allocations=[])
        for n in range(4)
    ]
    answers = all_at_once(lambda body: analyst.post("contracts/", body), bodies)
    assert {answer.status_code for answer in answers} == {201}


@pytest.mark.django_db(transaction=True)
def test_two_writers_of_one_inline_organization_make_one(analyst):
    bodies = [{"code": f"p-{n}", "name": "P", "buyer": {"name": "Ministry", "country": "JP"}} for n in range(4)]

    answers = all_at_once(lambda body: analyst.post("programs/", body), bodies)
    assert len({answer.json()["buyer"] for answer in answers}) == 1
