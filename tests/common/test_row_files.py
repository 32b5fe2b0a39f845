"""Rows as CSV, JSON Lines and workbooks."""

import csv
import datetime as dt
import io
import json

import pytest

from procurement.common.csv_lines import MARK, harmless
from procurement.common.row_files import CSV, DOWNLOADS, JSONL, MARKED_CSV, XLSX, Table
from tests.sheets_read import sheets

ROW = {
    "id": 1,
    "amount": "34955000000.00",
    "reference": "0012",
    "note": "＝1+1",
    "on": dt.date(2020, 6, 25),
    "at": dt.datetime(2020, 6, 25, 9, 0, 0, 123456, tzinfo=dt.UTC),
    "open": False,
    "parties": [{"name": "Maker"}],
    "unknown": None,
}
TABLE = Table(list(ROW), frozenset({"amount"}), "contracts", {"address": "/contracts/"})


def written(form, *rows, table=TABLE):
    return b"".join(form.pieces(table, rows))


def test_csv_has_every_kind_of_value():
    (row,) = csv.DictReader(io.StringIO(written(CSV, ROW).decode()))
    assert row == {
        "id": "1", "amount": "34955000000.00", "reference": "0012", "note": "'＝1+1", "on": "2020-06-25",
        "at": "2020-06-25T09:00:00.123456Z", "open": "false", "parties": '[{"name":"Maker"}]', "unknown": "",
    }  # fmt: skip


def test_json_lines_are_as_they_are_answered():
    assert json.loads(written(JSONL, ROW)) == ROW | {"on": "2020-06-25", "at": "2020-06-25T09:00:00.123456Z"}


def test_a_workbook_has_numbers_and_days_where_csv_has_their_text():
    found = sheets(written(XLSX, ROW))
    head, row = found["contracts"]
    assert head == list(ROW)
    assert row == [
        1.0, 34955000000.0, "0012", "＝1+1", dt.date(2020, 6, 25), "2020-06-25T09:00:00.123456Z", False,
        '[{"name":"Maker"}]', "",
    ]  # fmt: skip
    assert found["about"][:2] == [["address", "/contracts/"], ["rows", 1.0]]


def test_only_what_people_download_has_the_mark():
    assert written(MARKED_CSV, ROW) == MARK + written(CSV, ROW)
    assert DOWNLOADS["csv"] is MARKED_CSV


def test_text_in_a_column_of_numbers_that_is_none_stays_text():
    table = Table(["amount"], frozenset({"amount"}))
    cells = [
        line[0]
        for line in sheets(written(XLSX, *({"amount": text} for text in ("1.50", "=1", "１")), table=table))["rows"]
    ]
    assert cells == ["amount", 1.5, "=1", "１"]


@pytest.mark.parametrize(
    "text",
    ["=1", "+1+1", "-1+1", "@x", "＝1", "＋a", "－a", "＠x", "﹦1", "﹢x", "\t=1", "\r=1", "\n=1"]
    + [
        f"{before}{sign}1"
        for before in (" ", '"', "'", "\u200b", "\ufeff", "\u00a0", "\u3000 \u2060", "“", "\x00")
        for sign in "=@＝＋－＠"
    ]
    + ["\N{MINUS SIGN}1", "-²"],
)
def test_a_formula_of_any_width_is_text(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "1", "-5.00", "+5", "a=1", "護衛艦", "（株）", "２０"])
def test_other_text_is_as_it_was(text):
    assert harmless(text) == text


@pytest.mark.parametrize("form", [CSV, JSONL, XLSX])
def test_a_fault_in_the_rows_is_not_hidden(form):
    def rows():
        yield ROW
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        list(form.pieces(TABLE, rows()))


@pytest.mark.parametrize("form", [CSV, JSONL])
def test_lines_are_sent_in_pieces_of_some_size(form):
    pieces = list(form.pieces(TABLE, [ROW] * 5_000))
    assert 5 < len(pieces) < 50
