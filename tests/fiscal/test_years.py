"""Which fiscal year a day belongs to."""

import pytest

from procurement.fiscal.years import CALENDAR, FiscalYear, first_day, last_day, quarter_end, quarter_of, year_of
from tests.makers import day

JAPAN, KINGDOM, STATES = FiscalYear(4), FiscalYear(4), FiscalYear(10, 1)

YEARS = [
    (JAPAN, 2019, "2019-04-01", "2020-03-31"),
    (STATES, 2020, "2019-10-01", "2020-09-30"),
    (KINGDOM, 2020, "2020-04-01", "2021-03-31"),
    (CALENDAR, 2020, "2020-01-01", "2020-12-31"),
    (FiscalYear(7, 1), 2021, "2020-07-01", "2021-06-30"),
    (FiscalYear(3), 2019, "2019-03-01", "2020-02-29"),
]


@pytest.mark.parametrize(("rule", "year", "first", "last"), YEARS)
def test_a_year_lasts_from_its_first_to_its_last_day(rule, year, first, last):
    assert (first_day(year, rule), last_day(year, rule)) == (day(first), day(last))
    assert year_of(day(first), rule) == year_of(day(last), rule) == year


QUARTERS = [
    (JAPAN, "2020-06-15", (2020, 1), "2020-06-30"),
    (JAPAN, "2020-03-31", (2019, 4), "2020-03-31"),
    (JAPAN, "2020-01-01", (2019, 4), "2020-03-31"),
    (STATES, "2019-12-31", (2020, 1), "2019-12-31"),
    (STATES, "2020-09-01", (2020, 4), "2020-09-30"),
    (CALENDAR, "2020-05-31", (2020, 2), "2020-06-30"),
    (FiscalYear(3), "2020-01-31", (2019, 4), "2020-02-29"),
    (FiscalYear(12, 1), "2019-12-31", (2020, 1), "2020-02-29"),
]


@pytest.mark.parametrize(("rule", "on", "quarter", "end"), QUARTERS)
def test_a_day_is_in_a_quarter_of_its_year(rule, on, quarter, end):
    assert (quarter_of(day(on), rule), quarter_end(day(on), rule)) == (quarter, day(end))
