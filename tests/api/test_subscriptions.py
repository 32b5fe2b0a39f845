"""Subscriptions, channels and deliveries belong to their user."""

import pytest

from procurement.alerts.models import Delivery, Subscription
from procurement.parties.models import Organization
from tests.api.conftest import caller
from tests.makers import make_program

CHANNEL = {"kind": "email", "address": "me@example.org"}


@pytest.fixture
def subscription(analyst):
    make_program("x")
    body = {"channel": CHANNEL, "events": ["flag.opened"], "programs": ["x"], "cadence": "immediate"}
    return analyst.made("subscriptions/", body)


def test_a_subscription_is_made_with_its_channel(analyst, subscription):
    assert (subscription["events"], subscription["programs"], subscription["zone"]) == (["flag.opened"], ["x"], "UTC")
    assert analyst.read(f"channels/{subscription['channel']}/")["address"] == "me@example.org"
    assert analyst.rows("subscriptions/?program=x") == [subscription]


def test_an_administrator_sees_what_is_everybodys_and_others_do_not(administrator, subscription):
    assert administrator.rows("subscriptions/") == [subscription]
    assert [caller("another", "write").rows(f"{name}/") for name in ("subscriptions", "channels", "deliveries")] == [
        []
    ] * 3


def test_somebody_elses_channel_is_as_good_as_none(subscription):
    other = caller("another", "write")
    errors = other.errors("subscriptions/", {"channel": subscription["channel"]})
    assert "no channel of yours" in errors["channel"][0]
    assert other.patch(f"subscriptions/{subscription['id']}/", {"active": False}).status_code == 404


def test_the_same_channel_again_is_the_stored_one(analyst, subscription):
    again = analyst.post("channels/", CHANNEL)
    assert (again.status_code, again.json()["id"]) == (200, subscription["channel"])


def test_a_subscription_is_switched_off(analyst, subscription):
    changed = analyst.patch(f"subscriptions/{subscription['id']}/", {"active": False}).json()
    assert changed == subscription | {"active": False}


def test_a_subscription_without_events_hears_all(analyst):
    made = analyst.made("subscriptions/", {"channel": CHANNEL})
    assert (len(made["events"]), made["name"]) == (12, "all events: all programs")


