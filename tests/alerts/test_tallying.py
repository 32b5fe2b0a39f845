"""How many messages events make."""

import datetime as dt

import pytest

from procurement.alerts.quiet import Quiet
from procurement.alerts.tallying import Manners, Messages, News, tally

MONDAY = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
HOUR, DAY = 60, 1440


def after(*minutes: float, of: str = "a program", severity: str = "") -> list[News]:
    return [News(MONDAY + each * MINUTE, of, severity) for each in minutes]


@pytest.mark.parametrize(
    ("cadence", "minutes", "messages"),
    [
        ("immediate", [], (0, 0, None)),
        ("immediate", [0, 0, 2, 4, DAY], (4, 3, "2026-01-05")),
        ("hourly", [1, 59, 61], (2, 2, "2026-01-05")),
        ("hourly", [23 * HOUR + 1], (1, 1, "2026-01-06")),
        ("daily", [1, 9 * HOUR, 10 * HOUR], (2, 1, "2026-01-05")),
        ("weekly", [9 * HOUR, 3 * DAY, 8 * DAY], (2, 1, "2026-01-12")),
    ],
)
def test_messages_are_counted_by_the_cadence(cadence, minutes, messages):
    of = Manners(cadence, dt.time(8) if cadence != "hourly" else dt.time(0), "UTC")
    count, most, busiest = messages
    day = dt.date.fromisoformat(busiest) if busiest else None
    assert tally(after(*minutes), of) == Messages(count, most, day)


@pytest.mark.parametrize(
    ("minutes", "count"),
    [
        ([0, 0.5], 2),  # the first at once, the other when its window ends
        ([0, 0.2, 0.4, 0.6], 2),
        ([0, 0.9, 1.8, 2.7], 2),  # each lets the window go on
        ([0, 1.1, 2.2], 3),
        ([0, 0.5, 1.6], 3),  # held until 1.5, which opens another window: what comes in it waits too
        ([each * 0.5 for each in range(25)], 3),  # never settles: told after ten windows, then at the end
    ],
)
def test_what_follows_the_first_news_is_one_message(minutes, count):
    assert tally(after(*minutes), Manners("immediate", dt.time(8), "UTC", MINUTE)).count == count


def test_subjects_have_windows_of_their_own_and_what_goes_at_once_is_one_message():
    of = Manners("immediate", dt.time(8), "UTC", MINUTE)
    assert tally([*after(0, 0.5), *after(0.25, of="another")], of).count == 3
    assert tally([*after(0), *after(0, of="another")], of).count == 1


def test_quiet_hours_make_one_message_at_their_end_of_what_is_not_severe():
    of = Manners("immediate", dt.time(8), "UTC", quiet=Quiet(dt.time(22), dt.time(7), "UTC", "high"))
    night = [*after(23 * HOUR, 25 * HOUR), *after(26 * HOUR, of="another")]
    assert tally(night, of) == Messages(1, 1, dt.date(2026, 1, 6))
    assert tally([*night, *after(26 * HOUR, severity="high")], of) == Messages(2, 2, dt.date(2026, 1, 6))


def test_days_are_those_of_the_subscriptions_zone():
    sent = tally(after(14 * HOUR, 16 * HOUR), Manners("immediate", dt.time(8), "Asia/Tokyo"))
    assert (sent.count, sent.most_per_day) == (2, 1)
