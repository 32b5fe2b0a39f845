"""Rows made of cells, and the lines of texts, without a database."""

import datetime as dt
import string
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.imports import format as formats
from procurement.imports.account import REFUSED, TAKEN, UNCHANGED, Account
from procurement.imports.format import File, text_lines
from procurement.imports.reading import Reading
from procurement.imports.rows import BadFile, Given, Ref, Row

SOURCE = Ref("documents", "export")


def entry(reading: Reading, **cells: Given | Ref) -> Row:
    """A ledger entry of contract A1, with a source."""
    reading.row(Ref("ledger_entries", "V-1", within="A1"), {"source": SOURCE} | cells, line=7, record="6")
    return reading.rows[-1]


def test_cells_are_typed_by_our_fields_and_keep_their_own_names():
    row = entry(Reading("a.csv"), amount=Given("金額", "1500", 7))
    assert (row.values["amount"], row.given["amount"].name, row.refs["contract"]) == (
        1500,
        "金額",
        Ref("contracts", "A1"),
    )
    assert (row.sound, row.place, row.record) == (True, "a.csv:7", "6")


def test_a_cell_in_the_notation_of_the_file_is_read_by_what_it_means_and_refused_as_it_stands():
    reading = Reading("a.csv")
    assert entry(reading, effective_on=Given("日付", "R2.6.25", 7, plain="2020-06-25")).values == {
        "effective_on": dt.date(2020, 6, 25)
    }
    assert not entry(reading, effective_on=Given("日付", "R2.13.1", 7, plain="2020-13-01")).sound
    assert str(reading.issues[0]).startswith(
        "a.csv:7: ledger_entries “V-1” 日付 “R2.13.1”: is not a day of the years 1800 to 2999"
    )


def test_an_empty_cell_says_nothing():
    assert entry(Reading("a.csv"), amount=Given("Amount", "  ", 7)).values == {}


def test_a_row_without_what_every_row_has_is_not_sound():
    reading = Reading("a.csv")
    reading.row(Ref("ledger_entries", "", within="A1"), {}, line=3)
    assert [issue.field for issue in reading.issues] == ["key", "source"]


def test_what_many_records_name_is_one_row_of_a_portion():
    reading = Reading("a.csv")
    for line in (1, 2):
        reading.row(Ref("organizations", "mod"), {"name": Given("Buyer", "MOD", line)}, line=line)
    assert [len(reading.portion().rows), len(reading.portion().rows)] == [1, 0]


def test_identifiers_are_written_with_their_schemes():
    reading = Reading("a.csv")
    reading.row(Ref("organizations", "m"), {"identifiers": Given("Id", "LEI:X1; CAGE: 1ABC2", 1)}, line=1)
    assert reading.rows[0].values["identifiers"] == (("LEI", "X1"), ("CAGE", "1ABC2"))
    reading.row(Ref("organizations", "n"), {"identifiers": Given("Id", "X1", 2)}, line=2)
    assert "'LEI:5493001KJTIIGC8Y1R12; CAGE:1ABC2' would be accepted" in reading.issues[0].reason


def lines(content: bytes, encoding: str = "utf-8-sig") -> list[str]:
    return list(text_lines(File("a.txt", lambda: BytesIO(content)), encoding))


def test_lines_keep_their_ends_and_lose_the_mark_of_the_first():
    assert lines(b"\xef\xbb\xbfa\r\n\xef\xbb\xbfb\nc") == ["a\r\n", "\ufeffb\n", "c"]


def test_a_byte_that_is_no_letter_is_told_with_its_line():
    with pytest.raises(BadFile, match="is not CP932 text: byte 2 of the line") as bad:
        lines("防衛省\n".encode("cp932") + b"ab\x81", "cp932")
    assert bad.value.line == 2


def test_a_line_without_an_end_does_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(formats, "LONGEST_LINE", 10)
    with pytest.raises(BadFile, match="is longer than"):
        lines(b"short\n" + b"x" * 50)


ROWS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(string.digits), st.sampled_from([TAKEN, UNCHANGED, REFUSED]))
)


@given(ROWS)
def test_an_account_adds_up(noted):
    account = Account()
    for table, record, outcome in noted:
        account.read[table] += 1
        account.note(Row(Ref(table, "k"), "f", 1, "", record=record), outcome)
    account.close_portion()
    worst = {record: max(o for _, r, o in ranked(noted) if r == record) for _, record, _ in noted}
    assert account.adds_up
    assert account.records.total() == len(worst)
    assert account.records[REFUSED] == sum(rank == 2 for rank in worst.values())


def ranked(noted):
    order = {UNCHANGED: 0, TAKEN: 1, REFUSED: 2}
    return [(table, record, order[outcome]) for table, record, outcome in noted]


def test_a_remark_leaves_its_row_sound_and_goes_with_its_portion():
    reading = Reading("a.csv")
    reading.remark("unit price", 7, "ledger_entries “V-1”", "0 is a unit price here", cell=Given("金額", "0", 7))
    assert entry(reading, amount=Given("金額", "0", 7)).sound
    found = reading.portion()
    assert [(each.kind, str(each)) for each in found.remarks] == [
        ("unit price", "a.csv:7: ledger_entries “V-1” 金額 “0”: 0 is a unit price here")
    ]
    assert reading.portion().remarks == ()
