"""The beat table in the database: seeded once, then edited by administrators."""

import datetime as dt

from django.conf import settings
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from tracker.celery import BEAT, DAILY

#: How late an entry may be noted as sent: beat notes what it sent every 20 seconds.
LATE_AFTER = dt.timedelta(minutes=1)
#: How far ahead another machine's clock may be.
AHEAD = dt.timedelta(minutes=1)


def faults() -> list[str]:
    """Signs that beat does not send the enabled tasks: nothing was ever sent, or an entry is late or in the future."""
    now = timezone.now()
    rows = PeriodicTask.objects.filter(enabled=True, one_off=False).exclude(start_time__gt=now).order_by("name")
    often = rows.filter(interval__isnull=False).select_related("interval")
    if often and not any(row.last_run_at for row in often):
        return ["it has sent nothing yet"]
    ahead = rows.filter(last_run_at__gt=now + AHEAD)
    return [
        *(
            f"{row.name} is noted to have been sent at {said(row.last_run_at)}, which lies in the future"
            for row in ahead
        ),
        *(
            f"{row.name} was due at {said(due(row))} and has not been sent"
            for row in often
            if due(row) <= now - LATE_AFTER
        ),
    ]


def due(row: PeriodicTask) -> dt.datetime:
    """When a row with an interval is due next; one that was never sent counts from when it was entered."""
    last: dt.datetime = row.last_run_at or row.date_changed
    return last + dt.timedelta(**{row.interval.period: row.interval.every})


def said(moment: dt.datetime) -> str:
    """A moment to the second."""
    return moment.isoformat(timespec="seconds")


def seed() -> list[str]:
    """Create the missing rows of the beat table; returns their names.

    May be repeated, and never changes existing rows: they are found by their unique name.
    """
    often = [name for name, (task, seconds) in BEAT.items() if seed_row(name, task, seconds)]
    return often + [name for name, (task, at) in DAILY.items() if seed_daily(name, task, dt.time.fromisoformat(at))]


def seed_row(name: str, task: str, seconds: int) -> bool:
    """Create one row if it is missing."""
    if PeriodicTask.objects.filter(name=name).exists():
        return False
    # not get_or_create: an administrator may have made the same interval twice
    every = IntervalSchedule.objects.filter(every=seconds, period=IntervalSchedule.SECONDS).first()
    every = every or IntervalSchedule.objects.create(every=seconds, period=IntervalSchedule.SECONDS)
    PeriodicTask.objects.create(name=name, task=task, interval=every)
    return True


def seed_daily(name: str, task: str, at: dt.time) -> bool:
    """Create one row for a time of the day, in the service's current zone, if it is missing."""
    if PeriodicTask.objects.filter(name=name).exists():
        return False
    when = {"minute": str(at.minute), "hour": str(at.hour), "timezone": settings.TIME_ZONE}
    every_day = {"day_of_week": "*", "day_of_month": "*", "month_of_year": "*"}
    daily = CrontabSchedule.objects.filter(**when, **every_day).first()
    daily = daily or CrontabSchedule.objects.create(**when, **every_day)
    PeriodicTask.objects.create(name=name, task=task, crontab=daily)
    return True
