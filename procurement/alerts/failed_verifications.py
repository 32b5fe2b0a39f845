"""Telling administrators that what is kept does not say what the ledger says."""

import datetime as dt
import logging

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from procurement.alerts import wording
from procurement.alerts.events import TOTALS_DIFFER, Happening
from procurement.alerts.models import Channel, Subscription, administers
from procurement.alerts.routing import route
from procurement.exposure.checks.verify import Report

log = logging.getLogger(__name__)

#: The subscription that an administrator gets who has none; switched off, it stays off.
NAME = "The service itself"
#: The "table" of the nights: one alert for each.
NIGHTS = "night"
#: So many differences of each check go into the mail's words.
SHOWN = 3


@transaction.atomic
def tell_totals_differ(report: Report, *, now: dt.datetime) -> int:
    """Put what a verification found in the outbox, to every administrator with an address; returns how many messages.

    Safe to repeat and to race: one alert for each night, and so one message. What was found is logged too, for where
    nobody has an address.
    """
    if report.is_good:
        return 0
    log.error("verification failed", extra={"report": report.as_dict()})
    for user in User.objects.filter(is_active=True).exclude(email="").order_by("pk").select_for_update():
        if administers(user):
            _subscribe(user, now)
    night = timezone.localdate(now)
    return route([_differing(report, night, now)], now=now)


def _subscribe(user: User, now: dt.datetime) -> None:
    """Give an administrator a subscription to it, unless there is one, on or off. The row's lock makes it one."""
    if not Subscription.objects.filter(owner=user, events__contains=[TOTALS_DIFFER]).exists():
        channel, _ = Channel.objects.get_or_create(owner=user, kind="email", address=user.email)
        made = Subscription.objects.create(owner=user, name=NAME, channel=channel, events=[TOTALS_DIFFER])
        Subscription.objects.filter(pk=made.pk).update(created_at=now)  # it hears of this one


def _differing(report: Report, night: dt.date, now: dt.datetime) -> Happening:
    return Happening(
        event=TOTALS_DIFFER,
        origin_table=NIGHTS,
        origin_id=night.toordinal(),
        happened_at=now,
        summary=wording.totals_differ([check.name for check in report.failed], seed=report.seed),
        facts={
            "seed": report.seed,
            "failed": [
                {"check": check.name, "differences": [vars(each) for each in check.differences[:SHOWN]]}
                for check in report.failed
            ],
        },
    )
