"""Sheets of workbooks: what is read of them, and what is said of those that cannot be read."""

import zipfile
from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procurement.imports.files import sheetxml
from procurement.imports.files import xls_process as apart
from procurement.imports.files.tabular import Line, lines
from procurement.imports.format import File
from procurement.imports.rows import BadFile
from tests.fuzzing import examples
from tests.imports.sheets import XLS, Day, ods, xlsx, xlsx_of, zipped

SHEET = xlsx(契約=[["名称", "金額", "日"], [], ["護衛艦", 34955000000, Day(44007)]])
CELL = '<c r="B2"><v>1</v></c>'


def table(content: bytes, name: str = "a.xlsx") -> list[Line]:
    return list(lines(File(name, lambda: BytesIO(content))))


def cells(content: bytes, name: str = "a.xlsx") -> list[tuple[str, ...]]:
    return [line.cells for line in table(content, name)]


def refusal(content: bytes, name: str = "a.xlsx") -> str:
    with pytest.raises(BadFile) as error:
        table(content, name)
    return str(error.value)


def test_a_sheet_gives_its_rows_with_their_numbers_as_text():
    assert table(SHEET) == [
        Line(1, ("名称", "金額", "日"), "契約"),
        Line(3, ("護衛艦", "34955000000", "2020-06-25"), "契約"),
    ]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1.5, "1.5"),
        (0.1 + 0.2, "0.3"),
        (12345678.0, "12345678"),
        (-5132.25, "-5132.25"),
        (1e-7, "0.0000001"),
        (1e20, "1" + "0" * 20),
    ],
)
def test_numbers_are_written_as_a_spreadsheet_shows_them(number, text):
    assert cells(xlsx(a=[[number]])) == [(text,)]


def test_a_formula_is_text_and_never_a_value_even_where_the_file_keeps_one():
    kept = '<c r="B2"><f>SUM(B1)</f><v>5</v></c><c r="C2" t="str"><f>A1</f><v>x</v></c><c r="D2"><v>5</v></c>'
    assert cells(xlsx_of(f'<row r="2">{kept}</row>'))[0] == ("=5", "=x", "5")
    assert cells(xlsx(a=[["a", "=SUM(A1)", "b"]])) == [("a", "=", "b")]


def test_formulas_are_found_in_their_own_sheet_whatever_the_order_of_rows():
    assert cells(xlsx(a=[["x", 1]], b=[["y"], ["=A1", 2], ["=A1", 3]])) == [
        ("x", "1"),
        ("y", ""),
        ("=", "2"),
        ("=", "3"),
    ]


def test_hidden_sheets_are_left_out():
    assert {line.sheet for line in table(xlsx_of(f'<row r="2">{CELL}</row>', state="hidden"))} == {"契約"}
    assert {line.sheet for line in table(xlsx_of(f'<row r="2">{CELL}</row>'))} == {"契約", "裏"}


def test_a_workbook_of_excel_97_is_read():
    assert table(XLS, "a.xls") == [Line(2, ("名称", ""), "契約"), Line(3, ("12", "2020-06-25"), "契約")]
    assert table(XLS, "a.xlsx") == table(XLS, "a.xls")


def repeated(times: int, held: str) -> str:
    return f'<table:table-row table:number-rows-repeated="{times}">{held}</table:table-row>'


def test_a_workbook_of_libreoffice_is_read_and_so_are_its_formulas():
    none = '<table:table-cell table:number-columns-repeated="16384"/>'
    held = (
        '<table:table-cell office:value-type="string"><text:p>名称</text:p></table:table-cell>'
        '<table:table-cell office:value-type="float" office:value="5" table:formula="of:=2+3"/>'
    )
    rows = repeated(2, none) + repeated(1, held) + repeated(1048570, none)
    assert table(ods(rows), "a.ods") == [Line(3, ("名称", "=5"), "契約")]


