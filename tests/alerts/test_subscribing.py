"""Subscribing."""

from decimal import Decimal

import pytest
from django.db import connection

from procurement.alerts.models import Channel, Delivery, Subscription
from procurement.alerts.subscribing import SubscriptionInput, change_subscription, create_subscription
from procurement.common.errors import Refused
from procurement.delivery.addressing import create_channel
from procurement.programs.models import Program
from tests.alerts.subscribers import make_user, subscribe
from tests.makers import make_organization, make_program

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"events": []}, "events", "status.changed"),
        ({"events": ["status.chnged"]}, "events", "status.chnged"),
        ({"rules": ["no-such-rule"]}, "rules", "disputed-status"),
        ({"countries": ["XX"]}, "countries", "XX"),
        ({"min_severity": "huge"}, "min_severity", "high"),
        ({"cadence": "monthly"}, "cadence", "weekly"),
        ({"zone": "Mars/Base"}, "zone", "Asia/Tokyo"),
        ({"zone": "../etc/passwd"}, "zone", "Asia/Tokyo"),
        ({"min_outstanding": Decimal(5)}, "currency", "JPY"),
        ({"currency": "JPY"}, "currency", "min_outstanding"),
        ({"min_outstanding": Decimal(-1), "currency": "JPY"}, "min_outstanding", "between"),
        ({"min_outstanding": Decimal("NaN"), "currency": "JPY"}, "min_outstanding", "between"),
        ({"min_outstanding": Decimal("0.001"), "currency": "JPY"}, "min_outstanding", "decimals"),
        ({"domains": ["navel"]}, "domains", "no program has “navel” as its domain"),
        ({"domains": ["a\x00b"]}, "domains", "NUL"),
        ({"words": [" "]}, "words", "Aegis"),
        ({"words": ["a\x00b"]}, "words", "NUL"),
        ({"words": ["x" * 101]}, "words", "100"),
        ({"words": [f"word {number}" for number in range(21)]}, "words", "up to 20"),
        ({"from_statuses": ["activ"]}, "from_statuses", "stop_work"),
        ({"to_statuses": ["ended"]}, "to_statuses", "suspended"),
        ({"name": ""}, "name", "blank"),
        ({"name": "a\x00b"}, "name", "NUL"),
    ],
)
def test_bad_input_is_refused_by_field(given, field, said):
    with pytest.raises(Refused) as refused:
        subscribe(**given)
    assert said in " ".join(refused.value.errors[field])
    assert not Subscription.objects.exists()


def test_a_subscription_keeps_what_was_asked():
    program, buyer = make_program(), make_organization()
    row = subscribe(programs=[program], organizations=[buyer], countries=["JP"], cadence="daily", zone="Asia/Tokyo")
    row.refresh_from_db()
    assert (list(row.programs.all()), list(row.organizations.all())) == ([program], [buyer])
    assert (row.countries, row.cadence, row.zone) == (["JP"], "daily", "Asia/Tokyo")


def test_a_subscription_keeps_what_it_selects_by():
    make_program(domain="naval")
    given = {
        "domains": ["naval"],
        "words": ["Aegis", "停止"],
        "from_statuses": ["active"],
        "to_statuses": ["suspended"],
    }
    row = subscribe(**given, with_related=False, with_group=False)
    row.refresh_from_db()
    assert {name: getattr(row, name) for name in given} == given
    assert (row.with_related, row.with_group) == (False, False)


def test_a_domain_that_was_accepted_once_stays():
    program = make_program(domain="naval")
    row = subscribe(domains=["naval"])
    Program.objects.filter(pk=program.pk).update(domain="sea")
    given = {"name": "Less", "channel": row.channel, "events": ["flag.opened"]}
    change_subscription(row, SubscriptionInput(**given, domains=["naval"], active=False))
    with pytest.raises(Refused):
        change_subscription(row, SubscriptionInput(**given, domains=["naval", "navy"]))


def test_subscriptions_that_were_stored_before_hear_no_more_than_they_did():
    row = subscribe()
    columns = "owner_id, name, channel_id, active, events, countries, rules, min_severity, currency, cadence"
    with connection.cursor() as cursor:  # as the version before stored one
        cursor.execute(
            f"INSERT INTO procurement_subscription ({columns}, local_time, zone) SELECT {columns}, local_time, zone "
            "FROM procurement_subscription RETURNING id"
        )
        (older,) = cursor.fetchone()
    kept = Subscription.objects.get(pk=older)
    assert (kept.with_related, kept.with_group, row.with_related, row.with_group) == (False, False, True, True)
    assert (kept.domains, kept.words, kept.from_statuses, kept.to_statuses) == ([], [], [], [])


def test_a_subscription_can_be_changed():
    row = subscribe()
    change_subscription(row, SubscriptionInput(name="Less", channel=row.channel, events=["flag.opened"], active=False))
    row.refresh_from_db()
    assert (row.name, row.events, row.active) == ("Less", ["flag.opened"], False)


def test_somebody_elses_channel_is_refused():
    channel = create_channel(owner=make_user(), kind="email", address="a@example.org")
    with pytest.raises(Refused) as refused:
        create_subscription(SubscriptionInput(name="x", channel=channel, events=["flag.opened"]), owner=make_user())
    assert "channel" in refused.value.errors


def test_users_see_their_own_and_administrators_all():
    mine, other = subscribe(), subscribe()
    Delivery.objects.create(subscription=other)
    admin = make_user(is_superuser=True)
    assert list(Subscription.objects.visible_to(mine.owner)) == [mine]
    assert list(Channel.objects.visible_to(mine.owner)) == [mine.channel]
    assert not Delivery.objects.visible_to(mine.owner).exists()
    assert [m.objects.visible_to(admin).count() for m in (Subscription, Channel, Delivery)] == [2, 2, 1]
