"""Guesses at what columns mean: only what leaves no doubt is answered."""

import pytest

from procurement.imports.files.headings import Headings
from procurement.imports.mapped.guessing import decimal_of, guesses, is_ambiguous, order_of, precision_of
from procurement.imports.mapped.sampling import known_by, possible_headings, sample_of
from tests.imports.arms_list import HEADINGS, ROWS, arms_list
from tests.imports.files import file_of
from tests.imports.sheets import xlsx


@pytest.mark.parametrize(
    ("values", "sign"),
    [
        (["1500", "2"], "."),
        (["1,500.50"], "."),
        (["1.500,50"], ","),
        (["1.5"], "."),
        (["1,5"], ","),
        (["1,500"], ""),
        (["1.500"], ""),
        (["1.500", "2,5"], ","),
        (["1,000,000"], "."),
        (["1.5", "2,5"], ""),
    ],
)
def test_the_sign_before_decimals(values, sign):
    assert decimal_of(values) == sign


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["2020-06-25"], "ymd"),
        (["03/04/2020"], ""),
        (["03/04/2020", "31/12/2020"], "dmy"),
        (["03.04.2020", "12/31/2020"], "mdy"),
        (["31/12/2020", "12/31/2020"], ""),
    ],
)
def test_the_order_of_days(values, order):
    assert order_of(values) == order


@pytest.mark.parametrize(
    ("values", "exact"),
    [(["2015", "(2016)", "2017-2018"], "year"), (["2015-06"], "month"), (["2015-06-25"], "day"), ([], "day")],
)
def test_how_exact_days_are(values, exact):
    assert precision_of(values) == exact


def test_an_open_order_is_asked_about():
    assert is_ambiguous("ymd", ["03/04/2020"])
    assert not is_ambiguous("dmy", ["03/04/2020"])
    assert not is_ambiguous("ymd", ["2020/04/03"])


def test_columns_of_a_register_are_guessed_and_none_that_nobody_needs():
    sample = sample_of(arms_list())
    found = guesses({heading: sample.values(heading) for heading in sample.headings})
    assert found["Recipient"].target == "buyer.name"
    assert found["Supplier"].target == "supplier.name"
    assert (found["Year of order"].target, found["Year of order"].precision) == ("contract.signed_on", "year")
    assert found["SIPRI TIV for total order"].target == ""


def test_the_unit_of_an_amount_is_guessed_from_its_heading_only():
    found = guesses({"契約金額（千円）": ["1,500"], "Price": ["5"]})
    assert (found["契約金額（千円）"].unit, found["契約金額（千円）"].decimal) == (1000, "")
    assert guesses({"Price": ["5"]})["Price"].unit == 0


def test_the_headings_are_found_below_a_title():
    sample = sample_of(arms_list())
    assert (sample.heading_line, sample.headings, len(sample.lines)) == (3, HEADINGS, len(ROWS))
    assert sample.values("Recipient") == ["Japan", "Japan", "Chile"]


def test_another_line_and_another_sheet_can_be_chosen():
    held = file_of(xlsx(A=[["a", "b"], ["c", "d"]], B=[["e", "f"], ["g", "h"]]), "a.xlsx")
    assert sample_of(held).headings == ("a", "b")
    assert sample_of(held, sheet="B", heading_line=2).headings == ("g", "h")
    assert sample_of(held).sheets == ("A", "B")


def test_columns_of_one_heading_are_numbered_and_found_again():
    held = file_of("Name,Name,name\nx,y,z\n", "a.csv")
    assert sample_of(held).headings == ("Name", "Name 2", "name 3")
    assert possible_headings(held)[0] == ("name", "name2", "name3")


def test_headings_in_two_rows_are_joined_and_found_again():
    held = file_of("契約,,相手方\n日,金額,名称\n2020-06-25,5,X\n", "a.csv")
    sample = sample_of(held, heading_line=2, two_rows=True)
    assert (sample.headings, sample.two_rows) == (("契約 日", "契約 金額", "相手方 名称"), True)
    assert known_by(Headings(sample.headings).names) in possible_headings(held)
