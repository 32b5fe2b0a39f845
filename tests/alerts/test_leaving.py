"""Subscribers leave: nothing more is sent, also not what waits or is in the hands of a worker, and history stays."""

import pytest
from django.core import mail
from django.utils import timezone

from procurement.alerts.leaving import delete_channel, delete_subscription
from procurement.alerts.models import Channel, Delivery, Notice, Subscription
from procurement.alerts.subscribing import SubscriptionInput, change_subscription
from procurement.api.alerts.subscriptions import stored_input
from procurement.common.errors import Refused
from procurement.delivery.addressing import change_channel, create_channel
from procurement.delivery.carrying import Tried
from procurement.delivery.claiming import claim, put_away
from procurement.delivery.recording import record_failure
from procurement.delivery.replaying import replay
from procurement.delivery.sending import send_due
from tests.alerts.subscribers import subscribe
from tests.delivery.outbox import make_delivery
from tests.racing import at_once, of_kind


def leave(subscription, what):
    if what == "subscription":
        delete_subscription(subscription.pk, now=timezone.now())
    else:
        delete_channel(subscription.channel_id, now=timezone.now())


WHAT = pytest.mark.parametrize("what", ["subscription", "channel"])


@pytest.mark.django_db
@WHAT
def test_what_waits_is_not_sent_and_what_was_sent_stays(what):
    sent = make_delivery()
    send_due()
    waiting = make_delivery(sent.subscription)
    failed = make_delivery(sent.subscription, state="failed")
    leave(sent.subscription, what)
    assert send_due() == 0
    states = Delivery.objects.owned_by(sent.subscription.owner).order_by("pk").values_list("pk", "state")
    assert list(states) == [(sent.pk, "sent"), (waiting.pk, "cancelled"), (failed.pk, "failed")]
    assert Notice.objects.filter(subscription=sent.subscription).count() == 3
    with pytest.raises(Refused, match="deleted"):
        replay(failed.pk, now=timezone.now())


@pytest.mark.django_db
@WHAT
def test_a_message_that_a_worker_has_claimed_is_not_sent(what):
    make_delivery()
    (claimed,) = claim(timezone.now())
    leave(claimed.subscription, what)
    assert put_away([claimed]) == []
    assert Delivery.objects.get().state == "cancelled"


@pytest.mark.django_db
def test_one_whose_sending_fails_or_that_is_made_meanwhile_is_not_tried_again():
    subscription = make_delivery().subscription
    (claimed,) = claim(timezone.now())
    leave(subscription, "subscription")
    record_failure(claimed, Tried(error="timed out"), timezone.now())
    Delivery.objects.update(next_try_at=timezone.now())
    make_delivery(subscription)
    assert send_due() == 2
    assert (set(Delivery.objects.values_list("state", flat=True)), mail.outbox) == ({"cancelled"}, [])


@pytest.mark.django_db
def test_a_deleted_channel_has_no_secrets_and_gives_its_address_back():
    subscription = subscribe()
    Channel.objects.update(settings={"secret": "hush"})
    leave(subscription, "channel")
    gone = Channel.everything.get()
    assert (gone.settings, Channel.objects.exists(), Subscription.objects.get().active) == ({}, False, False)
    assert create_channel(owner=gone.owner, kind="email", address=gone.address).pk != gone.pk
    with pytest.raises(Refused, match="deleted"):
        change_channel(gone.pk, address="b@example.org")


@pytest.mark.django_db(transaction=True)
@WHAT
def test_workers_that_send_meanwhile_leave_nothing_behind(what):
    subscription = subscribe()
    for _ in range(12):
        make_delivery(subscription)
    at_once(send_due, send_due, lambda: leave(subscription, what))
    counts = [Delivery.objects.filter(state=state).count() for state in ("sent", "cancelled")]
    assert (sum(counts), counts[0]) == (12, len(mail.outbox))
    assert send_due() == 0


@pytest.mark.django_db(transaction=True)
def test_of_deleting_a_channel_and_subscribing_to_it_at_once_no_subscription_is_left_on():
    subscription, other = subscribe(), subscribe()
    channel = create_channel(owner=other.owner, kind="email", address="new@example.org")

    def move():
        wanted = SubscriptionInput(**stored_input(other) | {"channel": channel})
        return change_subscription(other, wanted)

    outcomes = at_once(move, lambda: delete_channel(channel.pk, now=timezone.now()))
    other.refresh_from_db()
    assert other.active is (other.channel_id != channel.pk) is bool(of_kind(outcomes, Refused))
    assert Subscription.objects.get(pk=subscription.pk).active
