"""Days as people write them."""

import datetime as dt

import pytest

from procurement.common.written_days import NotADay, WrittenDay, read_day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2015-11-30", "2015-11-30"),
        ("2015/11/30", "2015-11-30"),
        ("2015.11.30", "2015-11-30"),
        ("20151130", "2015-11-30"),
        ("30.11.2015", "2015-11-30"),
        ("3. 4. 2015", "2015-04-03"),
        ("30/11/2015", "2015-11-30"),
        ("11/30/2015", "2015-11-30"),
        ("30-11-2015", "2015-11-30"),
        ("04/04/2015", "2015-04-04"),
        ("30 November 2015", "2015-11-30"),
        ("30. Nov. 2015", "2015-11-30"),
        ("Nov 30, 2015", "2015-11-30"),
        ("Monday, November 30th, 2015", "2015-11-30"),
        ("30-Nov-2015", "2015-11-30"),
        ("2015年11月30日", "2015-11-30"),
        ("2015年 11月 30日（月）", "2015-11-30"),
        ("２０１５年１１月３０日", "2015-11-30"),
        ("２０１５／１１／３０", "2015-11-30"),
        ("2015–11–30", "2015-11-30"),
        ("令和2年6月25日", "2020-06-25"),
        ("令和元年5月1日", "2019-05-01"),
        ("㋿2年6月25日", "2020-06-25"),
        ("R2.6.25", "2020-06-25"),
        ("r2/6/25", "2020-06-25"),
        ("Ｒ２．６．２５", "2020-06-25"),
        ("H27.11.30", "2015-11-30"),
        ("平成２７年１１月３０日", "2015-11-30"),
        ("昭和64年1月7日", "1989-01-07"),
        (" 2015-11-30 ", "2015-11-30"),
    ],
)
def test_a_day_is_read_as_it_is_written(text, day):
    assert read_day(text) == WrittenDay(dt.date.fromisoformat(day))


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("11/2015", "2015-11-30", "month"),
        ("11.2015", "2015-11-30", "month"),
        ("2015-11", "2015-11-30", "month"),
        ("2015年2月", "2015-02-28", "month"),
        ("令和2年6月", "2020-06-30", "month"),
        ("R2.6", "2020-06-30", "month"),
        ("November 2015", "2015-11-30", "month"),
        ("2015", "2015-12-31", "year"),
        ("2015年", "2015-12-31", "year"),
        ("令和2年", "2020-12-31", "year"),
        ("2015 Q3", "2015-09-30", "quarter"),
        ("Q1 2015", "2015-03-31", "quarter"),
        ("2015年第3四半期", "2015-09-30", "quarter"),
    ],
)
def test_a_month_or_year_is_its_last_day_and_says_so(text, day, precision):
    assert read_day(text) == WrittenDay(dt.date.fromisoformat(day), precision)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("03/04/2015", "may be 2015-04-03 or 2015-03-04"),
        ("3-4-2015", "may be 2015-04-03 or 2015-03-04"),
        ("03/04/15", "is not a day"),
        ("30.02.2015", "is not in the calendar"),
        ("2015-13-01", "is not in the calendar"),
        ("13/13/2015", "is not in the calendar"),
        ("0015-11-30", "is of the year 15"),
        ("3015-11-30", "is of the year 3015"),
        ("2019年度", "is a fiscal year"),
        ("FY2019", "is a fiscal year"),
        ("30 Foo 2015", "is not a day"),
        ("soon", "is not a day"),
        ("", "is not a day"),
        ("5", "is not a day"),
    ],
)
def test_what_is_no_day_or_two_is_refused_and_told_why(text, why):
    with pytest.raises(NotADay, match=why):
        read_day(text)
