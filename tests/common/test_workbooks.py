"""Workbooks: what a foreign reader finds in them, and that they take little memory and leave no files."""

import datetime as dt
import tempfile
import tracemalloc
import zipfile
from decimal import Decimal
from io import BytesIO

import pytest

from procurement.common import workbooks
from procurement.common.workbooks import CUT, LONGEST_TEXT, Sheet, is_exact, sheet_name, streamed
from tests.sheets_read import sheets

DAY = dt.date(2020, 6, 25)


def written(*cells, head=("a",)):
    return b"".join(streamed(Sheet("rows", head, [cells])))


def read(*cells):
    """The cells of a row as they are read back."""
    (_, row) = sheets(written(*cells, head=[f"c{n}" for n, _ in enumerate(cells)]))["rows"]
    return row


def test_numbers_days_and_truths_keep_their_kinds():
    assert read(Decimal("34955000000.00"), 7, DAY, True) == [34955000000.0, 7.0, DAY, True]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "{=1+1}", "＝1+1", "+1", "@SUM(A1)", "  x ", "a\nb", "a\rb", "<&>\"'", "護衛艦", "0012", "_x0041_",
        "https://example.org/", "mailto:a", "internal:b", "<r></r>", "<r><t>a</t></r>", "<r>&</c></r>", "  <r>",
    ],
)  # fmt: skip
def test_text_stays_text(text):
    assert sheets(written(text, head=[text]))["rows"] == [[text], [text]]
    assert b"<f>" not in zipfile.ZipFile(BytesIO(written(text))).read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("number", ["123456789012345.67", "1234567890123456", "-0.1234567890123456", "1e20"])
def test_no_digit_of_a_long_number_is_lost(number):
    assert read(Decimal(number)) == [f"{Decimal(number):f}"]


@pytest.mark.parametrize("number", ["9999999999999.99", "-999999999999999", "120000000000000.00", "0.001", "0"])
def test_what_excel_holds_exactly_is_a_number(number):
    assert is_exact(Decimal(number))
    assert [Decimal(repr(cell)) for cell in read(Decimal(number))] == [Decimal(number)]


def test_days_that_excel_counts_wrongly_are_text():
    assert read(dt.date(1900, 2, 28), dt.date(1900, 3, 1)) == ["1900-02-28", dt.date(1900, 3, 1)]


def test_unknown_cells_are_empty_and_the_others_stay_in_their_columns():
    assert read(None, "b", "", "d") == ["", "b", "", "d"]


def test_a_text_that_no_cell_holds_is_cut_and_says_so():
    (cell,) = read("𠮷" * LONGEST_TEXT)
    assert cell.endswith(CUT)
    assert len(cell.encode("utf-16-le")) // 2 <= LONGEST_TEXT


def test_characters_that_xml_cannot_hold_do_not_break_the_file():
    assert read("a\x00\x1b\ud800b") == ["a\x00\x1b\N{REPLACEMENT CHARACTER}b"]
    assert len(read("\ufffe")) == 1


def test_columns_go_on_after_z():
    assert read(*range(60)) == list(range(60))


def test_rows_that_a_sheet_does_not_hold_go_on_in_further_ones(monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_ROWS", 3)
    found = sheets(b"".join(streamed(Sheet("contracts", ("a",), [[n] for n in range(5)]), Sheet("about", (), [["x"]]))))
    assert found == {
        "contracts": [["a"], [0.0], [1.0]],
        "contracts (2)": [["a"], [2.0], [3.0]],
        "contracts (3)": [["a"], [4.0]],
        "about": [["x"]],
    }


def test_a_full_last_sheet_is_not_followed_by_an_empty_one(monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_ROWS", 3)
    assert list(sheets(b"".join(streamed(Sheet("a", ("a",), [[1], [2]]))))) == ["a"]


def test_a_sheet_without_rows_has_its_head():
    assert sheets(b"".join(streamed(Sheet("a", ("x", "y"), []))))["a"] == [["x", "y"]]


def test_names_of_sheets_are_such_as_excel_accepts():
    assert sheet_name("a/b:c[d]*'e'?" + "x" * 50, 2) == "a-b-c-d---e-" + "-" + "x" * 11 + " (2)"


def test_the_same_rows_make_the_same_file():
    assert written("a", 1) == written("a", 1)


def test_a_million_cells_take_no_memory():
    rows = ([n, "text", Decimal("1.50")] for n in range(100_000))
    tracemalloc.start()
    size = sum(map(len, streamed(Sheet("a", ("n", "t", "d"), rows))))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 500_000
    assert peak < 3_000_000


def temporary(folder, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_its_temporary_files_are_removed_when_it_was_sent_or_given_up(tmp_path, monkeypatch):
    folder = temporary(tmp_path, monkeypatch)
    written("a")
    begun = streamed(Sheet("a", ("n",), [["x"]]))
    assert next(begun)
    assert list(folder.iterdir())
    begun.close()
    assert not list(folder.iterdir())


def test_a_fault_is_raised_before_anything_is_sent(tmp_path, monkeypatch):
    def rows():
        yield [1]
        raise OSError("gone")

    folder = temporary(tmp_path, monkeypatch)
    with pytest.raises(OSError, match="gone"):
        next(streamed(Sheet("a", ("n",), rows())))
    assert not list(folder.iterdir())
