"""How callers are recognised; what each may do stands in test_authorization.py."""

from django.test import Client

from procurement.access.roles import ADMINISTRATOR
from procurement.access.tokens import create_user
from tests.api.calling import Caller

PROGRAM = {"code": "x", "name": "X", "country": "JP"}


def test_who_lacks_a_role_hears_which_one_it_takes(reader):
    refused = reader.post("programs/", PROGRAM)
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    assert "analyst" in refused.json()["detail"]


def test_a_token_that_is_not_ours_is_refused_even_for_reading(db):
    for header in ("Token", "Token x", "Token a b", "Token " + "0" * 64, "Token \xe9"):
        refused = Caller(Client(headers={"Authorization": header})).get("programs/")
        assert (refused.status_code, refused["Content-Type"]) == (401, "application/problem+json"), header


def test_a_session_writes_with_its_csrf_token_only(db):
    client = Client(enforce_csrf_checks=True)
    client.force_login(create_user("admin", ADMINISTRATOR, "a-long-password"))
    assert Caller(client).post("programs/", PROGRAM).status_code == 403
    client.get("/admin/")
    token = client.cookies[next(name for name in client.cookies if name.startswith("csrf"))].value
    assert Caller(client).post("programs/", PROGRAM, X_CSRFToken=token).status_code == 201
