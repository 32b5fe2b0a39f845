"""Amounts and days as people write them in files."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.imports.cells.day_notation import Days, day
from procurement.imports.cells.notation import amount, narrow, says_nothing, unit_of
from procurement.imports.cells.values import Unreadable, as_amount, as_day


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("1500", "1500"),
        (" 1,500 ", "1500"),
        ("１２，３４５円", "12345"),
        ("￥1,234,567", "1234567"),
        ("1,234円也", "1234"),
        ("1,234円（税込）", "1234"),
        ("1,234(うち消費税 123円)", "1234"),
        ("497億8800万円", "49788000000"),
        ("497億 8,800万 円", "49788000000"),
        ("497.88億", "49788000000"),
        ("1兆2億3", "1000200000003"),
        ("1,234百万円", "1234000000"),
        ("12千円", "12000"),
        ("4.5億円", "450000000"),
        ("-5132.00", "-5132.00"),
        ("(5,132.00)", "-5132.00"),
        ("（５，１３２）", "-5132"),
        ("△726,000", "-726000"),
        ("▲ 1,210,001", "-1210001"),
        ("−15", "-15"),
        ("－15", "-15"),
        ("15-", "-15"),
        ("-0", "0"),
        ("+15", "15"),
        ("$79", "79"),
        ("79 USD", "79"),
        ("-$79.50", "-79.50"),
        (".00", "0.00"),
        ("31389000.00", "31389000.00"),
        ("1 234 567,89".replace(",", "."), "1234567.89"),
        ("1'234'567", "1234567"),
        ("0", "0"),
    ],
)
def test_an_amount_keeps_its_sign_and_all_of_its_digits(text, plain):
    assert amount(text) == plain
    as_amount(amount(text))


@pytest.mark.parametrize(
    "text",
    [
        *("", "-", "円", "億", "単価契約", "1,50", "12,34,567", "1.500,50", "8800万497億", "1億20000万", "3千5百万"),
        *(
            "五億三千万",
            "1億円2",
            "１００①",
            "100²",
            "1500※",
            "--5",
            "(-5)",
            "△-5",
            "5(3)",
            "1.5E+07",
            "$79 m",
            "1.2.3",
            "½",
        ),
    ],
)
def test_what_is_no_clear_amount_is_refused_with_what_would_be_accepted(text):
    with pytest.raises(Unreadable, match="would be accepted"):
        amount(text)


@pytest.mark.parametrize("text", ["=SUM(A1:A3)", "＝1+1", " =1"])
def test_a_formula_is_never_worked_out(text):
    with pytest.raises(Unreadable, match="is a formula, and none is worked out"):
        amount(text)


def test_decimal_commas_are_read_only_where_the_format_says_so():
    assert [amount(text, decimal=",") for text in ("1.500,50", "1500,5", "1.500")] == ["1500.50", "1500.5", "1500"]
    for text, decimal in (("1,5", "."), ("1.5", ",")):
        with pytest.raises(Unreadable):
            amount(text, decimal=decimal)


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("契約金額（円）", 1),
        ("契約金額", 1),
        ("金額(千円)", 1000),
        ("金額［百万円］", 10**6),
        ("億円", 10**8),
        ("単位：１０００円", 1),
    ],
)
def test_a_heading_names_the_unit_of_its_column(heading, unit):
    assert unit_of(heading) == unit


def test_the_unit_of_a_column_holds_unless_the_cell_names_the_same():
    assert amount("34,955", unit=10**6) == "34955000000"
    assert amount("34,955.25", unit=10**6) == "34955250000"
    assert amount("34,955百万円", unit=10**6) == "34955000000"


@pytest.mark.parametrize("text", ["349億円", "34,955,000円"])
def test_a_cell_that_names_another_unit_than_its_heading_is_refused(text):
    with pytest.raises(Unreadable, match="names another unit than the heading"):
        amount(text, unit=10**6)


def test_a_second_currency_in_a_column_is_refused():
    assert amount("¥15", currency="JPY") == "15"
    for text in ("$15", "15 USD", "€15"):
        with pytest.raises(Unreadable, match="an amount in JPY would be accepted"):
            amount(text, currency="JPY")


def test_dashes_and_words_for_nothing_are_told_from_amounts():
    assert all(map(says_nothing, ["", " ", "－", "―", "なし", "N/A"]))
    assert not any(map(says_nothing, ["0", "-1", "単価契約"]))


def test_narrowing_makes_no_digit_of_what_is_none():
    assert narrow("１２①②³") == "12①②³"


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2020-06-25", "2020-06-25"),
        ("2018-12-12T00:00:00+09:00", "2018-12-12"),
        ("2020-06-25 00:00:00", "2020-06-25"),
        ("2020/6/25", "2020-06-25"),
        ("２０２０．６．２５", "2020-06-25"),
        ("2020年6月25日(木)", "2020-06-25"),
        ("2020年6月25日（木曜日）", "2020-06-25"),
        ("20200625", "2020-06-25"),
        ("令和2年6月25日", "2020-06-25"),
        ("令和 ２ 年 ６ 月 ２５ 日", "2020-06-25"),
        ("㋿2年6月25日", "2020-06-25"),
        ("R2.6.25", "2020-06-25"),
        ("R02/06/25", "2020-06-25"),
        ("r2-6-25", "2020-06-25"),
        ("令2.6.25", "2020-06-25"),
        ("令和元年5月1日", "2019-05-01"),
        ("平成35年3月31日", "2023-03-31"),
        ("H30.10.22", "2018-10-22"),
        ("S64.1.7", "1989-01-07"),
    ],
)
def test_a_day_is_read_however_it_is_written(text, iso):
    assert day(text) == iso
    as_day(day(text))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not a day"),
        ("2020-02-30", "not in the calendar"),
        ("令和2年13月1日", "not in the calendar"),
        ("2910-04-01", "is of the year 2910"),
        ("2091-04-01T00:00:00+09:00", "is of the year 2091"),
        ("令和2年度", "is a fiscal year and no day"),
        ("令和2年6月", "is not a day"),
        ("6/25/2020", "may have its month or its day first"),
        ("25.06.2020", "may have its month or its day first"),
        ("4月1日", "has no year"),
        ("4/1", "has no year"),
        ("44007", "is not a day"),
        ("２０２０年６月⑤日", "is not a day"),
        ("=TODAY()", "is a formula"),
        ("＝A1", "is a formula"),
    ],
)
def test_what_is_no_clear_day_is_refused_with_what_would_be_accepted(text, said):
    with pytest.raises(Unreadable, match=said) as error:
        day(text)
    assert "would be accepted" in str(error.value)


def test_the_order_of_day_and_month_is_what_the_format_says():
    assert day("6/5/2020", order="mdy") == "2020-06-05"
    assert day("6.5.2020", order="dmy") == "2020-05-06"
    assert day("2020-06-25", order="mdy") == "2020-06-25"
    with pytest.raises(Unreadable):
        day("25/6/2020", order="mdy")


def test_a_day_without_a_year_lies_in_the_fiscal_year_of_the_file():
    assert [day(text, fiscal_year=2020) for text in ("4月1日", "12/31", "3月31日")] == [
        "2020-04-01",
        "2020-12-31",
        "2021-03-31",
    ]
    assert Days(fiscal_year=2020, starts=1).day("3月31日") == "2020-03-31"


def test_bare_numbers_are_days_only_where_the_sheet_says_so():
    assert Days(serials=True).day("44007") == "2020-06-25"
    assert Days(serials=True).day("44007.5") == "2020-06-25"


@given(
    st.text(st.sampled_from("0123456789０９,.，．-△▲()（） 円億万千百兆¥$'E+=①"), max_size=14),
    st.sampled_from([1, 1000]),
)
def test_whatever_is_written_only_amounts_and_refusals_come_out(text, unit):
    with suppress(Unreadable):
        as_amount(amount(text, unit=unit))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**15), max_value=10**15))
def test_an_amount_with_its_commas_is_the_same_amount(number):
    assert Decimal(amount(f"{number:,}")) == number


@given(
    st.text(st.sampled_from("0123456789０９/.-年月日令和平成元RH T:Z+()木"), max_size=20),
    st.sampled_from(["", "mdy", "dmy"]),
)
def test_whatever_is_written_only_days_and_refusals_come_out(text, order):
    with suppress(Unreadable):
        as_day(day(text, order=order, fiscal_year=2020))
