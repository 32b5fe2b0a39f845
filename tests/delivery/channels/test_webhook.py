"""Webhooks, to a real server, checked with the library that receivers use."""

import base64
import datetime as dt
import json
import socket
import ssl
import time
from pathlib import Path

import pytest
import time_machine
from standardwebhooks import Webhook as Receiving
from standardwebhooks import WebhookVerificationError

from procurement.alerts.models import Channel, Delivery
from procurement.common.errors import Refused
from procurement.delivery.addressing import change_channel, create_channel
from procurement.delivery.channels import webhook
from procurement.delivery.models import Attempt
from procurement.delivery.sending import send_due
from tests.alerts.subscribers import make_user, subscribe
from tests.delivery.outbox import make_delivery
from tests.delivery.receiver import HOST, receiving

pytestmark = pytest.mark.django_db

SECRET, NEW = (f"whsec_{base64.b64encode(letter * 32).decode()}" for letter in (b"a", b"b"))
PROGRAM = {"code": "x", "name": "Aegis", "status": "suspended", "standing": "suspended"}


def lead_to(url, **settings):
    """A subscription whose messages are posted to an address."""
    owner = make_user()
    channel = create_channel(owner=owner, kind="webhook", address=url, settings={"secret": SECRET} | settings)
    return subscribe(owner, channel=channel)


def send(receiver, path="/", **given):
    """Send one message; the message and its attempt."""
    delivery = make_delivery(lead_to(receiver.url + path), **given)
    send_due()
    delivery.refresh_from_db()
    return delivery, delivery.attempts.get()


def test_the_library_accepts_what_is_sent(receiver):
    delivery, attempt = send(receiver, payload={"event": "status.changed", "program": PROGRAM, "evidence": ["much"]})
    (got,) = receiver.got
    body = Receiving(SECRET).verify(got.body, got.headers)
    assert (attempt.outcome, attempt.status, attempt.answer) == ("sent", 200, "thank you")
    assert got.headers["webhook-id"] in delivery.message_id
    assert (body["type"], body["version"], body["sequence"]) == ("alerts", 1, 1)
    (alert,) = body["data"]["alerts"]
    assert alert["program"]["url"].endswith("/en/programs/x/")
    assert (alert["event"], "evidence" in alert, "standing" in alert["program"]) == ("status.changed", False, False)


def test_it_refuses_a_changed_byte_and_an_old_timestamp(receiver):
    send(receiver)
    (got,) = receiver.got
    with pytest.raises(WebhookVerificationError, match="No matching signature"):
        Receiving(SECRET).verify(got.body.replace(b"alerts", b"Alerts", 1), got.headers)
    later = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=6)
    with time_machine.travel(later), pytest.raises(WebhookVerificationError, match="too old"):
        Receiving(SECRET).verify(got.body, got.headers)


def test_while_a_secret_is_changed_both_are_accepted(receiver):
    subscription = lead_to(receiver.url)
    change_channel(subscription.channel_id, settings={"secret": NEW, "previous_secret": SECRET})
    make_delivery(subscription)
    send_due()
    for secret in (SECRET, NEW):
        Receiving(secret).verify(receiver.got[0].body, receiver.got[0].headers)


def test_a_message_that_is_sent_again_has_its_id_and_number(receiver):
    delivery, _ = send(receiver, "/500")
    Delivery.objects.update(next_try_at=delivery.created_at)
    send_due()
    first, again = receiver.got
    assert first.headers["webhook-id"] == again.headers["webhook-id"]
    assert json.loads(first.body)["sequence"] == json.loads(again.body)["sequence"] == 1


def test_messages_of_a_channel_are_numbered(receiver):
    subscription = lead_to(receiver.url)
    for _ in range(6):
        make_delivery(subscription)
    assert send_due() == 6
    assert sorted(json.loads(got.body)["sequence"] for got in receiver.got) == [1, 2, 3, 4, 5, 6]


def test_connections_are_kept(receiver, settings):
    settings.WEBHOOK_HOSTS_AT_ONCE = 4
    subscription = lead_to(receiver.url)
    for _ in range(20):
        make_delivery(subscription)
    send_due()
    assert len(receiver.got) == 20
    assert len({got.peer for got in receiver.got}) <= 4


