"""What webhooks are sent is what the description of the API says."""

import json
from typing import Any

import pytest
from django.utils import timezone
from jsonschema import Draft202012Validator, FormatChecker

from procurement.delivery.payloads import CONTRACT, PROGRAM, TOLD
from procurement.delivery.sending import send_due
from procurement.delivery.testing import send_test
from tests.delivery.channels.test_webhook import lead_to
from tests.delivery.conftest import receiver
from tests.delivery.outbox import make_delivery
from tests.delivery.test_composing import PAYLOAD

__all__ = ["receiver"]

FULL = PAYLOAD | {
    "event": "status.changed", "happened_at": "2026-01-05T08:00:00+00:00", "late": False, "before": "active",
    "after": None, "effective_on": "2020-06-15",
    "contract": {"id": 7, "reference": "A2", "title": "Radar", "local_title": "レーダー"},
    "share": {"of": "0.5", "outstanding": [], "unaccounted": []}, "flag": 3, "rule": "payment-after-stop",
    "severity": "high", "kind": "opened", "due_on": None, "amount": None,
}  # fmt: skip


@pytest.fixture(scope="module")
def described() -> Any:
    from drf_spectacular.generators import SchemaGenerator

    return SchemaGenerator().get_schema(request=None, public=True)


def faults(described, got):
    """What of a message the description does not allow."""
    body = json.loads(got.body)
    operation = described["webhooks"][body["type"]]["post"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    whole = schema | {"components": described["components"]}
    assert {each["name"] for each in operation["parameters"]} <= got.headers.keys()
    return [error.message for error in Draft202012Validator(whole, format_checker=FormatChecker()).iter_errors(body)]


@pytest.mark.django_db
@pytest.mark.parametrize("more", [{}, {"digest_until": "2026-01-05T08:00Z"}])
@pytest.mark.parametrize("payload", [FULL, PAYLOAD | {"contract": None}, {}])
def test_messages_are_as_described(receiver, described, more, payload):
    make_delivery(lead_to(receiver.url), payload=payload, **more)
    send_due()
    assert faults(described, receiver.got[0]) == []


CHANGED = {
    "of": "program", "program": {"code": "x", "name": "X"}, "contract": None, "share": None,
    "amounts": [{"figure": "outstanding", "currency": "JPY", "before": "5", "after": None, "change": None,
                 "unknown_before": 0, "unknown_after": 1}],
}  # fmt: skip


@pytest.mark.django_db
def test_so_are_the_figures_of_a_digest(receiver, described):
    make_delivery(lead_to(receiver.url), digest_until="2026-01-05T08:00Z", figures=[CHANGED])
    send_due()
    assert json.loads(receiver.got[0].body)["data"]["figures"] == [CHANGED]
    assert faults(described, receiver.got[0]) == []


@pytest.mark.django_db
def test_so_is_a_test(receiver, described):
    send_test(lead_to(receiver.url).channel, now=timezone.now())
    assert faults(described, receiver.got[0]) == []


def test_every_field_that_is_told_is_described(described):
    types = described["components"]["schemas"]
    for name, told in (("WebhookAlert", TOLD), ("WebhookProgram", PROGRAM), ("WebhookContract", CONTRACT)):
        assert set(told) <= set(types[name]["properties"])


def test_a_message_that_is_otherwise_would_be_noticed(described):
    schema = {"$ref": "#/components/schemas/WebhookAlerts", "components": described["components"]}
    assert not Draft202012Validator(schema).is_valid({"type": "alerts", "version": 2, "sequence": "1"})