def test_a_channel_is_led_elsewhere(analyst, subscription):
    path = f"channels/{subscription['channel']}/"
    changed = analyst.patch(path, {"address": "new@example.org"}).json()
    assert (changed["address"], changed["settings"], changed["secrets"]) == ("new@example.org", {}, [])
    assert caller("another", "write").patch(path, {"address": "x@example.org"}).status_code == 404
    assert analyst.read(path)["address"] == "new@example.org"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"address": "nowhere"}, "address"),
        ({"settings": [1]}, "settings"),
        ({"settings": {"x": 1}}, "settings.x"),
        ({"kind": "email"}, "kind"),
    ],
)
def test_a_bad_change_of_a_channel_is_refused_by_field(analyst, subscription, body, field):
    path = f"channels/{subscription['channel']}/"
    answer = analyst.patch(path, body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert analyst.read(path)["address"] == CHANNEL["address"]


def test_a_change_of_a_channel_may_say_what_it_saw(analyst, subscription):
    path = f"channels/{subscription['channel']}/"
    seen = analyst.get(path)["ETag"]
    assert analyst.patch(path, {"address": "b@example.org"}, If_Match=seen).status_code == 200
    assert analyst.patch(path, {"address": "c@example.org"}, If_Match=seen).status_code == 412


BAD = [
    ({"events": ["x"]}, "events", "status.changed"),
    ({"cadence": "yearly"}, "cadence", "immediate"),
    ({"zone": "Mars"}, "zone", "Asia/Tokyo"),
    ({"programs": ["atlantis"]}, "programs.0", "atlantis"),
    ({"channel": {"address": "nowhere"}}, "channel.address", ""),
    ({"channel": CHANNEL | {"settings": {"colour": "red"}}}, "channel.settings.colour", "accepted: none"),
    ({"channel": {"kind": "pigeon", "address": "x@example.org"}}, "channel.kind", "email"),
    ({"min_outstanding": "5"}, "currency", "JPY"),
    ({"local_time": "25:00"}, "local_time", "08:00"),
    ({"min_severity": "dire"}, "min_severity", "high"),
]


@pytest.mark.parametrize(("given", "field", "said"), BAD)
def test_a_bad_subscription_is_refused_by_field(analyst, given, field, said):
    errors = analyst.errors("subscriptions/", {"channel": CHANNEL} | given)
    assert said in errors[field][0]
    assert not Subscription.objects.exists()


def test_a_failed_delivery_is_sent_again_by_its_owner(analyst, subscription):
    delivery = Delivery.objects.create(subscription_id=subscription["id"], state="failed")
    (shown,) = analyst.rows("deliveries/?state=failed")
    assert (shown["id"], shown["alerts"], shown["attempts"]) == (delivery.pk, [], [])
    assert analyst.post(f"deliveries/{delivery.pk}/replay/", {}).json()["state"] == "pending"
    assert "state" in analyst.errors(f"deliveries/{delivery.pk}/replay/", {})
    assert caller("another", "write").post(f"deliveries/{delivery.pk}/replay/", {}).status_code == 404


def test_a_subscription_is_deleted_and_its_messages_stay(analyst, subscription):
    path = f"subscriptions/{subscription['id']}/"
    Delivery.objects.create(subscription_id=subscription["id"])
    assert caller("another", "write").send("delete", path, "").status_code == 404
    assert analyst.send("delete", path, "", If_Match='"x"').status_code == 412
    assert analyst.send("delete", path, "", If_Match=analyst.get(path)["ETag"]).status_code == 204
    assert analyst.get(path).status_code == 404
    assert [analyst.send(act, path, {}).status_code for act in ("delete", "patch")] == [404] * 2
    assert [(each["subscription"], each["state"]) for each in analyst.rows("deliveries/")] == [
        (subscription["id"], "cancelled")
    ]
    assert (analyst.rows("subscriptions/"), analyst.rows("channels/")[0]["id"]) == ([], subscription["channel"])


def test_a_channel_is_deleted_and_its_subscriptions_wait_for_another(analyst, subscription):
    path, mine = f"channels/{subscription['channel']}/", f"subscriptions/{subscription['id']}/"
    assert caller("another", "write").send("delete", path, "").status_code == 404
    answers = [analyst.send("delete", path, "", Idempotency_Key="k") for _ in range(2)]
    assert [(each.status_code, each.content) for each in answers] == [(204, b"")] * 2
    assert (analyst.get(path).status_code, analyst.read(mine)["active"]) == (404, False)
    assert "deleted" in analyst.patch(mine, {"active": True}).json()["errors"]["channel"][0]
    assert "channel" in analyst.errors("subscriptions/", {"channel": subscription["channel"]})
    again = analyst.patch(mine, {"active": True, "channel": CHANNEL}).json()
    assert again["active"] is (again["channel"] != subscription["channel"]) is True


def test_a_token_for_alerts_manages_these_and_nothing_else(analyst, administrator, subscription):
    mine = caller("an-analyst", "alerts")
    assert mine.patch(f"subscriptions/{subscription['id']}/", {"active": False}).status_code == 200
    assert mine.post("channels/", {"address": "b@example.org"}).status_code == 201
    assert mine.post("programs/", {"code": "y", "name": "Y"}).status_code == 403
    nobody = {"channel": CHANNEL, "organizations": [{"name": "Nobody", "country": "JP"}]}
    assert "stored organization" in mine.errors("subscriptions/", nobody)["organizations.0"][0]
    assert not Organization.objects.filter(name="Nobody").exists()
    assert administrator.rows("subscriptions/")
    assert caller("an-administrator", "alerts").rows("subscriptions/") == []
