"""The kind for people who read a feed and nothing else; tests/pages/test_subscription_feeds.py has the feed itself."""

import pytest

from procurement.common.errors import Refused
from procurement.delivery.addressing import create_channel
from procurement.delivery.sending import send_due
from tests.alerts.subscribers import make_user, subscribe
from tests.delivery.outbox import make_delivery

pytestmark = pytest.mark.django_db


def test_what_is_made_is_sent_at_once():
    owner = make_user()
    channel = create_channel(owner=owner, kind="feed", address="読者")
    delivery = make_delivery(subscribe(owner, channel=channel))
    assert send_due() == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.sequence) == ("sent", 1)


@pytest.mark.parametrize("name", ["a/b", "x" * 81, "https://example.org/"])
def test_its_address_is_a_name(name):
    with pytest.raises(Refused, match="my reader would be accepted"):
        create_channel(owner=make_user(), kind="feed", address=name)
