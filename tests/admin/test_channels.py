"""What is done to a channel from its page."""

import pytest
from django.utils import timezone

from procurement.alerts.models import Channel, Delivery
from procurement.delivery.addressing import create_channel
from procurement.delivery.pausing import pause
from tests.alerts.subscribers import subscribe
from tests.delivery.channels.test_webhook import SECRET
from tests.delivery.outbox import make_delivery
from tests.delivery.receiver import HOST, receiving


@pytest.fixture
def posted(analyst, settings):
    """A webhook of the analyst, whose receiver answers as the path says."""
    settings.WEBHOOK_HOSTS = [HOST]
    with receiving() as receiver:
        yield lambda path: create_channel(
            owner=analyst.user, kind="webhook", address=receiver.url + path, settings={"secret": SECRET}
        )


def page_of(row, act="change"):
    return f"/admin/procurement/channel/{row.pk}/{act}/"


@pytest.mark.parametrize(
    ("path", "shown"),
    [("/200", ["accepted", "200", " ms", "thank you"]), ("/500", ["not accepted", "500", "no", "it answered 500"])],
)
def test_a_test_shows_what_was_answered(analyst, posted, path, shown):
    row = posted(path)
    assert "is sent there now" in analyst.get(page_of(row, "test")).content.decode()
    text = analyst.post(page_of(row, "test")).content.decode()
    assert [each for each in shown if each not in text] == []
    assert SECRET not in text


def test_not_twice_in_a_moment(analyst, posted):
    row = posted("/200")
    analyst.post(page_of(row, "test"))
    assert "wait a moment" in analyst.post(page_of(row, "test")).content.decode()


def test_a_test_is_for_who_owns_it(reviewer, posted):
    assert reviewer.post(page_of(posted("/200"), "test")).status_code == 404


def test_a_paused_channel_says_so_and_is_resumed(analyst):
    delivery = make_delivery(subscribe(analyst.user))
    row = delivery.subscription.channel
    assert "/resume/" not in analyst.get(page_of(row)).content.decode()
    pause(row.pk, because="it answered 500", now=timezone.now())
    text = analyst.get(page_of(row)).content.decode()
    assert ("it kept failing" in text, page_of(row, "resume") in text) == (True, True)
    assert "it answered 500" in analyst.get(page_of(row, "resume")).content.decode()
    analyst.post(page_of(row, "resume"))
    assert (Channel.objects.get().paused_at, Delivery.objects.get().state) == (None, "pending")


def test_a_message_that_waits_says_why(analyst):
    delivery = make_delivery(subscribe(analyst.user))
    pause(delivery.subscription.channel_id, because="it answered 500", now=timezone.now())
    page = analyst.get(f"/admin/procurement/delivery/{delivery.pk}/change/").content.decode()
    assert "waits: its channel is paused, because it kept failing" in page
