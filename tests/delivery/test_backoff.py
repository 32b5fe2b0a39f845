"""When to try again."""

import datetime as dt

import pytest

from procurement.delivery.backoff import GAPS, asked_for, next_gap

ENDED = dt.timedelta(days=1000)


def test_gaps_grow():
    assert sorted(GAPS) == list(GAPS)


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_it_is_tried_for_about_three_days(chance):
    whole = sum((next_gap(number, chance) or ENDED for number in range(1, len(GAPS) + 1)), dt.timedelta())
    assert dt.timedelta(days=2.75) < whole < dt.timedelta(days=3.75)


@pytest.mark.parametrize(
    ("failed", "chance", "seconds"), [(1, 0.0, 5), (1, 1.0, 6), (2, 0.0, 30), (2, 0.5, 33), (10, 0.0, 86400)]
)
def test_a_gap_is_jittered(failed, chance, seconds):
    assert next_gap(failed, chance) == dt.timedelta(seconds=seconds)


@pytest.mark.parametrize(("asked", "seconds"), [(1, 5), (600, 600), (10**9, 86400)])
def test_a_receiver_may_ask_for_more_time_up_to_a_day(asked, seconds):
    assert next_gap(1, 0.0, asked=dt.timedelta(seconds=asked)) == dt.timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("header", "date", "seconds"),
    [
        ("120", "", 120),
        ("99999999999999999999", "", 86400),
        ("Mon, 30 Nov 2026 12:02:00 GMT", "", 120),
        ("Mon, 30 Nov 2026 13:02:00 GMT", "Mon, 30 Nov 2026 13:00:00 GMT", 120),
        ("Mon, 30 Nov 2026 11:00:00 GMT", "", 0),
        ("soon", "", None),
        ("-5", "", None),
        ("", "", None),
    ],
)
def test_how_long_a_receiver_asks_to_be_left_alone(header, date, seconds):
    found = asked_for(header, answered_at=date, now=dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC))
    assert found == (None if seconds is None else dt.timedelta(seconds=seconds))


def test_then_it_is_given_up():
    assert next_gap(len(GAPS) + 1, 0.5) is None
