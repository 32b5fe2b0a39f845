"""The receiver of docs/channels/webhook.md does what its page says."""

import datetime as dt
from typing import Any

import pytest
import time_machine

from procurement.alerts.models import Delivery
from procurement.delivery.addressing import change_channel
from procurement.delivery.sending import send_due
from procurement.delivery.testing import send_test
from tests.delivery.channels.test_webhook import NEW, SECRET, lead_to
from tests.delivery.conftest import receiver
from tests.delivery.outbox import make_delivery
from tests.docs.blocks import block

__all__ = ["receiver"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def documented() -> Any:
    """The class of the page."""
    names: dict[str, Any] = {}
    exec(block("channels/webhook.md", "python"), names)  # our own page
    return names["Receiver"]


def handed_over(receiver, documented):
    """What came, given to the receiver of the page in the order of arrival; it, and what it answered."""
    known = documented(SECRET)
    return known, [known.receive(got.body, got.headers) for got in receiver.got]


def test_it_puts_messages_in_order_and_sees_what_is_missing(receiver, documented):
    subscription = lead_to(receiver.url)
    for _ in range(3):
        make_delivery(subscription)
        send_due()
    receiver.got = [receiver.got[2], receiver.got[0]]
    known, answers = handed_over(receiver, documented)
    assert (answers, [each["sequence"] for each in known.in_order()], known.missing()) == ([204, 204], [1, 3], [2])


def test_it_drops_repeats(receiver, documented):
    delivery = make_delivery(lead_to(receiver.url + "/500"))
    send_due()
    Delivery.objects.update(next_try_at=delivery.created_at)
    send_due()
    known, answers = handed_over(receiver, documented)
    assert (answers, len(known.in_order()), known.missing()) == ([204, 204], 1, [])


def test_a_test_is_accepted_and_counts_for_nothing(receiver, documented):
    send_test(lead_to(receiver.url).channel, now=dt.datetime.now(dt.UTC))
    known, answers = handed_over(receiver, documented)
    assert (answers, known.in_order(), known.missing()) == ([204], [], [])


def test_it_accepts_either_secret_while_it_is_changed(receiver, documented):
    subscription = lead_to(receiver.url)
    change_channel(subscription.channel_id, settings={"secret": NEW, "previous_secret": SECRET})
    make_delivery(subscription)
    send_due()
    (got,) = receiver.got
    assert [documented(*each).receive(got.body, got.headers) for each in ([SECRET], [NEW], [SECRET, NEW])] == [204] * 3


@pytest.mark.parametrize("trouble", ["changed", "old", "of another", "unsigned"])
def test_it_refuses_what_is_not_from_the_sender(receiver, documented, trouble):
    make_delivery(lead_to(receiver.url))
    send_due()
    (got,) = receiver.got
    body = got.body.replace(b"alerts", b"Alerts", 1) if trouble == "changed" else got.body
    headers = {} if trouble == "unsigned" else got.headers
    later = dt.timedelta(minutes=6 if trouble == "old" else 0)
    with time_machine.travel(dt.datetime.now(dt.UTC) + later):
        assert documented(NEW if trouble == "of another" else SECRET).receive(body, headers) == 400
