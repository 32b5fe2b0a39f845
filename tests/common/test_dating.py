"""Days as their sources give them, and how far apart they are."""

import pytest

from procurement.common.dating import Dated, Days, days_between
from tests.makers import day

WORDS = [
    ("2009-07-31", "day", "2009-07-31"), ("2009-07-31", "month", "2009-07"), ("2009-09-30", "quarter", "2009 Q3"),
    ("2009-12-31", "year", "2009"), ("2010-03-31", "fiscal_year", "FY to 2010-03-31"),
    ("2009-07-31", "by", "by 2009-07-31"),
]  # fmt: skip


@pytest.mark.parametrize(("on", "precision", "words"), WORDS)
def test_a_date_is_told_with_no_more_precision_than_its_source_has(on, precision, words):
    assert str(Dated(day(on), precision)) == words
    assert Dated(day(on), precision).parts() == {"on": day(on), "precision": precision}


MONTH, DAY = Dated(day("2009-07-31"), "month"), Dated(day("2009-08-08"))
BY = Dated(day("2009-08-08"), "by")
APART = [
    (MONTH, DAY, {"low": 8, "high": 38}, "8 to 38 days"),
    (DAY, MONTH, {"low": -38, "high": -8}, "-38 to -8 days"),
    (DAY, DAY, 0, "0 days"),
    (Dated(day("2009-08-07")), DAY, 1, "1 day"),
    (MONTH, BY, {"low": None, "high": 38}, "at most 38 days"),
    (BY, DAY, {"low": 0, "high": None}, "at least 0 days"),
    (BY, BY, {"low": None, "high": None}, "unknown"),
]


@pytest.mark.parametrize(("since", "until", "parts", "words"), APART)
def test_days_between_coarse_dates_are_a_range(since, until, parts, words):
    found = days_between(since, until)
    assert (found.parts(), str(found)) == (parts, words)


def test_days_that_are_one_number_are_one():
    assert Days(3, 3).parts() == 3