@pytest.mark.parametrize(
    ("path", "status", "state", "said"),
    [
        ("/500", 500, "pending", "it answered 500"),
        ("/404", 404, "pending", "it answered 404"),
        ("/410", 410, "failed", "it answered 410"),
        ("/elsewhere", 307, "pending", "redirects are not followed"),
        ("/close", None, "pending", "without response"),
        ("/204", 204, "sent", ""),
    ],
)
def test_what_a_receiver_answers_decides(receiver, path, status, state, said):
    delivery, attempt = send(receiver, path)
    assert (delivery.state, attempt.status, len(receiver.got)) == (state, status, 1)
    assert said in attempt.error


def test_one_that_is_gone_pauses_its_channel(receiver):
    send(receiver, "/410")
    assert Channel.objects.get(kind="webhook").paused_because == "it answered 410"


def test_one_that_asks_for_time_gets_it(receiver):
    delivery, attempt = send(receiver, "/busy")
    wait = delivery.next_try_at - attempt.at
    assert dt.timedelta(seconds=600) <= wait <= dt.timedelta(seconds=720)


def test_of_a_long_answer_a_kilobyte_is_kept(receiver):
    assert send(receiver, "/long")[1].answer == "x" * 1024


@pytest.mark.parametrize("path", ["/hang", "/drip"])
def test_nobody_waits_for_one_that_takes_too_long(receiver, monkeypatch, path):
    monkeypatch.setattr(webhook, "SECONDS", 0.5)
    began = time.monotonic()
    delivery, attempt = send(receiver, path)
    assert time.monotonic() - began < 5
    assert (delivery.state, "t" in attempt.error, attempt.milliseconds >= 500) == ("pending", True, True)


def test_a_certificate_that_nobody_trusts_is_not_accepted(settings):
    settings.WEBHOOK_HOSTS = [HOST]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Path(__file__).parents[1] / "certificate.pem")
    with receiving(tls=context) as receiver:
        delivery, attempt = send(receiver)
    assert (delivery.state, "certificate verify failed" in attempt.error, receiver.got) == ("pending", True, [])


def test_a_name_that_leads_elsewhere_later_is_not_asked_again(receiver, settings, monkeypatch):
    settings.WEBHOOK_HOSTS = []
    found = iter(["8.8.8.8", HOST])
    real, reached = socket.create_connection, []
    address = [(socket.AF_INET, socket.SOCK_STREAM, 0, "")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda _host, port, **_: [(*address[0], (next(found), port))])
    monkeypatch.setattr(socket, "create_connection", lambda to, *_: reached.append(to[0]) or real((HOST, 1), 1))
    make_delivery(lead_to("https://rebinding.example/"))
    send_due()
    assert (reached, receiver.got) == (["8.8.8.8"], [])


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0177.0.0.1", "2130706433", "[::ffff:127.0.0.1]", "[::1]"])
def test_a_private_address_is_not_reached_however_it_is_written(receiver, settings, host):
    settings.WEBHOOK_HOSTS = []
    port = receiver.url.rpartition(":")[2]
    make_delivery(lead_to(f"https://{host}:{port}/"))
    send_due()
    assert ("no public address" in Attempt.objects.get().error, receiver.got) == (True, [])


@pytest.mark.parametrize(
    ("address", "secret", "field"),
    [
        ("http://example.org/", SECRET, "address"),
        ("ftp://example.org/", SECRET, "address"),
        ("https://a:b@example.org/", SECRET, "address"),
        ("https://example.org/a b", SECRET, "address"),
        ("https://exämple.org/", SECRET, "address"),
        ("https://example.org/#x", SECRET, "address"),
        ("https://example.org/", "", "settings.secret"),
        ("https://example.org/", "hush", "settings.secret"),
        ("https://example.org/", "whsec_c2hvcnQ=", "settings.secret"),
        ("https://example.org/", "whsec_%%%", "settings.secret"),
    ],
)
def test_what_is_no_webhook_is_refused_by_field(address, secret, field):
    with pytest.raises(Refused) as refused:
        create_channel(owner=make_user(), kind="webhook", address=address, settings={"secret": secret})
    assert field in refused.value.errors


def test_a_test_shows_the_answer(receiver, analyst):
    body = {"kind": "webhook", "address": f"{receiver.url}/500", "settings": {"secret": SECRET}}
    made = analyst.made("channels/", body)
    answer = analyst.post(f"channels/{made['id']}/test/", {}).json()
    assert (answer["status"], answer["answer"], answer["error"]) == (500, "no", "it answered 500")
    assert json.loads(receiver.got[0].body)["type"] == "test"
