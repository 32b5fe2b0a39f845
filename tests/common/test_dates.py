"""Days and how coarse they are."""

import datetime as dt

import pytest

from procurement.common.dates import month_end, months_before, precision_fault, whole_days
from tests.makers import day

PRECISIONS = [
    ("2020-06-15", "day", None),
    ("2020-06-30", "month", None),
    ("2020-02-29", "month", None),
    ("2020-06-29", "month", "2020-06-30"),
    ("2021-02-01", "month", "2021-02-28"),
    ("2020-06-30", "quarter", None),
    ("2020-12-31", "quarter", None),
    ("2020-04-01", "quarter", "2020-06-30"),
    ("2020-05-31", "quarter", "2020-06-30"),
    ("2020-03-31", "fiscal_year", None),
    ("2020-09-30", "fiscal_year", None),
    ("2020-03-30", "fiscal_year", "2020-03-31"),
    ("2020-12-31", "year", None),
    ("2020-06-30", "year", "2020-12-31"),
]


@pytest.mark.parametrize(("on", "precision", "accepted"), PRECISIONS)
def test_a_coarse_day_is_its_periods_last(on, precision, accepted):
    fault = precision_fault(day(on), precision)
    assert (fault is None) if accepted is None else (fault is not None and f"{accepted} would be accepted" in fault)


@pytest.mark.parametrize(
    ("on", "months", "before"),
    [("2020-03-31", 1, "2020-02-29"), ("2020-01-31", 1, "2019-12-31"), ("2021-02-28", 12, "2020-02-28")],
)
def test_months_before_a_day_never_leave_the_month(on, months, before):
    assert months_before(day(on), months) == day(before)


def test_the_end_of_february_knows_leap_years():
    assert [month_end(dt.date(year, 2, 1)).day for year in (1900, 2000, 2020, 2021)] == [28, 29, 29, 28]


def test_days_since_the_unknown_are_unknown():
    assert (whole_days(None, day("2020-06-25")), whole_days(day("2020-06-15"), day("2020-06-25"))) == (None, 10)
