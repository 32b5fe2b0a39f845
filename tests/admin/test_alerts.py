"""Subscriptions, channels and messages in the admin."""

import datetime as dt

import pytest
from django.utils import timezone

from procurement.alerts.events import ALL_EVENTS, NAMES
from procurement.alerts.models import Alert, Channel, Delivery, Mute, Notice, Subscription
from tests.admin.portfolio import fill
from tests.admin.test_facts import refusals
from tests.makers import decide, make_program

DAY = dt.timedelta(days=1)


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


def mute_form(days=1, **of):
    until = timezone.localtime() + dt.timedelta(days=days)
    return {"until_0": f"{until:%Y-%m-%d}", "until_1": f"{until:%H:%M}", **of}


def test_a_mute_is_entered_shown_and_taken_back(analyst, reviewer):
    program = make_program()
    analyst.post("/admin/procurement/mute/add/", mute_form(program=program.pk))
    row = Mute.objects.get()
    assert (row.owner, row.program) == (analyst.user, program)
    page = f"/admin/procurement/mute/{row.pk}"
    assert analyst.get(f"{page}/change/").status_code == 200
    assert reviewer.get(f"{page}/leave/").status_code == 404
    analyst.post(f"{page}/leave/")
    assert (Mute.objects.exists(), Mute.everything.exists()) == (False, True)


@pytest.mark.parametrize(("given", "field"), [({"days": 400, "rule": "payment-after-stop"}, "until"), ({}, "program")])
def test_a_bad_mute_is_refused_beside_its_field(analyst, given, field):
    assert field in refusals(analyst.post("/admin/procurement/mute/add/", mute_form(**given)))
    assert not Mute.objects.exists()


def test_a_reader_takes_their_own_mute_back(reader):
    row = Mute.objects.create(owner=reader.user, rule="x", until=timezone.now() + dt.timedelta(days=1))
    reader.post(f"/admin/procurement/mute/{row.pk}/leave/")
    assert not Mute.objects.exists()


def test_the_manners_of_a_subscription_are_entered(analyst, channel):
    manners = {"group_seconds": "5", "quiet_from": "22:00", "quiet_until": "07:00", "quiet_passes": "high"}
    analyst.post("/admin/procurement/subscription/add/", subscription_form(channel, **manners))
    row = Subscription.objects.get()
    assert (row.group_seconds, row.quiet_from, row.quiet_until) == (5, dt.time(22), dt.time(7))
    wrong = subscription_form(channel, quiet_from="22:00")
    assert "quiet_until" in refusals(analyst.post("/admin/procurement/subscription/add/", wrong))


def test_events_of_the_service_are_offered_to_administrators_alone(analyst, administrator):
    said = NAMES["passwords.guessed"]
    assert said not in analyst.get(ADD).content.decode()
    assert said in administrator.get(ADD).content.decode()


# what a subscription selects, and what it would have sent

SELECTED = {
    "domains": ["naval"],
    "words": "Aegis, 停止",
    "from_statuses": ["active"],
    "to_statuses": ["suspended", "stop_work"],
    "with_related": "on",
}
ADD = "/admin/procurement/subscription/add/"


def looked(client, channel, page=ADD, **more) -> str:
    return str(client.post(page, subscription_form(channel, _look="1", **more)).content.decode())


def test_every_filter_is_kept_and_shown_again(analyst, channel):
    make_program(domain="naval")
    analyst.post(ADD, subscription_form(channel, **SELECTED))
    row = Subscription.objects.get()
    assert (row.domains, row.words, row.from_statuses) == (["naval"], ["Aegis", "停止"], ["active"])
    assert (row.to_statuses, row.with_related, row.with_group) == (["suspended", "stop_work"], True, False)
    page = analyst.get(f"/admin/procurement/subscription/{row.pk}/change/").content.decode()
    assert 'value="Aegis, 停止"' in page
    assert '<option value="naval" selected>' in page


def test_a_domain_that_no_program_has_is_refused_with_the_nearest(analyst, channel):
    make_program(domain="naval")
    answer = analyst.post(ADD, subscription_form(channel, domains=["navel"]))
    assert "the nearest: naval" in str(refusals(answer)["domains"])


def test_what_a_new_subscription_would_have_sent_is_shown_without_saving_it(analyst, channel):
    program = make_program()
    decide(program, "suspended", (timezone.localdate() - DAY).isoformat())
    page = looked(analyst, channel, events=["status.changed", "flag.opened"], programs=[program.pk], countries="")
    assert "1 message," in page
    assert "about 1 event." in page
    assert f"{program.name} is now suspended" in page
    assert not Subscription.objects.exists()


def test_the_preview_of_a_stored_subscription_takes_the_form_as_it_is_filled_in(analyst, channel, reviewer):
    row = Subscription.objects.create(owner=analyst.user, name="x", channel=channel, events=["flag.opened"])
    decide(make_program(), "suspended", (timezone.localdate() - DAY).isoformat())
    page = f"/admin/procurement/subscription/{row.pk}/change/"
    assert "about 1 event." in looked(analyst, channel, page, events=["status.changed"])
    row.refresh_from_db()
    assert (row.name, row.events) == ("x", ["flag.opened"])
    assert reviewer.post(page, subscription_form(channel, _look="1")).status_code == 404


def test_a_preview_needs_neither_name_nor_channel_and_says_what_is_wrong(analyst, channel):
    assert "0 messages," in looked(analyst, channel, name="")
    assert "no program has" in looked(analyst, channel, domains=["navel"])


def test_the_button_for_it_stands_on_both_forms(analyst, channel):
    row = Subscription.objects.create(owner=analyst.user, name="x", channel=channel, events=["flag.opened"])
    for page in (ADD, f"/admin/procurement/subscription/{row.pk}/change/"):
        assert "What it would have sent" in analyst.get(page).content.decode()
