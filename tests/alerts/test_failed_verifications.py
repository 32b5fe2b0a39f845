"""A failed verification reaches every administrator once a night."""

import datetime as dt

import pytest
from django.utils import timezone

from procurement.access.roles import ADMINISTRATOR
from procurement.alerts.administrators import NAME
from procurement.alerts.events import EVENTS, TOTALS_DIFFER
from procurement.alerts.failed_verifications import tell_flags_missed, tell_totals_differ
from procurement.alerts.models import Alert, Delivery, Subscription
from procurement.common.errors import Refused
from procurement.delivery.composing import compose
from procurement.delivery.sending import send_due
from procurement.exposure.checks.verify import Check, Difference, Report
from procurement.flags.models import Flag
from tests.alerts.subscribers import make_user, subscribe
from tests.racing import at_once

GOOD = Report(7, (Check("groups sum to the total", 12),))
BAD = Report(7, (*GOOD.checks, Check("lines are what the ledger says", 9, (Difference("contract 3", "1", "2"),))))

pytestmark = pytest.mark.django_db


def make_administrator(name="boss", **more):
    user = make_user(name, **{"email": f"{name}@example.org"} | more)
    user.groups.add(user.groups.model.objects.get(name=ADMINISTRATOR))
    return user


def tell(report=BAD, **later):
    return tell_totals_differ(report, now=timezone.now() + dt.timedelta(**later))


def test_what_holds_is_told_to_nobody():
    make_administrator()
    assert tell(GOOD) == 0
    assert not Subscription.objects.exists()


def test_every_active_administrator_with_an_address_gets_a_mail(mailoutbox):
    make_administrator()
    make_administrator("root", is_superuser=True)
    make_administrator("gone", is_active=False)
    make_administrator("silent", email="")
    make_user("reader", email="reader@example.org")
    assert tell() == 2
    send_due()
    assert sorted(mail.to[0] for mail in mailoutbox) == ["boss@example.org", "root@example.org"]
    assert "Verification failed: lines are what the ledger says" in mailoutbox[0].subject
    assert "manage.py verify --seed 7" in mailoutbox[0].body


def test_a_night_is_told_once():
    make_administrator()
    assert [tell(), tell(), tell(days=1)] == [1, 0, 1]
    assert Subscription.objects.count() == 1


def test_flags_that_a_sweep_had_missed_are_told_beside_it(mailoutbox):
    make_administrator()
    flag = Flag(pk=7, rule="disputed-status")
    assert [tell(), *(tell_flags_missed(missed, now=timezone.now()) for missed in ([], [flag], [flag]))] == [1, 0, 1, 0]
    send_due()
    assert sum("The regular sweep had missed 1 flag" in mail.subject for mail in mailoutbox) == 1


def test_who_switched_it_off_hears_nothing():
    make_administrator()
    tell()
    Subscription.objects.update(active=False)
    assert tell(days=1) == 0
    assert Subscription.objects.get().name == NAME


def test_the_message_has_what_differs():
    make_administrator()
    tell()
    (alert,) = compose(Delivery.objects.get()).alerts
    assert alert["failed"] == [
        {
            "check": "lines are what the ledger says",
            "differences": [{"question": "contract 3", "ours": "1", "theirs": "2"}],
        }
    ]
    assert alert["seed"] == 7


def test_whoever_asks_for_all_events_does_not_hear_of_it():
    subscribe(events=EVENTS)
    assert tell() == 0
    assert not Alert.objects.exists()


def test_only_administrators_can_ask_for_it():
    with pytest.raises(Refused, match=r"unknown: totals\.differ"):
        subscribe(events=[TOTALS_DIFFER])
    assert subscribe(make_administrator(), events=[TOTALS_DIFFER]).events == [TOTALS_DIFFER]


@pytest.mark.django_db(transaction=True)
def test_two_at_once_tell_it_once():
    make_administrator()
    assert sorted(at_once(tell, tell, tell)) == [0, 0, 1]
    assert (Subscription.objects.count(), Delivery.objects.count()) == (1, 1)
