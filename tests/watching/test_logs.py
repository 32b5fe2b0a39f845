"""Log lines: one object each, with what they belong to, and without secrets."""

import json
import logging

import pytest

from procurement.common.request_ids import set_request_id
from tracker.logs import FieldsFormatter, JsonLine
from tracker.watching.secrets_hidden import Hiding
from tracker.watching.task_at_hand import Task, at_task

SECRET = "a-secret-of-the-settings"


def record(message="it happened", **extra):
    made = logging.makeLogRecord({"name": "procurement.x", "levelname": "INFO", "msg": message, "created": 1.5})
    vars(made).update({"msecs": 500} | extra)
    return made


def as_json(made, secrets=(SECRET,)):
    line = JsonLine(secrets).format(made)
    assert "\n" not in line
    return json.loads(line)


@pytest.fixture(autouse=True)
def outside_of_requests():
    set_request_id("")


@pytest.fixture
def in_a_task():
    set_request_id("of-the-request")
    at_task(Task("some-id", "procurement.tasks.drain"))
    yield
    at_task(None)
    set_request_id("")


def test_a_line_is_one_object_with_its_fields():
    assert as_json(record(contract=3, ratio=0.5)) == {
        "time": "1970-01-01T00:00:01.500Z", "level": "INFO", "logger": "procurement.x", "message": "it happened",
        "contract": 3, "ratio": 0.5,
    }  # fmt: skip


def test_a_line_says_which_request_and_task_it_belongs_to(in_a_task):
    found = as_json(record())
    assert found["request_id"] == "of-the-request"
    assert (found["task_id"], found["task_name"]) == ("some-id", "procurement.tasks.drain")
    assert "request_id=of-the-request task_id=some-id" in FieldsFormatter().format(record())


def test_an_exception_is_a_field():
    error = ValueError("no\nsuch thing")
    found = as_json(record(exc_info=(ValueError, error, None)))
    assert (found["exception"], found["error"]) == ("ValueError", "no\nsuch thing")
    assert found["traceback"].endswith("no\nsuch thing")


def test_what_is_no_json_is_its_text():
    assert as_json(record(folder={"a": {1, 2}}, kind=ValueError))["kind"] == "<class 'ValueError'>"


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Token 0123456789abcdef",
        "{'Authorization': 'Bearer 0123456789abcdef'}",
        '{\\"authorization\\": \\"Basic 0123456789abcdef\\"}',
        "sent Bearer 0123456789abcdef",
        "postgresql://tracker:0123456789abcdef@db/x",
        "password=0123456789abcdef&user=x",
        '"api_key": "0123456789abcdef"',
        "whsec_0123456789abcdef",
        "Not Found: /en/unsubscribe/0123456789abcdef/",
        "Not Found: /feeds/0123456789abcdef.atom",
        "sessionid=0123456789abcdef; csrftoken=x",
    ],
)
def test_what_looks_like_a_secret_is_hidden(text):
    for form in (FieldsFormatter(), JsonLine()):
        assert "0123456789abcdef" not in form.format(record(text))
        assert "0123456789abcdef" not in form.format(record(said=text, deep=[{"x": text}]))


def test_a_secret_of_the_settings_is_hidden_wherever_it_stands():
    for form in (FieldsFormatter([SECRET]), JsonLine([SECRET])):
        assert SECRET not in form.format(record(f"x{SECRET}x", said={"deep": [SECRET]}))


def test_what_is_no_secret_stays():
    text = "GET /api/v1/programs/?token_ring=1 key=3 delivery failed: 503 https://example.org/a@b"
    assert Hiding().in_text(text).startswith("GET /api/v1/programs/?")
    assert "key=3 delivery failed: 503 https://example.org/a@b" in Hiding().in_text(text)


def test_the_secrets_of_the_settings_are_found():
    from tracker.sight import secrets

    found = secrets({"SECRET_KEY": "k", "METRICS_TOKEN": "t", "DATABASE_URL": "postgresql://u:p%40@h/d", "PORT": 1})
    assert found == ["k", "p%40", "p@", "t"]


def test_secrets_that_stand_in_lists_and_within_other_settings_are_found_too():
    from tracker.sight import secrets

    provider = {"client_id": "tracker", "secret": "of-the-provider", "settings": {"server_url": "https://id.example"}}
    found = secrets({
        "SECRET_KEY": "now", "SECRET_KEY_FALLBACKS": ["before", "long-before"], "OIDC_ISSUER": "https://id.example",
        "DATABASE_URL": "postgresql://u:p@h/d", "DATABASE_OWNER_URL": "postgresql://o:own%2Fer@h/d",
        "SOCIALACCOUNT_PROVIDERS": {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [provider]}},
        "AXES_SENSITIVE_PARAMETERS": ["username"], "AUTH_PASSWORD_VALIDATORS": [{"NAME": "a.b.C"}],
    })  # fmt: skip
    assert found == ["before", "long-before", "now", "of-the-provider", "own%2Fer", "own/er", "p"]
