"""When digests go out."""

import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from procurement.alerts.periods import last_end

EIGHT = dt.time(8)
HALF_PAST_TWO = dt.time(2, 30)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{text}+00:00")


@pytest.mark.parametrize(
    ("now", "cadence", "local_time", "zone", "end"),
    [
        ("2026-01-05T12:34", "immediate", EIGHT, "UTC", "2026-01-05T12:34"),
        ("2026-01-05T12:34", "hourly", EIGHT, "UTC", "2026-01-05T12:00"),
        ("2026-01-05T12:34", "hourly", dt.time(8, 45), "UTC", "2026-01-05T11:45"),
        # clocks in India and Nepal show other minutes
        ("2026-01-05T12:34", "hourly", EIGHT, "Asia/Kolkata", "2026-01-05T12:30"),
        ("2026-01-05T12:29", "hourly", EIGHT, "Asia/Kolkata", "2026-01-05T11:30"),
        ("2026-01-05T12:34", "hourly", dt.time(8, 45), "Asia/Kathmandu", "2026-01-05T12:00"),
        ("2026-01-05T08:00", "daily", EIGHT, "UTC", "2026-01-05T08:00"),
        ("2026-01-05T07:59", "daily", EIGHT, "UTC", "2026-01-04T08:00"),
        ("2026-01-05T12:34", "daily", EIGHT, "Asia/Tokyo", "2026-01-04T23:00"),
        ("2026-01-05T22:59", "daily", EIGHT, "Asia/Tokyo", "2026-01-04T23:00"),
        ("2026-01-05T23:00", "daily", EIGHT, "Asia/Tokyo", "2026-01-05T23:00"),
        ("2026-01-08T12:00", "weekly", EIGHT, "UTC", "2026-01-05T08:00"),
        ("2026-01-05T07:00", "weekly", EIGHT, "UTC", "2025-12-29T08:00"),
        # the clocks skip 02:30 on 29 March 2026 in Berlin, and show it twice on 25 October
        ("2026-03-29T12:00", "daily", HALF_PAST_TWO, "Europe/Berlin", "2026-03-29T01:30"),
        ("2026-10-25T12:00", "daily", HALF_PAST_TWO, "Europe/Berlin", "2026-10-25T00:30"),
    ],
)
def test_a_period_ended_last(now, cadence, local_time, zone, end):
    assert last_end(at(now), cadence=cadence, local_time=local_time, zone=zone) == at(end)


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns"])
def test_an_hourly_period_ends_each_hour_at_its_minute(zone):
    quarters = [at("2026-01-01T00:00") + dt.timedelta(minutes=15 * n) for n in range(4 * 24 * 365)]
    ends = sorted({last_end(now, cadence="hourly", local_time=EIGHT, zone=zone) for now in quarters})
    # on Lord Howe Island the clocks are changed by half an hour
    assert sum(end.astimezone(ZoneInfo(zone)).minute != 0 for end in ends) <= 2
    assert max(after - before for before, after in pairwise(ends)) <= dt.timedelta(minutes=90)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Tokyo"])
def test_a_daily_period_ends_once_each_day_of_the_year(zone):
    hours = [at("2026-01-01T00:00") + dt.timedelta(hours=h) for h in range(24 * 365)]
    ends = {last_end(now, cadence="daily", local_time=HALF_PAST_TWO, zone=zone) for now in hours}
    assert 365 <= len(ends) <= 366


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Chatham"])
def test_a_weekly_period_ends_once_each_week_on_monday_at_its_time(zone):
    hours = [at("2026-01-01T00:00") + dt.timedelta(hours=h) for h in range(24 * 365)]
    ends = sorted({last_end(now, cadence="weekly", local_time=EIGHT, zone=zone) for now in hours})
    assert len(ends) == 53
    assert {(end.astimezone(ZoneInfo(zone)).weekday(), end.astimezone(ZoneInfo(zone)).time()) for end in ends} == {
        (0, EIGHT)
    }
