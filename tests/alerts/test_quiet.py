"""Quiet hours: news at once wait until they end, and then are one message."""

import datetime as dt

import pytest

from procurement.alerts.packing import pack_waiting
from procurement.alerts.quiet import Quiet
from procurement.common.errors import Refused
from tests.alerts.news import changed, flagged, messages, tell
from tests.alerts.subscribers import subscribe
from tests.makers import make_program

TEN, SEVEN = dt.time(22), dt.time(7)
#: What a subscription is created before.
LATER = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{text}+00:00")


@pytest.mark.parametrize(
    ("begins", "ends", "zone", "now", "quiet"),
    [
        (TEN, SEVEN, "UTC", "2026-01-05T21:59", False),
        (TEN, SEVEN, "UTC", "2026-01-05T22:00", True),
        (TEN, SEVEN, "UTC", "2026-01-06T06:59", True),
        (TEN, SEVEN, "UTC", "2026-01-06T07:00", False),
        (dt.time(12), dt.time(13), "UTC", "2026-01-05T12:30", True),
        (dt.time(12), dt.time(13), "UTC", "2026-01-05T23:30", False),
        (TEN, SEVEN, "Asia/Tokyo", "2026-01-05T13:00", True),
        (TEN, SEVEN, "Asia/Kolkata", "2026-01-05T16:29", False),
        (TEN, SEVEN, "Asia/Kathmandu", "2026-01-05T16:15", True),
        # in Berlin the clocks go from 02:00 to 03:00 on 29 March 2026, and back on 25 October
        (dt.time(2), dt.time(3), "Europe/Berlin", "2026-03-29T01:00", False),
        (dt.time(2), dt.time(3), "Europe/Berlin", "2026-10-25T00:30", True),
        (dt.time(2), dt.time(3), "Europe/Berlin", "2026-10-25T01:30", True),
        (TEN, SEVEN, "Europe/Berlin", "2026-03-29T04:59", True),
        (TEN, SEVEN, "Europe/Berlin", "2026-03-29T05:00", False),
        (None, None, "UTC", "2026-01-05T03:00", False),
    ],
)
def test_it_is_quiet_while_clocks_show_a_time_between(begins, ends, zone, now, quiet):
    assert Quiet(begins, ends, zone).is_on(at(now)) == quiet


@pytest.mark.parametrize(
    ("passes", "severity", "kept"),
    [("", "high", True), ("high", "medium", True), ("high", "high", False), ("low", "", True)],
)
def test_severe_flags_are_let_through_only_where_that_is_chosen(passes, severity, kept):
    assert Quiet(TEN, SEVEN, "UTC", passes).keeps(severity, at("2026-01-05T23:00")) == kept


def at_night(minute: int) -> dt.datetime:
    return LATER.replace(hour=23, minute=minute)


@pytest.mark.django_db
def test_what_comes_at_night_is_one_message_in_the_morning():
    subscribe(quiet_from=TEN, quiet_until=SEVEN)
    made = [tell(changed(make_program()), at=at_night(minute)) for minute in range(3)]
    assert made == [0, 0, 0]
    morning = LATER.replace(day=2, hour=7)
    assert [pack_waiting(now=morning - dt.timedelta(seconds=1)).messages, pack_waiting(now=morning).messages] == [0, 1]
    assert len(messages()[0]) == 3


@pytest.mark.django_db
def test_a_severe_flag_comes_at_night_to_whoever_asked_for_that():
    subscribe(quiet_from=TEN, quiet_until=SEVEN, quiet_passes="high")
    program = make_program()
    assert tell(changed(program), flagged(program, "medium"), at=at_night(0)) == 0
    assert tell(flagged(make_program(), "high"), at=at_night(1)) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"quiet_from": TEN}, "quiet_until"),
        ({"quiet_until": TEN}, "quiet_from"),
        ({"quiet_from": TEN, "quiet_until": TEN}, "quiet_until"),
        ({"quiet_passes": "high"}, "quiet_passes"),
        ({"quiet_from": TEN, "quiet_until": SEVEN, "quiet_passes": "grave"}, "quiet_passes"),
        ({"group_seconds": -1}, "group_seconds"),
        ({"group_seconds": 3601}, "group_seconds"),
    ],
)
def test_manners_that_make_no_sense_are_refused_with_what_would_be_accepted(given, field):
    with pytest.raises(Refused) as refused:
        subscribe(**given)
    assert list(refused.value.errors) == [field]
