"""How clients call: ids of requests, pages of other origins, OPTIONS, and both ways to send a token."""

import logging

import pytest
from django.test import Client

from procurement.access.tokens import issue_token
from tests.api.calling import Caller
from tracker.logs import FieldsFormatter


@pytest.mark.parametrize(("given", "taken"), [("job-7.a:b", True), ("x" * 129, False), ("a b", False), ("", False)])
def test_an_answer_names_its_request_by_the_clients_id_if_that_is_well_formed(anonymous, given, taken):
    refused = anonymous.get("programs/?colour=red", X_Request_Id=given)
    assert (refused["X-Request-Id"] == given) is taken
    assert refused.json()["request_id"] == refused["X-Request-Id"] != ""


def test_a_line_that_is_logged_meanwhile_names_it_too(anonymous):
    anonymous.get("programs/", X_Request_Id="job-7")
    line = logging.makeLogRecord({"msg": "answered", "levelname": "INFO", "name": "x"})
    assert FieldsFormatter().format(line).endswith("answered request_id=job-7")


def test_pages_of_named_origins_read_and_nothing_else(anonymous, settings):
    settings.CORS_ALLOWED_ORIGINS = ["https://news.example.org"]
    read = anonymous.get("programs/", Origin="https://news.example.org")
    assert read["Access-Control-Allow-Origin"] == "https://news.example.org"
    assert "X-Horizon" in read["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Credentials" not in read
    assert "Access-Control-Allow-Origin" not in anonymous.get("programs/", Origin="https://other.example.org")


def test_a_page_may_send_no_token_and_write_nothing(anonymous, settings):
    settings.CORS_ALLOW_ALL_ORIGINS = True
    asked = {"Origin": "https://a.example", "Access-Control-Request-Method": "POST"}
    found = anonymous.client.options("/api/v1/programs/", headers=asked)
    assert found["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "authorization" not in found["Access-Control-Allow-Headers"]


def test_options_say_what_an_address_takes(anonymous, db):
    found = anonymous.client.options("/api/v1/ledger-entries/?as_of=2020-01-01")
    told = found.json()
    assert (found.status_code, found["Allow"], told["methods"][:2]) == (
        200,
        "GET, POST, HEAD, OPTIONS",
        ["GET", "POST"],
    )
    assert (told["orderings"][0], told["formats"]["csv"]) == ("id", "text/csv")
    measure = next(each for each in told["parameters"] if each["name"] == "measure")
    assert "payment" in measure["schema"]["items"]["enum"]
    assert anonymous.client.options("/api/v1/").status_code == 200


@pytest.mark.parametrize("scheme", ["Token", "Bearer", "bearer"])
def test_a_token_is_accepted_behind_either_word(db, scheme):
    token = issue_token("a-reader", "read").token
    caller = Caller(Client(headers={"Authorization": f"{scheme} {token}"}))
    assert caller.get("subscriptions/").status_code == 200
    assert Caller(Client(headers={"Authorization": f"{scheme} {token[:-1]}x"})).get("programs/").status_code == 401
