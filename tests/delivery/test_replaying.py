"""Sending again."""

import pytest
from django.core import mail
from django.utils import timezone

from procurement.alerts.models import Subscription
from procurement.common.errors import Refused
from procurement.delivery.replaying import replay
from procurement.delivery.sending import send_due
from tests.delivery.outbox import make_delivery

pytestmark = pytest.mark.django_db


def test_a_failed_message_can_be_sent_again_under_its_id():
    delivery = make_delivery(state="failed", attempt_count=13)
    assert send_due() == 0
    replay(delivery.pk, now=timezone.now())
    assert send_due() == 1
    assert mail.outbox[0].extra_headers["Message-ID"] == delivery.message_id


def test_so_can_a_cancelled_one_once_its_subscription_is_on_again():
    delivery = make_delivery(state="cancelled")
    Subscription.objects.update(active=False)
    with pytest.raises(Refused, match="switched off"):
        replay(delivery.pk, now=timezone.now())
    Subscription.objects.update(active=True)
    replay(delivery.pk, now=timezone.now())
    assert send_due() == 1


@pytest.mark.parametrize("state", ["pending", "sent"])
def test_another_is_refused(state):
    delivery = make_delivery(state=state, sent_at=timezone.now() if state == "sent" else None)
    with pytest.raises(Refused, match=state):
        replay(delivery.pk, now=timezone.now())
