"""Which messages are taken: their destination's share, their numbers, what was switched off, and clocks set back."""

import datetime as dt
from collections import Counter

import pytest
from django.core import mail
from django.db.models import F
from django.utils import timezone

from procurement.alerts.leaving import switch_off
from procurement.alerts.models import Channel, Delivery, Subscription
from procurement.delivery.claiming import PER_DESTINATION, claim, heed_clock, number
from procurement.delivery.sending import send_due
from tests.alerts.subscribers import make_user, subscribe
from tests.delivery.outbox import make_delivery

pytestmark = pytest.mark.django_db

DAYS = dt.timedelta(days=2)


def at(address, number=1):
    """So many messages to an address of one kind."""
    owner = make_user()
    subscription = subscribe(owner, channel=Channel.objects.create(owner=owner, kind="webhook", address=address))
    return [make_delivery(subscription) for _ in range(number)]


@pytest.mark.parametrize(
    ("kind", "address", "destination"),
    [
        ("email", "A@Example.org", "email"),
        ("webhook", "https://Example.org:8443/a?b", "example.org"),
        ("webhook", "HTTP://example.org", "example.org"),
        ("webhook", "https://[2001:DB8::1]/x", "[2001:db8::1]"),
    ],
)
def test_a_destination_is_the_host_or_else_the_kind(kind, address, destination):
    channel = Channel.objects.create(owner=make_user(), kind=kind, address=address)
    channel.refresh_from_db()
    assert channel.destination == destination


def test_no_destination_gets_more_than_its_share():
    at("https://slow.example/a", 3 * PER_DESTINATION), at("https://slow.example:81/b", 3), at("https://fast.example/")
    taken = claim(timezone.now(), limit=100)
    found = Counter(row.subscription.channel.destination for row in taken)
    assert found == {"slow.example": PER_DESTINATION, "fast.example": 1}
    assert not claim(timezone.now(), limit=100)


def test_a_host_that_is_trusted_has_a_share_of_its_own(settings):
    settings.WEBHOOK_HOSTS, settings.WEBHOOK_HOSTS_AT_ONCE = ["Near.example"], 7
    at("https://near.example/", 10), at("https://far.example/", 10)
    found = Counter(row.subscription.channel.destination for row in claim(timezone.now(), limit=100))
    assert found == {"near.example": 7, "far.example": PER_DESTINATION}


def test_a_long_backlog_for_one_destination_hides_no_other():
    at("https://long.example/", 30), at("https://short.example/")
    found = Counter(row.subscription.channel.destination for row in claim(timezone.now(), limit=2))
    assert found == {"long.example": 1, "short.example": 1}


def test_the_messages_of_a_worker_that_died_are_taken_though_they_filled_the_share():
    at("https://slow.example/", PER_DESTINATION)
    claim(timezone.now(), limit=100)
    later = timezone.now() + dt.timedelta(seconds=3)
    assert len(claim(later, limit=100)) == PER_DESTINATION


def test_what_is_in_hand_is_not_claimed_again():
    at("https://slow.example/", 2)
    held = {row.pk for row in claim(timezone.now(), limit=100)}
    assert not claim(timezone.now() + dt.timedelta(seconds=3), held=held)


def test_messages_are_numbered_by_channel_and_keep_their_number():
    mine, theirs = at("https://a.example/", 2), at("https://b.example/")
    number(claim(timezone.now(), limit=100))
    numbers = dict(Delivery.objects.values_list("pk", "sequence"))
    assert [numbers[row.pk] for row in (*mine, *theirs)] == [1, 2, 1]
    number(Delivery.objects.select_related("subscription"))
    assert dict(Delivery.objects.values_list("pk", "sequence")) == numbers


def test_a_message_whose_subscription_got_another_channel_is_numbered_anew():
    (delivery,) = at("https://a.example/")
    number([delivery])
    other = at("https://b.example/", 2)
    number(other)
    Subscription.objects.filter(pk=delivery.subscription_id).update(channel=other[0].subscription.channel)
    number([Delivery.objects.select_related("subscription").get(pk=delivery.pk)])
    assert Delivery.objects.get(pk=delivery.pk).sequence == 3


def off(subscription):
    switch_off(subscription.pk)


def off_by_hand(subscription):
    Subscription.objects.filter(pk=subscription.pk).update(active=False)


def deactivated(subscription):
    type(subscription.owner).objects.update(is_active=False)


@pytest.mark.parametrize("leave", [off, off_by_hand, deactivated])
def test_whoever_left_gets_nothing_more_also_no_retry(leave):
    delivery = make_delivery(attempt_count=3)
    leave(delivery.subscription)
    send_due()
    assert (Delivery.objects.get().state, mail.outbox) == ("cancelled", [])


def test_what_was_put_off_before_the_clock_was_set_back_is_due_at_once():
    make_delivery(attempt_count=1)
    Delivery.objects.update(next_try_at=F("next_try_at") + DAYS, waits_since=F("waits_since") + DAYS)
    heed_clock(timezone.now())
    assert len(claim(timezone.now() + dt.timedelta(seconds=1))) == 1


def test_a_pause_between_attempts_is_none_of_that():
    make_delivery(attempt_count=9, next_try_at=timezone.now() + DAYS)
    heed_clock(timezone.now())
    assert not claim(timezone.now())


def test_a_dead_claim_of_the_future_is_taken():
    make_delivery()
    claim(timezone.now() + DAYS)
    assert claim(timezone.now())
