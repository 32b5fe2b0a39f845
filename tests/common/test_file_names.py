"""What files say of their dates."""

import datetime as dt

import pytest

from procurement.common.dates import Asked
from procurement.common.file_names import date_columns, dated_name, disposition, safe_name

DAY, LATER = dt.date(2020, 6, 25), dt.date(2020, 6, 30)
MOMENT = dt.datetime(2026, 11, 30, 12, 0, tzinfo=dt.timezone(dt.timedelta(hours=9)))


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        (Asked(DAY), "exposure_as-of-2020-06-25"),
        (Asked(DAY, LATER), "exposure_as-of-2020-06-25_published-by-2020-06-30"),
        (Asked(DAY, LATER, undated=True), "exposure_as-of-2020-06-25_published-by-2020-06-30_undated-included"),
        (Asked(DAY, None, MOMENT), "exposure_as-of-2020-06-25_recorded-by-20261130T030000Z"),
    ],
)
def test_a_name_says_the_dates(asked, name):
    assert dated_name("exposure", asked) == name


def test_so_do_columns():
    assert date_columns(Asked(DAY, LATER, MOMENT, undated=True)) == {
        "as_of": DAY, "published_by": LATER, "undated": "include", "recorded_by": MOMENT
    }  # fmt: skip


def test_a_name_breaks_neither_a_header_nor_a_folder():
    assert safe_name('a/b"; x\r\n=護') == "a-b-x-"
    assert disposition("a.csv", download=True) == 'attachment; filename="a.csv"'
