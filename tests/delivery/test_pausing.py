"""Channels that keep failing are paused, their owners are told, and they resume with their backlog."""

import datetime as dt

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

from procurement.alerts.leaving import delete_channel, delete_subscription
from procurement.alerts.models import Channel, Delivery, Subscription
from procurement.common.errors import Refused
from procurement.delivery.addressing import change_channel
from procurement.delivery.carrying import Tried
from procurement.delivery.claiming import claim
from procurement.delivery.failing import FAILURES, LASTING, must_pause
from procurement.delivery.pausing import pause, release_held, resume, tell_paused
from procurement.delivery.recording import record_failure, record_held
from procurement.delivery.sending import send_due
from tests.alerts.subscribers import make_user, subscribe
from tests.delivery.outbox import make_delivery

HOUR = dt.timedelta(hours=1)
REFUSED = Tried(error="it answered 500", by_receiver=True)


@pytest.mark.parametrize(
    ("failures", "lasting", "gone", "paused"),
    [
        (FAILURES, LASTING, False, True),
        (FAILURES - 1, LASTING, False, False),
        (FAILURES, LASTING - HOUR, False, False),
        (1, 0 * HOUR, True, True),
    ],
)
def test_it_takes_several_failures_over_a_day_or_a_receiver_that_is_gone(failures, lasting, gone, paused):
    assert must_pause(failures, lasting, gone=gone) is paused


def fail(tried=REFUSED, *, ago=0 * HOUR):
    """Claim the message that is due, and fail to send it."""
    (claimed,) = claim(timezone.now())
    record_failure(claimed, tried, timezone.now() - ago)
    return Delivery.objects.get(pk=claimed.pk)


def failing_since_yesterday(channel):
    Channel.objects.filter(pk=channel.pk).update(failures=FAILURES - 1, failing_since=timezone.now() - 25 * HOUR)


@pytest.mark.django_db
def test_a_channel_that_failed_for_a_day_is_paused_and_keeps_what_waits():
    first = make_delivery()
    waiting = make_delivery(first.subscription, next_try_at=timezone.now() + HOUR)
    other = make_delivery(next_try_at=timezone.now() + HOUR)
    failing_since_yesterday(first.subscription.channel)
    assert fail().state == "held"
    channel = Channel.objects.get(pk=first.subscription.channel_id)
    assert (channel.paused_because, channel.failures) == ("it answered 500", FAILURES)
    waiting.refresh_from_db(), other.refresh_from_db()
    assert (waiting.state, other.state) == ("held", "pending")
    assert resume(channel.pk, now=timezone.now()) == 2
    assert (send_due(), len(mail.outbox)) == (2, 2)


@pytest.mark.django_db
def test_what_a_paused_channel_gets_meanwhile_waits_too():
    delivery = make_delivery()
    pause_now(delivery)
    late = make_delivery(delivery.subscription)
    assert (send_due(), mail.outbox) == (1, [])
    assert set(Delivery.objects.values_list("state", flat=True)) == {"held"}
    resume(delivery.subscription.channel_id, now=timezone.now())
    assert send_due() == 2
    late.refresh_from_db()
    assert late.state == "sent"


def pause_now(delivery):
    pause(delivery.subscription.channel_id, because="it answered 500", now=timezone.now())


@pytest.mark.django_db
def test_a_message_is_not_held_by_a_channel_that_was_resumed_meanwhile():
    make_delivery()
    (claimed,) = claim(timezone.now())
    record_held(claimed, timezone.now())
    assert Delivery.objects.get().state == "pending"


@pytest.mark.django_db
def test_a_success_forgets_the_failures_before_it():
    delivery = make_delivery()
    failing_since_yesterday(delivery.subscription.channel)
    send_due()
    assert not Channel.objects.filter(failures__gt=0).exists()
    assert Channel.objects.filter(failing_since=None).exists()


@pytest.mark.django_db
def test_a_mail_server_of_our_own_that_fails_pauses_nobody():
    delivery = make_delivery()
    failing_since_yesterday(delivery.subscription.channel)
    assert fail(Tried(error="connection refused")).state == "pending"
    assert not Channel.objects.filter(paused_at__isnull=False).exists()


@pytest.mark.django_db
def test_a_receiver_that_is_gone_gets_no_second_message():
    first = make_delivery()
    make_delivery(first.subscription)
    assert fail(Tried(error="it answered 410", permanent=True, gone=True, by_receiver=True)).state == "failed"
    assert send_due() == 0
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["failed", "held"]


@pytest.mark.django_db(transaction=True)  # as a task calls it: in no transaction
def test_what_is_held_is_released_where_its_subscription_got_another_channel():
    delivery = make_delivery()
    with transaction.atomic():
        pause_now(delivery)
    assert release_held(now=timezone.now()) == 0
    Subscription.objects.update(channel=make_delivery().subscription.channel)
    assert release_held(now=timezone.now()) == 1
    assert send_due() == 2


@pytest.mark.django_db
def test_changing_a_channel_resumes_it():
    delivery = make_delivery()
    pause_now(delivery)
    change_channel(delivery.subscription.channel_id, address="new@example.org")
    send_due()
    assert mail.outbox[0].to == ["new@example.org"]


@pytest.mark.django_db
@pytest.mark.parametrize("leave", [delete_channel, delete_subscription])
def test_what_a_paused_channel_holds_is_cancelled_with_it(leave):
    delivery = make_delivery()
    pause_now(delivery)
    gone = delivery.subscription.channel_id if leave is delete_channel else delivery.subscription_id
    leave(gone, now=timezone.now())
    assert Delivery.objects.get().state == "cancelled"


@pytest.mark.django_db
def test_a_deleted_channel_is_not_resumed():
    subscription = subscribe()
    delete_channel(subscription.channel_id, now=timezone.now())
    with pytest.raises(Refused, match="deleted"):
        resume(subscription.channel_id, now=timezone.now())


@pytest.mark.django_db
def test_its_owner_is_told_once_at_another_address():
    delivery = make_delivery(subscribe(make_user(email="owner@example.org"), address="reader@example.org"))
    pause_now(delivery)
    assert [tell_paused(now=timezone.now()), tell_paused(now=timezone.now())] == [1, 0]
    (told,) = mail.outbox
    assert told.to == ["owner@example.org"]
    assert "it answered 500" in told.body
    assert "1 message waits" in told.body


@pytest.mark.django_db
@pytest.mark.parametrize("email", ["", "reader@example.org"])
def test_nobody_is_told_at_the_address_that_fails(email):
    pause_now(make_delivery(subscribe(make_user(email=email), address="reader@example.org")))
    assert tell_paused(now=timezone.now()) == 0


@pytest.mark.django_db
def test_a_mail_that_cannot_be_sent_is_tried_again(settings):
    pause_now(make_delivery(subscribe(make_user(email="owner@example.org"))))
    settings.EMAIL_BACKEND = "tests.delivery.test_sending.NoServer"
    assert tell_paused(now=timezone.now()) == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert tell_paused(now=timezone.now()) == 1
