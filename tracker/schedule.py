"""The beat table in the database: seeded once, then an administrator's."""

import datetime as dt

from django.conf import settings
from django.db.models import Max
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from tracker.celery import BEAT, DAILY

#: Beat notes what it sent every three minutes.
STALE_AFTER = dt.timedelta(minutes=10)
#: A daily message that waited longer for a worker is left to the next day's.
DAILY_EXPIRES = 6 * 3600


def is_alive() -> bool:
    """Whether beat sent anything lately, or nothing is enabled that it could have sent."""
    enabled = PeriodicTask.objects.filter(enabled=True, interval__isnull=False)
    last = enabled.aggregate(last=Max("last_run_at"))["last"]
    return not enabled.exists() or (last is not None and timezone.now() - last < STALE_AFTER)


def seed() -> list[str]:
    """Create the rows of the beat table that are missing; the names of those made.

    May be repeated, and leaves every row that exists as it was edited: rows are found by their unique name.
    """
    often = [name for name, (task, seconds) in BEAT.items() if seed_row(name, task, seconds)]
    return often + [name for name, (task, at) in DAILY.items() if seed_daily(name, task, dt.time.fromisoformat(at))]


def seed_row(name: str, task: str, seconds: int) -> bool:
    """Create one row where there is none."""
    if PeriodicTask.objects.filter(name=name).exists():
        return False
    # not get_or_create: an administrator may have made the same interval twice
    every = IntervalSchedule.objects.filter(every=seconds, period=IntervalSchedule.SECONDS).first()
    every = every or IntervalSchedule.objects.create(every=seconds, period=IntervalSchedule.SECONDS)
    # A message older than its interval is worth nothing: the next one does the same work.
    PeriodicTask.objects.create(name=name, task=task, interval=every, expire_seconds=max(seconds, 30))
    return True


def seed_daily(name: str, task: str, at: dt.time) -> bool:
    """Create one row for a time of the day, in the service's zone as it is now, where there is none."""
    if PeriodicTask.objects.filter(name=name).exists():
        return False
    when = {"minute": str(at.minute), "hour": str(at.hour), "timezone": settings.TIME_ZONE}
    every_day = {"day_of_week": "*", "day_of_month": "*", "month_of_year": "*"}
    daily = CrontabSchedule.objects.filter(**when, **every_day).first()
    daily = daily or CrontabSchedule.objects.create(**when, **every_day)
    PeriodicTask.objects.create(name=name, task=task, crontab=daily, expire_seconds=DAILY_EXPIRES)
    return True
