"""Alerting administrators of what a night found: totals that differ, flags that were missed, facts not kept."""

import datetime as dt
import logging
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from procurement.alerts.administrators import subscribe_administrators
from procurement.alerts.events import TOTALS_DIFFER, Happening
from procurement.alerts.routing import route
from procurement.exposure.checks.verify import Report
from procurement.flags.models import Flag

log = logging.getLogger(__name__)

#: The "table" that alerts about verifications refer to: one row, and so one alert, per night.
NIGHTS = "night"
#: The same for the nightly sweep.
SWEEPS = "nightly sweep"
#: And for what the database's roles and triggers let happen.
ROLES = "nightly look at roles"
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
    subscribe_administrators(TOTALS_DIFFER, now=now)
    return route([_differing(report, timezone.localdate(now), now)], now=now)


@transaction.atomic
def tell_not_kept(faults: Sequence[str], *, now: dt.datetime) -> int:
    """Alert administrators, in the same way, that the database would let facts be changed, or that some were."""
    if not faults:
        return 0
    log.error("the database does not keep facts", extra={"faults": list(faults)})
    subscribe_administrators(TOTALS_DIFFER, now=now)
    return route([_not_kept(faults, timezone.localdate(now), now)], now=now)


@transaction.atomic
def tell_flags_missed(missed: Sequence[Flag], *, now: dt.datetime) -> int:
    """Alert administrators, in the same way, that the nightly sweep changed flags that the regular sweep had missed."""
    if not missed:
        return 0
    subscribe_administrators(TOTALS_DIFFER, now=now)
    return route([_missed(missed, timezone.localdate(now), now)], now=now)


def _missed(missed: Sequence[Flag], night: dt.date, now: dt.datetime) -> Happening:
    flags = "1 flag" if len(missed) == 1 else f"{len(missed):,} flags"
    return Happening(
        event=TOTALS_DIFFER,
        origin_table=SWEEPS,
        origin_id=night.toordinal(),
        happened_at=now,
        summary=(f"The regular sweep had missed {flags}, which are right now; the log names them. See docs/running.md"),
        facts={"flags": [flag.pk for flag in missed[:SHOWN]]},
    )


def _not_kept(faults: Sequence[str], night: dt.date, now: dt.datetime) -> Happening:
    return Happening(
        event=TOTALS_DIFFER,
        origin_table=ROLES,
        origin_id=night.toordinal(),
        happened_at=now,
        summary=f"The database does not keep facts as it should: {'; '.join(faults[:SHOWN])}. See docs/running.md",
        facts={"faults": list(faults)},
    )


def _differing(report: Report, night: dt.date, now: dt.datetime) -> Happening:
    failed = "; ".join(check.name for check in report.failed)
    return Happening(
        event=TOTALS_DIFFER,
        origin_table=NIGHTS,
        origin_id=night.toordinal(),
        happened_at=now,
        summary=(
            f"Verification failed: {failed}. Repeat with manage.py verify --seed {report.seed}; see docs/running.md"
        ),
        facts={
            "seed": report.seed,
            "failed": [
                {"check": check.name, "differences": [vars(each) for each in check.differences[:SHOWN]]}
                for check in report.failed
            ],
        },
    )