def test_a_workbook_in_an_archive_is_read_and_named():
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as written:
        written.writestr("x/a.xlsx", SHEET)
        written.writestr("x/b.xls", b"")
    found = lines(File("all.zip", lambda: held))
    assert [next(found).sheet, next(found).number] == ["x/a.xlsx/契約", 3]
    with pytest.raises(BadFile, match=r"holds x/b\.xls, which holds nothing"):
        next(found)


@pytest.mark.parametrize(
    "rows",
    [
        f'<row r="1">{CELL}</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="1">' + "<c><v>1</v></c>" * 20 + '</row><row r="1000000"><c><v>1</v></c></row>',
    ],
)
def test_a_sheet_that_is_mostly_empty_does_not_fill_the_memory(rows):
    """The library would make a rectangle of 17 billion cells of it, and end the process."""
    assert "a sheet of more than 10 million cells, empty ones included" in refusal(xlsx_of(rows))


def test_a_repeated_row_does_not_fill_the_memory():
    held = '<table:table-cell table:number-columns-repeated="16384" office:value-type="string"/>'
    assert "a sheet of more than 10 million cells" in refusal(ods(repeated(1048576, held)), "a.ods")


def test_a_workbook_that_becomes_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(sheetxml, "MOST_XML", 100)
    assert "becomes larger" in refusal(SHEET)


def test_definitions_of_entities_are_refused():
    defined = '<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    assert "definitions of its own" in refusal(zipped({"content.xml": defined}))


ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(70_000) + "EncryptedPackage".encode("utf-16-le") + bytes(512)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (ENCRYPTED, "has a password"),
        (b"", "holds nothing"),
        (b"<html><table><tr>", "holds HTML"),
        ("名称,金額\n".encode(), "holds no workbook"),
        (SHEET[:400], "is damaged, or only the beginning of a workbook"),
        (SHEET[:-30], "is damaged, or only the beginning of a workbook"),
        (XLS[:3000], "is damaged, or only the beginning of a workbook"),
        (zipped({"a.csv": "a,b"}), "holds no workbook"),
    ],
)
@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.ods"])
def test_what_is_no_whole_workbook_is_refused_with_what_would_be_accepted(content, said, name):
    found = refusal(content, name)
    assert found.startswith(said)
    assert "a table saved as CSV would be accepted" in found


@given(st.data())
def test_whatever_is_changed_in_a_workbook_only_lines_and_refusals_come_out(data):
    held = bytearray(data.draw(st.just(SHEET)))
    for _ in range(data.draw(st.integers(1, 4))):
        held[data.draw(st.integers(0, len(held) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(held)))
    with suppress(BadFile):
        table(bytes(held[: cut or len(held)]))


@pytest.mark.parametrize(("at", "becomes"), [(44, b"\xff" * 4), (48, b"\x01\x00\x00\x00"), (76, b"\x00" * 8)])
def test_a_damaged_workbook_of_excel_97_ends_only_a_process_of_its_own(at, becomes):
    held = bytearray(XLS)
    held[at : at + len(becomes)] = becomes
    with suppress(BadFile):
        table(bytes(held), "a.xls")


def test_a_workbook_of_excel_97_that_takes_too_long_is_refused(monkeypatch):
    monkeypatch.setattr(apart, "__name__", "procurement.imports.nothing")
    assert "is damaged" in refusal(XLS, "a.xls")


def test_nobody_waits_for_rows_that_nobody_reads():
    found = lines(File("a.xls", lambda: BytesIO(XLS)))
    next(found)
    found.close()


@settings(max_examples=examples(5))
@given(st.data())
def test_whatever_is_changed_in_a_workbook_of_excel_97_only_lines_and_refusals_come_out(data):
    held = bytearray(XLS)
    for _ in range(data.draw(st.integers(1, 4))):
        held[data.draw(st.integers(0, len(held) - 1))] = data.draw(st.integers(0, 255))
    with suppress(BadFile):
        table(bytes(held), "a.xls")


@given(st.text(st.sampled_from('<>/"= rcfvABZ019<row><c r="A1"'), max_size=60))
def test_whatever_the_rows_say_only_lines_and_refusals_come_out(rows):
    with suppress(BadFile):
        table(xlsx_of(rows))
