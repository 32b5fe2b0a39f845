"""Digests."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from django.db import connections
from django.utils import timezone

from procurement.alerts.digesting import make_digests
from procurement.alerts.leaving import switch_off
from procurement.alerts.models import Alert, Delivery, Notice
from procurement.alerts.packing import pack_waiting
from tests.alerts.subscribers import subscribe

DAY = dt.timedelta(days=1)


def notice(subscription, number=1, **more):
    given = {"event": "status.changed", "origin_table": "t", "origin_id": number, "summary": f"news {number}"}
    alert, _made = Alert.objects.get_or_create(**given, defaults={"happened_at": timezone.now()} | more)
    return Notice.objects.create(subscription=subscription, alert=alert)


@pytest.mark.django_db
def test_a_digest_takes_all_that_came_in_its_period():
    subscription = subscribe(cadence="daily")
    notice(subscription, 1), notice(subscription, 2)
    assert make_digests(now=timezone.now() + DAY) == 1
    assert Delivery.objects.get().notices.count() == 2


@pytest.mark.django_db
def test_a_period_without_news_has_no_digest():
    subscribe(cadence="daily")
    assert make_digests(now=timezone.now() + DAY) == 0
    assert not Delivery.objects.exists()


@pytest.mark.django_db
def test_news_wait_for_the_end_of_their_period():
    next_minute = (timezone.now() + dt.timedelta(minutes=1)).time()
    notice(subscribe(cadence="daily", local_time=next_minute))
    assert make_digests(now=timezone.now()) == 0
    assert make_digests(now=timezone.now() + dt.timedelta(minutes=2)) == 1


@pytest.mark.django_db
def test_a_period_has_one_digest():
    subscription = subscribe(cadence="daily")
    later = timezone.now() + DAY
    notice(subscription, 1)
    assert [make_digests(now=later), make_digests(now=later)] == [1, 0]
    notice(subscription, 2)
    assert make_digests(now=later) == 0
    assert make_digests(now=later + DAY) == 1


@pytest.mark.django_db
def test_what_waited_when_a_subscription_became_immediate_goes_out():
    subscription = subscribe(cadence="weekly")
    notice(subscription)
    subscription.cadence = "immediate"
    subscription.save(update_fields=["cadence"])
    assert pack_waiting(now=timezone.now()).messages == 1


def digest_alone(moment) -> int:
    try:
        return make_digests(now=moment)
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_make_one_digest():
    for number in range(5):
        notice(subscribe(cadence="daily"), number)
    later = timezone.now() + DAY
    with ThreadPoolExecutor(3) as pool:
        made = sum(pool.map(digest_alone, [later] * 3))
    assert (made, Delivery.objects.count()) == (5, 5)
    assert not Notice.objects.filter(delivery=None).exists()


@pytest.mark.django_db
def test_a_clock_that_jumps_ahead_and_back_makes_no_second_digest_and_forgets_nothing():
    subscription = subscribe(cadence="daily")
    now = timezone.now()
    notice(subscription, 1)
    assert make_digests(now=now + 2 * DAY) == 1
    notice(subscription, 2)
    assert make_digests(now=now) == 0
    assert make_digests(now=now + DAY) == 1
    notice(subscription, 3)
    assert [make_digests(now=now + 2 * DAY), make_digests(now=now + 3 * DAY)] == [0, 1]
    assert not Notice.objects.filter(delivery=None).exists()


@pytest.mark.django_db
def test_what_came_while_the_clock_was_ahead_is_in_the_next_digest():
    subscription = subscribe(cadence="daily")
    notice(subscription)
    Alert.objects.update(created_at=timezone.now() + 5 * DAY)
    assert make_digests(now=timezone.now() + DAY) == 1


#: Zone, and a moment around which its clocks change, or (of those that change none) any.
CHANGES = [
    ("Europe/Berlin", "2027-03-28T01:00"),
    ("Europe/Berlin", "2027-10-31T01:00"),
    ("Australia/Lord_Howe", "2027-04-03T15:00"),
    ("Pacific/Chatham", "2027-09-25T14:00"),
    ("Asia/Kolkata", "2027-03-28T01:00"),
    ("Asia/Kathmandu", "2027-03-28T01:00"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("zone", "around"), CHANGES)
@pytest.mark.parametrize(
    ("cadence", "step", "steps"),
    [
        ("hourly", dt.timedelta(minutes=15), 24),
        ("daily", dt.timedelta(hours=3), 24),
        ("weekly", DAY, 21),
    ],
)
def test_where_clocks_change_each_period_has_one_digest_with_all_that_came(zone, around, cadence, step, steps):
    subscription = subscribe(cadence=cadence, zone=zone, local_time=dt.time(2, 30))
    began = dt.datetime.fromisoformat(f"{around}+00:00") - steps / 2 * step
    for number in range(steps):
        moment = began + number * step
        row = notice(subscription, number)
        Alert.objects.filter(pk=row.alert_id).update(created_at=moment)
        make_digests(now=moment), make_digests(now=moment)
    ends = list(Delivery.objects.order_by("digest_until").values_list("digest_until", flat=True))
    length = {"hourly": dt.timedelta(hours=1), "daily": DAY, "weekly": 7 * DAY}[cadence]
    assert all(length / 2 <= after - before <= length * 1.5 for before, after in pairwise(ends))
    assert len(ends) >= steps * step / length - 1
    assert not Notice.objects.filter(delivery=None, alert__created_at__lt=ends[-1]).exists()


@pytest.mark.django_db(transaction=True)
def test_schedulers_whose_clocks_differ_make_one_digest_of_a_period():
    for number in range(4):
        notice(subscribe(cadence="daily"), number)
    later = timezone.now() + DAY
    with ThreadPoolExecutor(4) as pool:
        made = sum(pool.map(digest_alone, [later, later - 2 * DAY, later + dt.timedelta(seconds=1), later]))
    assert made == Delivery.objects.count()
    assert Notice.objects.filter(delivery__isnull=False).count() == 4
    periods = Delivery.objects.values_list("subscription", "digest_until")
    assert len(set(periods)) == made


@pytest.mark.django_db
def test_a_digest_of_who_switched_it_off_is_not_made():
    subscription = subscribe(cadence="daily")
    notice(subscription)
    switch_off(subscription.pk)
    assert make_digests(now=timezone.now() + DAY) == 0
