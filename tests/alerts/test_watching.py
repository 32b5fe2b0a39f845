"""Watching a program is a subscription to everything about it alone."""

import pytest
from django.urls import reverse

from procurement.access.roles import ANALYST
from procurement.access.tokens import create_user
from procurement.alerts.events import EVENTS
from procurement.alerts.models import Channel, Subscription
from procurement.alerts.subscribing import SubscriptionInput, create_subscription
from procurement.alerts.watching import stop_watching, watch, watches
from tests.admin.conftest import analyst, reader  # noqa: F401
from tests.makers import make_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    return create_user("ana", ANALYST)


@pytest.fixture
def channel(ana):
    return Channel.objects.create(owner=ana, address="ana@example.org")


def subscribed(owner, channel, *programs, **more):
    given = {"name": "mine", "channel": channel, "events": EVENTS, "programs": programs}
    return create_subscription(SubscriptionInput(**given | more), owner=owner)


def test_who_watches_hears_of_everything_about_the_program(ana, channel):
    program = make_program()
    made = watch(program, channel, owner=ana, name="Watching it")
    assert list(made.programs.all()) == [program]
    assert set(made.events) == set(EVENTS)
    assert list(watches(ana, program)) == [made]


def test_watching_twice_is_watching_once(ana, channel):
    program = make_program()
    assert watch(program, channel, owner=ana, name="a") == watch(program, channel, owner=ana, name="b")


def test_who_stops_keeps_other_subscriptions_that_include_the_program(ana, channel):
    program, other = make_program(), make_program()
    both = subscribed(ana, channel, program, other)
    severe = subscribed(ana, channel, program, min_severity="high")
    everything = subscribed(ana, channel)
    watch(program, channel, owner=ana, name="it")
    stop_watching(program, owner=ana)
    assert set(Subscription.objects.all()) == {both, severe, everything}
    assert not watches(ana, program).exists()


def test_nobody_watches_for_another(ana, channel):
    program = make_program()
    watch(program, channel, owner=ana, name="it")
    bob = create_user("bob", ANALYST)
    stop_watching(program, owner=bob)
    assert watches(ana, program).exists()
    assert not watches(bob, program).exists()


# on the program's page


def place(program, page="change"):
    return reverse(f"admin:procurement_program_{page}", args=[program.pk])


def test_who_has_no_channel_is_led_to_making_one_and_back(analyst):  # noqa: F811
    program = make_program()
    page = analyst.get(place(program)).content.decode()
    assert "you need a channel" in page
    assert f"/admin/procurement/channel/add/?_return=%2Fadmin%2Fprocurement%2Fprogram%2F{program.pk}%2F" in page
    assert "make one first" in analyst.post(place(program, "watch")).content.decode()


def test_one_click_watches_and_one_more_stops(analyst):  # noqa: F811
    program = make_program()
    Channel.objects.create(owner=analyst.user, address="a@example.org")
    analyst.post(place(program, "watch"))
    assert "You watch this program" in analyst.get(place(program)).content.decode()
    analyst.post(place(program, "unwatch"))
    assert "Watch this program" in analyst.get(place(program)).content.decode()


def test_who_has_several_channels_chooses_one_of_their_own(analyst, channel):  # noqa: F811
    program = make_program()
    own = [Channel.objects.create(owner=analyst.user, address=f"{n}@example.org") for n in range(2)]
    assert "Choose where" in analyst.post(place(program, "watch")).content.decode()
    analyst.post(place(program, "watch"), {"channel": channel.pk})  # somebody else's
    assert not Subscription.objects.exists()
    analyst.post(place(program, "watch"), {"channel": own[0].pk})
    assert Subscription.objects.get().channel == own[0]


def test_readers_watch_too(reader):  # noqa: F811
    program = make_program()
    Channel.objects.create(owner=reader.user, address="r@example.org")
    reader.post(place(program, "watch"))
    assert Subscription.objects.get().owner == reader.user
