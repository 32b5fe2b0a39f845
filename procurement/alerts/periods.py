"""When digests go out: the moments, in a subscriber's own time zone, at which a period ends. Pure."""

import datetime as dt
from zoneinfo import ZoneInfo

IMMEDIATE, HOURLY, DAILY, WEEKLY = "immediate", "hourly", "daily", "weekly"
CADENCES = (IMMEDIATE, HOURLY, DAILY, WEEKLY)
#: The longest time between two ends of a period; a day may have 25 hours.
STEPS = {HOURLY: dt.timedelta(hours=1), DAILY: dt.timedelta(days=1), WEEKLY: dt.timedelta(days=7)}


def last_end(now: dt.datetime, *, cadence: str, local_time: dt.time, zone: str) -> dt.datetime:
    """The latest moment up to now at which a period of this cadence ended.

    Hourly ones end when clocks of the zone show the local time's minute, weekly ones on Mondays. A local time that a
    clock change skips is moved as much later; one that occurs twice is the first. An immediate subscription's period
    ends now.
    """
    if cadence == IMMEDIATE:
        return now
    local = now.astimezone(ZoneInfo(zone))
    if cadence == HOURLY:
        return _last_hour(now, local_time.minute, local.utcoffset() or dt.timedelta())
    day = local.date()
    if cadence == WEEKLY:
        day -= dt.timedelta(days=day.weekday())
    end = _moment(day, local_time, zone)
    return end if end <= now else _moment(day - STEPS[cadence], local_time, zone)


def _last_hour(now: dt.datetime, minute: int, offset: dt.timedelta) -> dt.datetime:
    """By the offset of now, which some zones have in halves and quarters of an hour."""
    shown = now.astimezone(dt.UTC) + offset
    end = shown.replace(minute=minute, second=0, microsecond=0)
    return (end if end <= shown else end - STEPS[HOURLY]) - offset


def _moment(day: dt.date, local_time: dt.time, zone: str) -> dt.datetime:
    return dt.datetime.combine(day, local_time.replace(fold=0), tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)
