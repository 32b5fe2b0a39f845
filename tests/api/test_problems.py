"""Errors are problem documents, whoever refuses: in words that fit what was asked, with what is accepted."""

import json

import pytest
from django.db import OperationalError, connection
from psycopg import errors

from tests.api.calling import entry
from tests.api.conftest import caller
from tests.makers import make_contract, make_source

PROGRAM = {"code": "x", "name": "X", "country": "JP"}

#: A method, an address with the root, headers, the status, and what the detail says.
REFUSED = [
    ("get", "/api/v1/exposure", {}, 404, "/api/v1/exposure/ would be accepted"),
    ("post", "/api/v1/ledger-entries", {}, 404, "/api/v1/ledger-entries/ would be accepted"),
    ("get", "/api/v1//programs/", {}, 404, "/api/v1/programs/ would be accepted"),
    ("get", "//api/v1/programs/", {}, 404, "/api/v1/programs/ would be accepted"),
    ("get", "/api/v1/ledger_entries/", {}, 404, "/api/v1/ledger-entries/ would be accepted"),
    ("get", "/api/v1/program/", {}, 404, "/api/v1/programs/ would be accepted"),
    ("get", "/api/v1/programs/nowhere/at/all/", {}, 404, "/api/v1/programs/ would be accepted"),
    ("get", "/api/v2/programs/", {"Accept": "application/json"}, 404, "/api/v1/ would be accepted"),
    ("get", "/nowhere", {}, 404, "/api/v1/ would be accepted"),
    ("put", "/api/v1/exposure/", {}, 405, "accepted: GET"),
    ("get", "/api/v1/exposure/query/", {}, 405, "accepted: POST"),
    ("delete", "/portfolio.csv", {}, 405, "accepted: GET"),
    ("get", "/api/v1/programs/", {"Accept": "image/png"}, 406, "accepted: application/json, text/csv"),
    ("post", "/api/v1/programs/", {"Content-Encoding": "gzip"}, 415, "without Content-Encoding"),
    ("get", "/api/v1/programs/", {"Host": "elsewhere.example"}, 400, "not a name of this service"),
    ("get", "/api/v1/programs/?country=UK", {"Accept-Language": "ja"}, 400, "Nothing was answered"),
    ("put", "/api/v1/exposure/", {"Accept-Language": "ja"}, 405, "This method is not accepted"),
]


def test_every_refusal_is_a_problem_document_with_what_would_be_accepted(analyst, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    for method, address, headers, status, said in REFUSED:
        call = getattr(analyst.client, method)
        response = call(f"http://testserver{address}", headers=headers, content_type="application/json")
        found = json.loads(response.content)
        assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json"), address
        assert (found["status"], said in found["detail"]) == (status, True), (address, found)


def test_a_body_of_another_type_says_which_is_accepted(analyst):
    found = analyst.client.post("/api/v1/programs/", data="x", content_type="text/plain").json()
    assert (found["status"], "application/json would be" in found["detail"]) == (415, True)


def test_a_browser_keeps_its_page(anonymous):
    assert anonymous.client.get("/nowhere", headers={"Accept": "text/html"})["Content-Type"].startswith("text/html")


def test_too_many_parameters_are_a_bad_request(anonymous):
    response = anonymous.get("programs/?" + "&".join(f"a{number}=1" for number in range(6000)))
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")


@pytest.mark.parametrize("number", [2**63, -(10**30), int("9" * 4000), int("9" * 5)])
def test_a_whole_number_of_any_size_is_refused_by_field(analyst, number):
    body = json.dumps(entry(make_contract(), make_source())).replace('"note"', '"x"')
    text = body[:-1] + f', "milestone": {"9" * 5000 if number > 10**500 else number}}}'
    refused = analyst.post("ledger-entries/", text, Idempotency_Key="k-1")
    assert refused.status_code == 400
    assert "milestone" in refused.json()["errors"]


#: Ends the connection while it commits a program.
BREAKING = """
CREATE FUNCTION broken_off() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';
CREATE CONSTRAINT TRIGGER broken_off AFTER INSERT ON procurement_program DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION broken_off()
"""


@pytest.mark.django_db(transaction=True)
def test_a_break_while_committing_is_said_to_be_in_doubt():
    analyst = caller("an-analyst", "write")
    with connection.cursor() as cursor:
        cursor.execute(BREAKING)
    try:
        keyed, plain = (analyst.post("programs/", PROGRAM, **given) for given in ({"Idempotency_Key": "k-1"}, {}))
    finally:
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION broken_off CASCADE")
    assert (keyed.status_code, plain.status_code) == (503, 503)
    assert "It may have been stored; repeat it with the same key" in keyed.json()["detail"]
    assert "with an Idempotency-Key" in plain.json()["detail"]
    assert analyst.post("programs/", PROGRAM, Idempotency_Key="k-1").status_code == 201


def test_a_break_before_that_changed_nothing(analyst, monkeypatch):
    def broken(*_args, **_named):
        raise OperationalError("the connection is lost") from errors.AdminShutdown()

    monkeypatch.setattr("procurement.api.records.programs.create_program", broken)
    said = analyst.post("programs/", PROGRAM)
    assert (said.status_code, said.json()["detail"][:19]) == (503, "Nothing was changed")


def test_an_error_of_a_read_does_not_speak_of_changes(anonymous, monkeypatch):
    def broken(*_args, **_named):
        raise OperationalError("the connection is lost")

    monkeypatch.setattr("procurement.api.exposure.answers.answered", broken)
    assert "changed" not in anonymous.get("exposure/").json()["detail"]
    assert connection.is_usable()
