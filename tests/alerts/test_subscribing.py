"""Subscribing."""

from decimal import Decimal

import pytest

from procurement.alerts.models import Channel, Delivery, Subscription
from procurement.alerts.subscribing import SubscriptionInput, change_subscription, create_subscription
from procurement.common.errors import Refused
from procurement.delivery.addressing import create_channel
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
