"""A test message to a channel."""

import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone

from procurement.alerts.models import Channel, Delivery
from procurement.common.errors import Conflict
from procurement.delivery.pausing import pause
from procurement.delivery.testing import APART, send_test
from tests.alerts.subscribers import subscribe
from tests.delivery.outbox import make_delivery

pytestmark = pytest.mark.django_db

CHANNEL = {"address": "me@example.org"}


def test_the_api_shows_how_it_went(analyst):
    made = analyst.made("channels/", CHANNEL)
    answer = analyst.post(f"channels/{made['id']}/test/", {}).json()
    assert (answer["outcome"], answer["error"], mail.outbox[0].to) == ("sent", "", ["me@example.org"])


def test_a_failure_is_an_answer_too(analyst, settings):
    settings.EMAIL_BACKEND = "tests.delivery.test_sending.NoServer"
    made = analyst.made("channels/", CHANNEL)
    answer = analyst.post(f"channels/{made['id']}/test/", {})
    assert (answer.status_code, answer.json()["outcome"]) == (200, "failed")
    assert "connection refused" in answer.json()["error"]


def test_not_twice_in_a_moment():
    channel = subscribe().channel
    send_test(channel, now=timezone.now())
    with pytest.raises(Conflict, match="wait a moment"):
        send_test(channel, now=timezone.now() + dt.timedelta(seconds=1))
    send_test(channel, now=timezone.now() + APART)
    assert len(mail.outbox) == 2


def test_a_paused_channel_that_accepts_it_is_resumed(analyst):
    delivery = make_delivery()
    pause(delivery.subscription.channel_id, because="it answered 500", now=timezone.now())
    send_test(Channel.objects.get(), now=timezone.now())
    assert (Channel.objects.get().paused_at, Delivery.objects.get().state) == (None, "pending")


def test_a_paused_channel_is_resumed_over_the_api(analyst):
    made = analyst.made("channels/", CHANNEL)
    pause(made["id"], because="it answered 500", now=timezone.now())
    assert analyst.read(f"channels/{made['id']}/")["paused_because"] == "it answered 500"
    assert analyst.post(f"channels/{made['id']}/resume/", {}).json()["paused_at"] is None
