"""Subscriptions, channels and messages in the admin."""

import pytest
from django.utils import timezone

from procurement.alerts.events import ALL_EVENTS, NAMES
from procurement.alerts.models import Alert, Channel, Delivery, Notice, Subscription
from tests.admin.portfolio import fill
from tests.admin.test_facts import refusals
from tests.makers import make_program


def subscription_form(channel, **more):
    given = {"name": "Stops", "channel": channel.pk, "active": "on", "events": ["flag.opened"], "cadence": "immediate"}
    return given | {"local_time": "08:00", "zone": "UTC", "countries": "JP, US"} | more


@pytest.fixture
def channel(analyst):
    return Channel.objects.create(owner=analyst.user, address="a@example.org")


def test_a_channel_is_its_makers(analyst):
    analyst.post("/admin/procurement/channel/add/", {"kind": "email", "address": "b@example.org"})
    assert Channel.objects.get().owner == analyst.user


def test_an_address_that_leads_nowhere_is_refused(analyst):
    answer = analyst.post("/admin/procurement/channel/add/", {"kind": "email", "address": "nowhere"})
    assert "address" in refusals(answer)


def test_a_subscription_is_kept_whole(analyst, channel):
    program = make_program()
    analyst.post("/admin/procurement/subscription/add/", subscription_form(channel, programs=[program.pk]))
    row = Subscription.objects.get()
    assert (row.owner, row.countries, list(row.programs.all())) == (analyst.user, ["JP", "US"], [program])


def test_a_changed_subscription_is_kept_whole(analyst, channel):
    row = Subscription.objects.create(owner=analyst.user, name="x", channel=channel, events=["flag.opened"])
    form = subscription_form(channel, events=["flag.resolved"], cadence="daily")
    analyst.post(f"/admin/procurement/subscription/{row.pk}/change/", form)
    row.refresh_from_db()
    assert (row.name, row.events, row.cadence) == ("Stops", ["flag.resolved"], "daily")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"events": []}, "events"),
        ({"zone": "Mars"}, "zone"),
        ({"countries": "XX"}, "countries"),
        ({"min_outstanding": "5M"}, "currency"),
    ],
)
def test_a_bad_subscription_is_refused_beside_its_field(analyst, channel, changed, field):
    answer = analyst.post("/admin/procurement/subscription/add/", subscription_form(channel, **changed))
    assert field in refusals(answer)
    assert not Subscription.objects.exists()


def test_only_a_failed_message_is_sent_again(analyst):
    fill(analyst.user)
    delivery = Delivery.objects.get()
    page = f"/admin/procurement/delivery/{delivery.pk}/replay/"
    assert "only a failed one" in str(analyst.post(page).context["form"].errors)
    Delivery.objects.update(state="failed")
    analyst.post(page)
    delivery.refresh_from_db()
    assert delivery.state == "pending"


def test_a_subscription_and_a_channel_are_deleted_by_their_owner(analyst, reviewer):
    fill(analyst.user)
    subscription, channel = Subscription.objects.get(), Channel.objects.get()
    pages = [f"/admin/procurement/{row._meta.model_name}/{row.pk}/leave/" for row in (subscription, channel)]
    assert [reviewer.post(page).status_code for page in pages] == [404, 404]
    assert "Nothing more is sent" in analyst.get(pages[0]).content.decode()
    assert [analyst.post(page).status_code for page in pages] == [302, 302]
    assert (Subscription.objects.exists(), Channel.objects.exists(), Delivery.objects.get().state) == (
        False, False, "cancelled"
    )  # fmt: skip
    assert analyst.get(f"/admin/procurement/delivery/{Delivery.objects.get().pk}/change/").status_code == 200


def test_a_message_is_called_by_what_it_carries_and_to_whom(analyst):
    fill(analyst.user)
    delivery = Delivery.objects.get()
    alert = Alert.objects.create(
        event="flag.resolved", origin_table="flag", origin_id=1, happened_at=timezone.now(), summary="another one"
    )
    Notice.objects.create(subscription=delivery.subscription, alert=alert, delivery=delivery)
    page = analyst.get("/admin/procurement/delivery/").content.decode()
    assert "! and 1 more" in page
    assert delivery.subscription.channel.address in page
    assert delivery.message_id.strip("<>") not in page


def test_events_have_names(analyst):
    fill(analyst.user)
    assert "Flag opened" in analyst.get("/admin/procurement/alert/").content.decode()
    assert "Status of a program changed" in analyst.get("/admin/procurement/subscription/add/").content.decode()


def test_every_event_has_a_name():
    assert set(NAMES) == set(ALL_EVENTS)
