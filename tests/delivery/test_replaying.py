"""Sending again."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail
from django.db import connections
from django.utils import timezone

from procurement.alerts.models import Delivery, Subscription
from procurement.common.errors import Refused
from procurement.delivery import replaying
from procurement.delivery.replaying import Chosen, Replayed, replay, replay_all
from procurement.delivery.sending import send_due
from tests.admin.conftest import signed_in
from tests.alerts.subscribers import subscribe
from tests.api.conftest import caller
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


# many at once


def states(*deliveries):
    return [Delivery.objects.get(pk=each.pk).state for each in deliveries]


def test_all_failed_messages_are_sent_again_the_cancelled_only_if_asked_for():
    failed, cancelled, sent = (make_delivery(state=each) for each in ("failed", "cancelled", "held"))
    done = replay_all(Delivery.objects.all(), Chosen(), now=timezone.now())
    assert (done, states(failed, cancelled, sent)) == (Replayed(1, 0, more=False), ["pending", "cancelled", "held"])
    assert replay_all(Delivery.objects.all(), Chosen(cancelled=True), now=timezone.now()).replayed == 1


def test_one_may_choose_by_channel_subscription_and_time():
    old, new = make_delivery(state="failed"), make_delivery(state="failed")
    Delivery.objects.filter(pk=old.pk).update(created_at="2026-01-01T00:00Z")
    moment = dt.datetime(2026, 2, 1, tzinfo=dt.UTC)
    none = Chosen(channel=0), Chosen(subscription=0), Chosen(since=moment, until=moment)
    assert [replay_all(Delivery.objects.all(), each, now=moment).replayed for each in none] == [0, 0, 0]
    assert replay_all(Delivery.objects.all(), Chosen(until=moment), now=timezone.now()).replayed == 1
    assert states(old, new) == ["pending", "failed"]
    of_new = Chosen(channel=new.subscription.channel_id, subscription=new.subscription_id, since=moment)
    assert replay_all(Delivery.objects.all(), of_new, now=timezone.now()).replayed == 1


def test_what_was_switched_off_gets_nothing_and_is_counted():
    delivery = make_delivery(state="failed")
    Subscription.objects.update(active=False)
    assert replay_all(Delivery.objects.all(), Chosen(), now=timezone.now()) == Replayed(0, 1, more=False)
    assert states(delivery) == ["failed"]


def test_very_many_are_taken_in_turn(monkeypatch):
    monkeypatch.setattr(replaying, "MOST", 2)
    for _ in range(3):
        make_delivery(state="failed")
    rows = Delivery.objects.all()
    assert replay_all(rows, Chosen(), now=timezone.now()) == Replayed(2, 0, more=True)
    assert replay_all(rows, Chosen(), now=timezone.now()) == Replayed(1, 0, more=False)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_put_each_back_once():
    for _ in range(20):
        make_delivery(state="failed")
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda _: replay_alone(), range(2)))
    assert (sum(each.replayed for each in done), send_due()) == (20, 20)


def replay_alone():
    try:
        return replay_all(Delivery.objects.all(), Chosen(), now=timezone.now())
    finally:
        connections.close_all()


def test_over_the_api_one_replays_one_s_own():
    analyst = caller("an-analyst", "write")
    made = analyst.made("subscriptions/", {"channel": {"address": "me@example.org"}})
    own, other = make_delivery(Subscription.objects.get(), state="failed"), make_delivery(state="failed")
    refused = analyst.post("deliveries/replay/", {"subscription": other.subscription_id})
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["subscription"])
    done = analyst.post("deliveries/replay/", {"subscription": made["id"]}).json()
    assert done == {"replayed": 1, "left": 0, "more": False}
    assert states(own, other) == ["pending", "failed"]
    assert analyst.post("deliveries/replay/", {"since": "yesterday"}).status_code == 400


def test_in_the_admin_the_chosen_ones_are_sent_again():
    analyst = signed_in("analyst")
    own = [make_delivery(subscribe(analyst.user), state=each) for each in ("failed", "cancelled", "held")]
    other = make_delivery(state="failed")
    form = {"action": "replay_chosen", "_selected_action": [each.pk for each in [*own, other]]}
    page = analyst.post("/admin/procurement/delivery/", form, follow=True).content.decode()
    assert "2 messages are in the outbox again." in page
    assert states(*own, other) == ["pending", "pending", "held", "failed"]
