"""Headings, found and matched however a file spells them."""

import pytest

from procurement.imports.files.headings import Headings, NoHeadings, normal, under_headings
from procurement.imports.files.tabular import Line
from procurement.imports.rows import BadFile

NEEDED = {"title": ("件名", "名称"), "amount": ("契約金額（円）",)}


def read(*rows: str, sheet: str = "") -> list[Line]:
    return [Line(number, tuple(row.split(",")), sheet) for number, row in enumerate(rows, 1)]


def below(*lines: Line) -> list[tuple[str, ...]]:
    return [line.cells for _, line in under_headings(lines, NEEDED, lambda *_: None)]


@pytest.mark.parametrize("spelling", ["契約金額（円）", "契約金額(円)", " 契約\n金額 （円） ", "契約　金額(円)"])
def test_width_white_space_and_line_breaks_do_not_matter(spelling):
    assert Headings(["x", spelling]).place("契約金額（円）") == 1


def test_case_does_not_matter():
    assert normal("Award Id") == "awardid"


def test_columns_of_one_name_are_told_apart_by_position():
    found = Headings(["Name", "name", "Amount", "NAME"])
    assert found.names == ("name", "name 2", "amount", "name 3")
    assert [found.place("Name"), found.place("name 1"), found.place("Name 2"), found.place("name 4")] == [0, 0, 1, None]


def test_a_heading_that_ends_with_a_number_is_none_of_several():
    assert Headings(["Name 2", "Name"]).place("Name 2") == 0


def test_a_star_stands_for_any_end():
    found = Headings(["契約金額（税抜）", "契約金額（税込）", "備考"])
    assert [found.place("契約金額（税込*", "契約金額*"), found.place("契約金額*"), found.place("契約日*")] == [
        1,
        0,
        None,
    ]


def test_two_rows_are_one_heading_and_a_merged_cell_holds_for_those_below_it():
    found = Headings(["名称", "契約金額", "", "備考", ""], ["", "税抜", "税込", "", ""])
    assert [found.place(each) for each in ("名称", "契約金額税抜", "契約金額 税込", "備考")] == [0, 1, 2, 3]


def test_unknown_and_missing_columns_are_listed_as_they_are_spelled():
    found = Headings(["名称", "備 考", ""])
    assert found.unknown(["名称"]) == ["備 考"]
    assert found.missing(NEEDED) == ["amount"]


def test_a_cell_beyond_the_end_of_a_short_line_is_empty():
    assert Headings(["a", "b"]).cell(Line(2, (" x ",)), 0) == "x"
    assert Headings(["a", "b"]).cell(Line(2, (" x ",)), 1) == ""


def test_what_stands_above_the_headings_is_left_out():
    assert below(*read("令和2年度,", "名称,契約金額（円）", "護衛艦,1")) == [("護衛艦", "1")]


def test_headings_may_stand_in_two_rows():
    assert below(*read("名称,契約金額", ",（円）", "護衛艦,1")) == [("護衛艦", "1")]


def test_each_sheet_has_its_own_headings():
    lines = [*read("名称,契約金額（円）", "a,1", sheet="1"), *read("契約金額（円）,件名", "2,b", sheet="2")]
    found = [(h.cell(line, h.place("件名", "名称"))) for h, line in under_headings(lines, NEEDED, lambda *_: None)]
    assert found == ["a", "b"]


def test_a_sheet_without_headings_is_told_where_another_has_them():
    told: list[str] = []
    lines = [*read("表紙", sheet="0"), *read("名称,契約金額（円）", "a,1", sheet="1")]
    assert len(list(under_headings(lines, NEEDED, lambda sheet, error: told.append(f"{sheet}: {error}")))) == 1
    assert told[0].startswith("0: has no headings that would be accepted: there is no title (件名 or 名称); amount")


def test_a_table_without_headings_is_refused_with_what_it_lacks_and_what_it_has():
    with pytest.raises(NoHeadings, match=r"there is no amount \(契約金額（円）\), but 名称, 金額"):
        below(*read("題,x", "名称,金額", "a,1"))


def test_headings_are_looked_for_in_the_first_lines_only():
    with pytest.raises(BadFile):
        below(*read(*["x,y"] * 30, "名称,契約金額（円）"))
