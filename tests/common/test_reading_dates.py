"""Days and moments as people type them."""

import datetime as dt

import pytest

from procurement.common.reading_dates import day_or_none, parse_day, parse_moment

NO_DAYS = [
    "",
    "2020-6-15",
    "20200615",
    "2020-W25",
    "15.6.2020",
    "2020-02-30",
    "0020-06-15",
    "1799-12-31",
    "3000-01-01",
    "２０２０-06-15",
]


@pytest.mark.parametrize("text", NO_DAYS)
def test_a_text_that_is_no_day_is_told_what_would_be(text):
    assert day_or_none(text) is None
    with pytest.raises(ValueError, match=r"is not a day of the years 1800 to 2999; 2020-06-15 would be accepted"):
        parse_day(text)


@pytest.mark.parametrize("text", ["1800-01-01", "2020-02-29", "2999-12-31"])
def test_a_day_is_read_as_it_is_written(text):
    assert parse_day(text).isoformat() == text


AT_NINE = dt.datetime(2020, 6, 25, 9, tzinfo=dt.UTC)


@pytest.mark.parametrize("text", ["2020-06-25T09:00:00Z", "2020-06-25 18:00+09:00", "2020-06-25T18:00:00,0 0900"])
def test_a_moment_is_read_with_its_offset(text):
    assert parse_moment(text) == AT_NINE


def test_an_offset_that_postgresql_does_not_read_is_none_any_more():
    assert parse_moment("2020-06-26T03:14:00+18:14").isoformat() == "2020-06-25T09:00:00+00:00"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2020-06-25T09:00", "has no offset"),
        ("yesterday", "is not a timestamp"),
        ("1700-01-01T00:00Z", "is not a timestamp"),
    ],
)
def test_what_is_no_moment_is_told_what_would_be(text, said):
    with pytest.raises(ValueError, match=f"{said}.*would be accepted"):
        parse_moment(text)
