"""When currencies were withdrawn."""

import pytest

from procurement.common.withdrawn import MONTHS, last_day_of, withdrawal_said
from tests.makers import day


@pytest.mark.parametrize(("code", "last"), [("DEM", "2002-03-31"), ("HRK", "2023-01-31"), ("BGN", "2026-01-31")])
def test_a_currency_is_withdrawn_with_the_month_that_the_standard_gives(code, last):
    assert last_day_of(code) == day(last)


def test_money_of_today_is_not():
    assert last_day_of("JPY") is None


def test_every_month_can_be_read():
    assert all(last_day_of(code) for code in MONTHS)


SAID = [  # currency, day, precision, whether it is said
    ("DEM", "2002-03-31", "day", False),
    ("DEM", "2002-04-01", "day", True),
    ("DEM", "2002-12-31", "year", False),  # it may be of January
    ("DEM", "2003-12-31", "year", True),
    ("DEM", "2010-01-01", "by", False),
    ("JPY", "2010-01-01", "day", False),
]


@pytest.mark.parametrize(("code", "on", "precision", "said"), SAID)
def test_a_later_date_is_said_where_all_of_its_period_is_later(code, on, precision, said):
    assert bool(withdrawal_said(code, "on", day(on), precision)) is said


def test_of_no_date_nothing_is_said():
    assert withdrawal_said("DEM", "on", None) == []
