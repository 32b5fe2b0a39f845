"""Alerting administrators that stored totals differ from the ledger, or stored flags from what the rules find."""

import datetime as dt
import logging
from collections.abc import Sequence

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from procurement.alerts.events import TOTALS_DIFFER, Happening
from procurement.alerts.models import Channel, Subscription, administers
from procurement.alerts.routing import route
from procurement.exposure.checks.verify import Report
from procurement.flags.models import Flag

log = logging.getLogger(__name__)

#: The subscription that is created for an administrator without one; if switched off, it stays off.
NAME = "The service itself"
#: The "table" that alerts about verifications refer to: one row, and so one alert, per night.
NIGHTS = "night"
#: The same for the nightly sweep.
SWEEPS = "nightly sweep"
#: The number of differences of each check that the mail shows.
SHOWN = 3


@transaction.atomic
def tell_totals_differ(report: Report, *, now: dt.datetime) -> int:
    """Put a verification's differences in the outbox, for every administrator with an address.

    Returns the number of messages. Safe to repeat and to race: there is one alert per night, and so one message. The
    differences are also logged, in case nobody has an address.
    """
    if report.is_good:
        return 0
    log.error("verification failed", extra={"report": report.as_dict()})
    _subscribe_administrators(now)
    return route([_differing(report, timezone.localdate(now), now)], now=now)


@transaction.atomic
def tell_flags_missed(missed: Sequence[Flag], *, now: dt.datetime) -> int:
    """Alert administrators, in the same way, that the nightly sweep changed flags that the regular sweep had missed."""
    if not missed:
        return 0
    _subscribe_administrators(now)
    return route([_missed(missed, timezone.localdate(now), now)], now=now)


def _subscribe_administrators(now: dt.datetime) -> None:
    for user in User.objects.filter(is_active=True).exclude(email="").order_by("pk").select_for_update():
        if administers(user):
            _subscribe(user, now)


def _subscribe(user: User, now: dt.datetime) -> None:
    """Give an administrator a subscription, unless there is or was one. A lock prevents a second one."""
    if not Subscription.everything.filter(owner=user, events__contains=[TOTALS_DIFFER]).exists():
        channel, _ = Channel.objects.get_or_create(owner=user, kind="email", address=user.email)
        made = Subscription.objects.create(owner=user, name=NAME, channel=channel, events=[TOTALS_DIFFER])
        Subscription.objects.filter(pk=made.pk).update(created_at=now)  # so that this event reaches it


def _missed(missed: Sequence[Flag], night: dt.date, now: dt.datetime) -> Happening:
    flags = "1 flag" if len(missed) == 1 else f"{len(missed):,} flags"
    return Happening(
        event=TOTALS_DIFFER,
        origin_table=SWEEPS,
        origin_id=night.toordinal(),
        happened_at=now,
        summary=(
            f"The regular sweep had missed {flags}, which are right now; the log names them. See docs/operations.md"
        ),
        facts={"flags": [flag.pk for flag in missed[:SHOWN]]},
    )


def _differing(report: Report, night: dt.date, now: dt.datetime) -> Happening:
    failed = "; ".join(check.name for check in report.failed)
    return Happening(
        event=TOTALS_DIFFER,
        origin_table=NIGHTS,
        origin_id=night.toordinal(),
        happened_at=now,
        summary=(
            f"Verification failed: {failed}. Repeat with manage.py verify --seed {report.seed}; see docs/operations.md"
        ),
        facts={
            "seed": report.seed,
            "failed": [
                {"check": check.name, "differences": [vars(each) for each in check.differences[:SHOWN]]}
                for check in report.failed
            ],
        },
    )
