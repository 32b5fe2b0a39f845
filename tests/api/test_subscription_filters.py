"""What subscriptions select by, and what they would have sent, over the API."""

import datetime as dt

import pytest
from django.utils import timezone

from procurement.alerts.models import Channel, Subscription
from procurement.parties.models import Organization
from tests.api.conftest import caller
from tests.makers import decide, make_program

CHANNEL = {"kind": "email", "address": "me@example.org"}
SELECTED = {
    "with_related": False,
    "with_group": False,
    "domains": ["naval"],
    "words": ["Aegis", "停止"],
    "from_statuses": ["active", "unknown"],
    "to_statuses": ["suspended", "stop_work"],
}


@pytest.fixture
def program(db):
    return make_program("x", domain="naval")


def on(days_ago: int) -> str:
    return (timezone.localdate() - dt.timedelta(days=days_ago)).isoformat()


def test_programs_come_with_their_parts_and_successors_unless_told_otherwise(analyst, program):
    made = analyst.made("subscriptions/", {"channel": CHANNEL, "programs": ["x"]})
    assert (made["with_related"], made["with_group"]) == (True, True)
    assert [made[name] for name in ("domains", "words", "from_statuses", "to_statuses")] == [[]] * 4


def test_every_filter_is_kept_by_each_door(analyst, program):
    made = analyst.made("subscriptions/", {"channel": CHANNEL} | SELECTED)
    assert {name: made[name] for name in SELECTED} == SELECTED
    path = f"subscriptions/{made['id']}/"
    changed = analyst.patch(path, {"words": ["radar"]}).json()
    assert {name: changed[name] for name in SELECTED} == SELECTED | {"words": ["radar"]}
    put = analyst.send("put", path, {"channel": CHANNEL, "domains": ["naval"]}).json()
    assert (put["domains"], put["words"], put["with_related"]) == (["naval"], [], True)


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"domains": ["navel"]}, "domains", "the nearest: naval"),
        ({"words": [""]}, "words", "Aegis"),
        ({"words": "radar"}, "words", "list"),
        ({"from_statuses": ["activ"]}, "from_statuses", "active"),
        ({"to_statuses": ["over"]}, "to_statuses", "suspended"),
        ({"with_related": "perhaps"}, "with_related", "true"),
    ],
)
@pytest.mark.parametrize("path", ["subscriptions/", "subscriptions/preview/"])
def test_a_filter_that_finds_nothing_is_refused_with_what_would(analyst, program, path, given, field, said):
    assert said in analyst.errors(path, {"channel": CHANNEL} | given)[field][0]


def test_a_preview_says_what_would_have_been_sent_and_keeps_nothing(analyst, program):
    decide(program, "suspended", on(1))
    organization = {"name": "Ministry of Defense", "country": "JP"}
    body = {"programs": ["x"], "events": ["status.changed"], "channel": CHANNEL, "organizations": [organization]}
    answer = analyst.post("subscriptions/preview/", body)
    found = answer.json()
    assert answer.status_code == 200
    assert (found["count"], found["events"], found["messages"]) == (1, {"status.changed": 1}, 1)
    assert (found["most_per_day"], found["busiest_day"]) == (1, timezone.localdate().isoformat())
    assert (found["is_cut"], found["cut"], found["only_in_digests"]) == (False, [], 0)
    assert found["newest"][0]["program"] == "x"
    assert "as they stand now" in found["remarks"][0]
    assert not Subscription.objects.exists()
    assert not Channel.objects.exists()


def test_a_preview_needs_no_channel_and_leaves_no_organization(analyst, program):
    new = {"organizations": [{"name": "Nobody yet", "country": "JP"}]}
    assert analyst.post("subscriptions/preview/", {"programs": ["x"]} | new).json()["count"] == 0
    assert not Organization.objects.filter(name="Nobody yet").exists()


def test_a_stored_subscription_says_what_it_would_have_sent(analyst, program):
    made = analyst.made("subscriptions/", {"channel": CHANNEL, "events": ["status.changed"]})
    decide(program, "suspended", on(1))
    path = f"subscriptions/{made['id']}/preview/"
    found = analyst.read(path)
    assert (found["count"], found["newest"][0]["event"]) == (1, "status.changed")
    assert caller("another", "write").get(path).status_code == 404
    assert Subscription.objects.count() == 1
