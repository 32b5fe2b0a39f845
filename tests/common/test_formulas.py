"""Whatever a cell begins with, no writer of tables lets a spreadsheet run it; and numbers stay numbers."""

import csv
import io
import re
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as some

from procurement.common.csv_lines import harmless
from procurement.common.row_files import CSV, XLSX, Table
from procurement.imports.batches.refused_rows import _safe
from procurement.imports.files.sheet_writing import workbook
from tests.house.shape import ROOT

pytestmark = pytest.mark.hypothesis

BEFORE = some.text(" \t\r\n'\"\u200b\u200e\ufeff\u00a0\u2007\u3000\u2060“‘`", max_size=4)
SIGNS = some.sampled_from("=+-@＝＋－＠﹦﹢﹣﹫")
FORMULAS = some.builds("{}{}cmd|' /C calc'!A0{}".format, BEFORE, SIGNS, some.text(max_size=5))
NUMBERS = some.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9).map(str)


def cells_of_csv(text):
    table = Table(["cell"], frozenset())
    written = b"".join(CSV.pieces(table, [{"cell": text}])).decode()
    return list(csv.reader(io.StringIO(written, newline="")))[-1]


def formulas_of(book):
    with zipfile.ZipFile(io.BytesIO(book)) as file:
        return re.findall(rb"<f[ >]|<hyperlink", file.read("xl/worksheets/sheet1.xml"))


@given(FORMULAS)
def test_csv_has_it_as_text(text):
    assert cells_of_csv(text) == [f"'{text}"]
    assert _safe([text]) == [f"'{text}"]


@given(NUMBERS)
def test_numbers_stay_numbers(text):
    assert harmless(text) == text
    assert cells_of_csv(text) == [text]


@given(FORMULAS.map(lambda text: re.sub("[\x00-\x1f\ud800-\udfff]", "", text)))
def test_workbooks_have_no_formula_and_no_link(text):
    assert formulas_of(b"".join(XLSX.pieces(Table(["cell"], frozenset()), [{"cell": text}]))) == []
    assert formulas_of(workbook({"rows": [[text]]})) == []


def test_lines_of_csv_are_written_in_one_place():
    files = {
        path for path in (ROOT / "procurement").rglob("*.py") if re.search(r"csv\.(Dict)?[wW]riter", path.read_text())
    }
    assert {path.relative_to(ROOT).as_posix() for path in files} == {"procurement/common/csv_lines.py"}
