"""The same news to one address by several subscriptions arrives once, and leaving one loses nothing for the other."""

import datetime as dt
from functools import partial

import pytest
from django.core import mail
from django.utils import timezone

from procurement.alerts.digesting import make_digests
from procurement.alerts.leaving import delete_subscription, switch_off
from procurement.alerts.models import Delivery, Notice, Subscription
from procurement.alerts.packing import pack_waiting
from procurement.delivery.claiming import claim, put_away
from procurement.delivery.composing import compose
from procurement.delivery.sending import send_due
from tests.alerts.news import SECOND, changed, flagged, messages, tell, waiting
from tests.alerts.subscribers import make_user, subscribe
from tests.makers import make_program
from tests.racing import at_once

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def owner():
    return make_user("reader")


def carried() -> dict[int | None, set[str]]:
    """Of each message, which subscriptions' news it carries."""
    found: dict[int | None, set[str]] = {}
    for pk, name in Notice.objects.values_list("delivery", "subscription__name"):
        found.setdefault(pk, set()).add(name)
    return found


def test_one_message_brings_it_and_names_both(now, owner):
    mine, other = subscribe(owner, name="All"), subscribe(owner, name="Japan")
    assert tell(changed(make_program()), at=now) == 1
    delivery = Delivery.objects.get()
    assert set(delivery.notices.values_list("subscription", flat=True)) == {mine.pk, other.pk}
    message = compose(delivery)
    assert "“All”" in message.text
    assert "“Japan”" in message.text
    assert (message.text.count("/en/unsubscribe/"), len(message.alerts)) == (2, 1)
    assert message.subscription_ids == (mine.pk, other.pk)


def test_the_one_with_most_to_tell_brings_it(now, owner):
    subscribe(owner, name="Flags", events=["flag.opened"])
    most = subscribe(owner, name="All")
    program = make_program()
    assert tell(changed(program), flagged(program), at=now) == 1
    assert Delivery.objects.get().subscription == most


def test_different_owners_of_one_address_are_each_told(now):
    subscribe(), subscribe()
    assert tell(changed(make_program()), at=now) == 2


def test_what_one_of_them_groups_is_not_told_again_where_the_other_was_told_at_once(now, owner):
    grouping, program = subscribe(owner, name="Grouping"), make_program()
    subscribe(owner, name="At once", group_seconds=0)
    assert [tell(changed(program), at=now + n * SECOND) for n in range(3)] == [1, 1, 1]
    assert pack_waiting(now=now + 62 * SECOND).messages == 0
    assert not Notice.objects.filter(subscription=grouping, delivery=None).exists()
    assert list(carried().values()) == [{"Grouping", "At once"}] * 3


def test_a_digest_does_not_repeat_it_and_says_how_much_it_left_out(now, owner):
    subscribe(owner, name="Flags", events=["flag.opened"])
    subscribe(owner, name="Daily", cadence="daily")
    program = make_program()
    tell(changed(program), flagged(program), at=now)
    assert make_digests(now=now + DAY) == 1
    digest = Delivery.objects.get(digest_until__isnull=False)
    message = compose(digest)
    assert (digest.sent_before, [alert["event"] for alert in message.alerts]) == (1, ["status.changed"])
    assert "1 more was sent to you already" in message.text


def test_a_digest_of_nothing_but_what_came_already_is_not_sent(now, owner):
    subscribe(owner), subscribe(owner, name="Daily", cadence="daily")
    tell(changed(make_program()), at=now)
    assert (make_digests(now=now + DAY), waiting(), len(messages())) == (0, 0, 1)


def test_two_digests_to_one_address_tell_it_once(now, owner):
    subscribe(owner, name="A", cadence="daily"), subscribe(owner, name="B", cadence="daily")
    tell(changed(make_program()), at=now)
    assert (make_digests(now=now + DAY), list(carried().values())) == (1, [{"A", "B"}])


LEAVING = pytest.mark.parametrize(
    "leave", [switch_off, lambda pk: delete_subscription(pk, now=timezone.now())], ids=["off", "deleted"]
)


@LEAVING
def test_who_leaves_before_it_is_sent_does_not_lose_it_for_the_other(now, owner, leave):
    bearer, other = subscribe(owner, name="All"), subscribe(owner, name="Flags", events=["flag.opened"])
    program = make_program()
    tell(changed(program), flagged(program), at=now)
    leave(bearer.pk)
    assert send_due() == 1
    (sent,) = mail.outbox
    assert ("“Flags”" in sent.body, "“All”" in sent.body) == (True, False)
    assert (Delivery.objects.get().subscription, Delivery.objects.get().state) == (other, "sent")
    assert [alert["event"] for alert in compose(Delivery.objects.get()).alerts] == ["flag.opened"]


def test_so_does_who_leaves_while_a_worker_holds_it(now, owner):
    bearer, other = subscribe(owner), subscribe(owner, name="Other")
    tell(changed(make_program()), at=now)
    claimed = claim(timezone.now())
    Subscription.objects.filter(pk=bearer.pk).update(active=False)
    before = Delivery.objects.get().message_id
    assert put_away(claimed) == []
    row = Delivery.objects.get()
    assert (row.subscription, row.state, row.message_id) == (other, "pending", before)
    assert send_due() == 1


def test_what_both_left_is_not_sent(now, owner):
    both = subscribe(owner), subscribe(owner, name="Other")
    tell(changed(make_program()), at=now)
    for each in both:
        switch_off(each.pk)
    assert (send_due(), Delivery.objects.get().state) == (0, "cancelled")


@LEAVING
def test_who_leaves_a_digest_does_not_lose_it_for_the_other(now, owner, leave):
    bearer = subscribe(owner, name="A", cadence="daily")
    subscribe(owner, name="B", cadence="daily")
    tell(changed(make_program()), at=now)
    make_digests(now=now + DAY)
    leave(bearer.pk)
    assert (make_digests(now=now + 2 * DAY), len(compose(Delivery.objects.latest("pk")).alerts)) == (1, 1)


def test_a_message_that_was_cancelled_brings_nothing(now, owner):
    one, program = subscribe(owner, group_seconds=0), make_program()
    other = subscribe(owner, name="Grouping")
    tell(changed(program), at=now), tell(changed(program), at=now)
    Delivery.objects.filter(subscription=one).update(state="cancelled")
    assert pack_waiting(now=now + 60 * SECOND).messages == 1
    assert len(messages(other)) == 1


@pytest.mark.django_db(transaction=True)
def test_leaving_and_packing_at_once_lose_nothing(now, owner):
    for _ in range(5):
        bearer, program = subscribe(owner, group_seconds=0), make_program()
        other = subscribe(owner, name="Grouping")
        tell(changed(program), at=now), tell(changed(program), at=now)
        at_once(partial(switch_off, bearer.pk), partial(pack_waiting, now=now + 60 * SECOND), send_due)
        pack_waiting(now=now + 180 * SECOND)
        send_due()
        told = Notice.objects.filter(subscription=other).values_list("delivery__state", flat=True)
        assert list(told) == ["sent", "sent"]
        switch_off(other.pk)
