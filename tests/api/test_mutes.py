"""Mutes and notices belong to their user."""

import datetime as dt

import pytest
from django.utils import timezone

from tests.alerts.news import changed, tell
from tests.alerts.subscribers import subscribe
from tests.api.conftest import caller
from tests.makers import make_contract, make_program

pytestmark = pytest.mark.django_db


def until(days=1) -> str:
    return (timezone.now() + dt.timedelta(days=days)).isoformat()


def test_a_mute_is_made_found_listed_and_taken_back(analyst):
    make_program("x")
    given = {"program": "x", "until": until()}
    made, again = analyst.post("mutes/", given), analyst.post("mutes/", given)
    assert (made.status_code, again.status_code, made.json()["id"]) == (201, 200, again.json()["id"])
    assert analyst.rows("mutes/?program=x") == [made.json()]
    assert (made.json()["program"], made.json()["snooze"], made.json()["muted"]) == ("x", False, 0)
    assert analyst.send("delete", f"mutes/{made.json()['id']}/", {}).status_code == 204
    assert analyst.rows("mutes/") == []


def test_a_contract_a_rule_and_a_subscription_are_named_by_what_they_have(analyst):
    contract = make_contract()
    subscription = analyst.made("subscriptions/", {"channel": {"kind": "email", "address": "me@example.org"}})
    for of in ({"contract": contract.pk}, {"rule": "payment-after-stop"}, {"subscription": subscription["id"]}):
        made = analyst.made("mutes/", {"until": until()} | of)
        assert {name: made[name] for name in of} == of
    assert len(analyst.rows(f"mutes/?subscription={subscription['id']}")) == 1


@pytest.mark.parametrize(
    ("given", "field", "says"),
    [
        ({"rule": "nonsense"}, "rule", "accepted: "),
        ({"program": "nowhere"}, "program", "no program has the code"),
        ({"subscription": 4242}, "subscription", "4242"),
        ({"subscription": "theirs"}, "subscription", "no subscription of yours"),
        ({}, "program", "name one of program, contract, rule, subscription"),
        ({"rule": "payment-after-stop", "until": "2020-01-01T00:00:00Z"}, "until", "would be accepted"),
        ({"rule": "payment-after-stop", "until": None}, "until", ""),
        ({"rule": "payment-after-stop", "for": "ever"}, "for", "unknown field"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_would_be_accepted(analyst, given, field, says):
    theirs = subscribe().pk
    given = {"until": until()} | {name: theirs if value == "theirs" else value for name, value in given.items()}
    assert says in str(analyst.errors("mutes/", given)[field])


def test_mutes_of_others_are_seen_by_administrators_alone(analyst, administrator):
    made = analyst.made("mutes/", {"rule": "payment-after-stop", "until": until()})
    another = caller("another", "write")
    assert (another.rows("mutes/"), another.send("delete", f"mutes/{made['id']}/", {}).status_code) == ([], 404)
    assert administrator.rows("mutes/") == [made]
    assert administrator.send("delete", f"mutes/{made['id']}/", {}).status_code == 204


def test_notices_say_in_which_message_each_subscription_has_what(analyst):
    ids = [
        analyst.made("subscriptions/", {"name": name, "channel": {"kind": "email", "address": "me@example.org"}})["id"]
        for name in ("A", "B")
    ]
    program = make_program("x")
    tell(changed(program), at=timezone.now())
    tell(changed(program), at=timezone.now())
    (delivery,) = analyst.rows("deliveries/")
    assert (delivery["subscriptions"], len(delivery["alerts"])) == (ids, 1)
    for pk in ids:
        waits, brought = analyst.rows(f"notices/?subscription={pk}")
        assert (brought["delivery"], brought["state"], waits["delivery"]) == (delivery["id"], "pending", None)
    assert len(analyst.rows("notices/?delivery__isnull=true")) == 2


def test_what_was_muted_is_counted_and_named(analyst):
    analyst.made("subscriptions/", {"channel": {"kind": "email", "address": "me@example.org"}})
    program = make_program("x")
    mute = analyst.made("mutes/", {"program": "x", "until": until()})
    tell(changed(program), at=timezone.now())
    (notice,) = analyst.rows(f"notices/?muted_by={mute['id']}")
    assert (notice["program"], notice["delivery"], analyst.rows("mutes/")[0]["muted"]) == ("x", None, 1)
    assert caller("another", "write").rows("notices/") == []


def test_the_manners_of_a_subscription_are_kept_by_a_change_of_something_else(analyst):
    channel = {"kind": "email", "address": "me@example.org"}
    manners = {"group_seconds": 5, "quiet_from": "22:00", "quiet_until": "07:00", "quiet_passes": "high"}
    made = analyst.made("subscriptions/", {"channel": channel} | manners)
    changed_row = analyst.patch(f"subscriptions/{made['id']}/", {"name": "New"}).json()
    kept = {name: changed_row[name] for name in manners}
    assert kept == manners | {"quiet_from": "22:00:00", "quiet_until": "07:00:00"}
    refused = analyst.send("put", f"subscriptions/{made['id']}/", {"channel": made["channel"], "quiet_from": "09:00"})
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["quiet_until"])
