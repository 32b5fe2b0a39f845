"""Tables as text, packed or not: what is read of them, and what is said of those that cannot be read."""

import gzip
import zipfile
from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.imports.files import delimited, packed
from procurement.imports.files.tabular import Line, beginning, lines
from procurement.imports.format import File
from procurement.imports.rows import BadFile


def table(content: bytes | str, name: str = "a.csv", **choices: str) -> list[Line]:
    held = content.encode() if isinstance(content, str) else content
    return list(lines(File(name, lambda: BytesIO(held)), **choices))


def cells(content: bytes | str, name: str = "a.csv", **choices: str) -> list[tuple[str, ...]]:
    return [line.cells for line in table(content, name, **choices)]


def refusal(content: bytes | str, name: str = "a.csv", **choices: str) -> str:
    with pytest.raises(BadFile) as error:
        table(content, name, **choices)
    return f"{error.value.line}: {error.value}"


def archive(**files: bytes | str) -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in files.items():
            written.writestr(name.replace("_", "."), content)
    return held.getvalue()


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_heading_tells_what_separates_cells(sign):
    assert cells(f"Name{sign}Amount\nA; B, C{sign}1\n", delimiter="")[0] == ("Name", "Amount")


def test_a_heading_that_may_be_cut_in_two_ways_is_refused():
    assert "1: may be separated by" in refusal("a;b,c\n1;2,3")
    assert cells("a;b,c\n1;2,3", delimiter="semicolon") == [("a", "b,c"), ("1", "2,3")]


def test_a_delimiter_that_makes_many_more_cells_is_clear():
    assert cells("Title; in full,b,c,d,e,f\n")[0][0] == "Title; in full"


def test_excel_may_name_the_delimiter_first():
    assert table("sep=;\na;b,c\n1;2") == [Line(2, ("a", "b,c")), Line(3, ("1", "2"))]


def test_a_title_above_the_headings_does_not_hide_the_delimiter():
    assert cells("Contracts of 2020\n\na\tb\n") == [("Contracts of 2020",), ("a", "b")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_they_like_and_cells_may_hold_them(end):
    text = f'"Head{end}ing",b{end}{end}1,"x{end}{end}y"{end}3,4'
    assert table(text) == [Line(1, ("Head\ning", "b")), Line(4, ("1", "x\n\ny")), Line(7, ("3", "4"))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932"])
def test_japanese_is_told_by_its_bytes(encoding):
    text = "契約の名称,相手方\n～髙﨑①護衛艦,ミツビシ"  # of these, Shift_JIS has ～髙﨑① only as Windows writes it
    assert cells(text.encode(encoding)) == [tuple(each.split(",")) for each in text.split("\n")]


@pytest.mark.parametrize(
    "text", ["nom,x\nSociété Générale du Québec,1", "a,b\nit’s “50 €”,2", "Straße,x\nMüller & Söhne,1"]
)
def test_windows_latin_is_no_japanese(text):
    assert cells(text.encode("cp1252")) == [tuple(each.split(",")) for each in text.split("\n")]


def test_bytes_that_do_not_say_their_encoding_are_refused_with_those_that_could_be_chosen():
    held = "имя,x\nМинистерство обороны,1".encode("cp1251")
    assert "encoding=cp932" in refusal(held)
    assert cells(held, encoding="latin-1")[1][1] == "1"


def test_utf_16_without_a_mark_is_no_text_unless_chosen():
    held = "a,b\n1,2".encode("utf-16-le")
    assert "encoding=utf-16-le" in refusal(held)
    assert cells(held, encoding="utf-16-le") == [("a", "b"), ("1", "2")]


def test_a_long_ascii_beginning_does_not_decide():
    held = b"a,b\n" + b"1,2\n" * 40_000 + "Québec,3\n".encode("cp1252")
    assert cells(held)[-1] == ("Québec", "3")


def test_where_a_text_stops_being_what_it_was_is_told_with_the_line_and_the_option():
    said = refusal("a,é\n".encode() * 20_000 + "護,1\n".encode() + b"Qu\xe9bec,2\nb,3\n")
    assert said.startswith("20002: is no longer UTF-8 text (byte 0xE9)")
    assert "encoding=cp1252" in said


def test_the_lines_before_a_wrong_byte_are_read():
    found = lines(File("a.csv", lambda: BytesIO("é,1\n".encode() * 20_000 + b"\xff\n")))
    assert [next(found).number for _ in range(20_000)][-1] == 20_000
    with pytest.raises(BadFile):
        next(found)


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n \r\n"])
def test_an_empty_file_is_refused(content):
    assert refusal(content).startswith("1: is empty; a table with a line of headings would be accepted")


def test_a_line_without_end_is_not_kept_in_memory(monkeypatch):
    monkeypatch.setattr(delimited, "LONGEST_LINE", 1000)
    assert "a quotation mark not closed?" in refusal(b"a,b\n1,2\n" + b"x" * 2000)
    assert "a quotation mark not closed?" in refusal(b"x" * 2000)
    assert "is longer than" in refusal('a,b\n"' + '\n","' * 2000)


def test_half_a_download_that_ends_within_quotes_is_refused_and_the_rest_stands():
    found = lines(File("a.csv", lambda: BytesIO(b'a,b\n1,2\n3,"4 and')))
    assert [next(found).cells, next(found).cells] == [("a", "b"), ("1", "2")]
    with pytest.raises(BadFile, match="ends within quotation marks"):
        next(found)


@pytest.mark.parametrize(
    ("content", "what"),
    [(b"PK\x03\x04 ", "workbook"), (b"%PDF-1.4", "PDF"), (b"<html><table>", "HTML"), (b'{"a": 1}', "JSON")],
)
def test_other_content_than_the_name_says_is_named(content, what):
    said = refusal(content)
    assert what in said
    assert "would be accepted" in said


@pytest.mark.parametrize("heading", ["[公表],b", "{a},b", "<5 t,b"])
def test_headings_may_begin_with_brackets(heading):
    assert cells(f"{heading}\n")[0][1] == "b"


def test_gzip_is_read_in_all_its_parts():
    packed_once = gzip.compress(b"a,b\n1,2\n")
    assert cells(packed_once * 2, "a.csv.gz") == [("a", "b"), ("1", "2")] * 2


@pytest.mark.parametrize("end", [-1, -8, 12])
def test_half_of_a_gzip_is_refused(end):
    assert "download the file again" in refusal(gzip.compress(b"a,b\n1,2\n")[:end], "a.csv.gz")


def test_what_is_no_gzip_is_refused():
    assert "is not gzip" in refusal(b"a,b\n1,2\n", "a.csv.gz")


def test_an_archive_gives_its_tables_one_after_another_with_their_names():
    held = archive(a_csv="a,b\n1,2\n", readme_pdf="x", b_tsv="c\td\n")
    assert table(held, "all.zip") == [
        Line(1, ("a", "b"), "a.csv"),
        Line(2, ("1", "2"), "a.csv"),
        Line(1, ("c", "d"), "b.tsv"),
    ]


def test_what_is_wrong_with_a_table_in_an_archive_names_it():
    assert refusal(archive(a_csv="a,b\n", b_csv=""), "all.zip").startswith("1: holds b.csv, which is empty")


@pytest.mark.parametrize("held", [archive(), archive(x_pdf="x"), archive(in_zip=archive(a_csv="a,b"))])
def test_an_archive_without_a_table_is_refused_as_are_archives_within_it(held):
    assert "archives within archives are not read" in refusal(held, "all.zip")
    assert "no zip archive" in refusal(held[:-10], "all.zip")


def test_damage_within_an_archive_is_told():
    held = bytearray(archive(a_csv="a,b\n" + "1,2\n" * 100))
    held[40] ^= 0xFF
    assert "is damaged" in refusal(bytes(held), "all.zip")


def test_bombs_are_refused(monkeypatch):
    monkeypatch.setattr(packed, "SMALL", 1000)
    bomb = b"0,0\n" * 1_000_000
    assert "250 times the packed size" in refusal(gzip.compress(bomb), "a.csv.gz")
    assert "250 times the packed size" in refusal(archive(a_csv=bomb), "a.zip")
    monkeypatch.setattr(packed, "MOST_MEMBERS", 1)
    assert "at most 1 would be accepted" in refusal(archive(a_csv="", b_csv=""), "a.zip")


def test_a_file_that_grows_while_it_is_read_ends_where_it_ended(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n" * 50_000)
    found = lines(File.at(path))
    read = [next(found)]
    with path.open("ab") as more:
        more.write(b"c,d\n" * 1000)
    read += found
    assert len(read) == 50_000


@pytest.mark.parametrize(
    "head",
    [
        "契約,b\n1".encode(),
        "契約,b\r\n1".encode("utf-8-sig"),
        "契約,b\n1".encode("cp932"),
        gzip.compress("契約,b\n1".encode(), mtime=0)[:-4],
        archive(a_csv="契約,b\n" + "1,2\n" * 999)[:200],
    ],
    ids=["UTF-8", "UTF-8 with BOM", "cp932", "gzip", "zip"],
)
def test_the_first_line_is_seen_in_the_first_bytes_packed_or_not(head):
    assert beginning(head).removeprefix("\ufeff") == "契約,b"


@given(st.binary(max_size=60), st.sampled_from([b"", b"PK\x03\x04" + bytes(26), b"\x1f\x8b\x08"]))
def test_bytes_of_any_kind_have_some_beginning_or_none(rest, start):
    assert isinstance(beginning(start + rest), str)


@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.csv.gz", "a.zip", "a.tsv"]))
def test_whatever_the_bytes_only_lines_and_refusals_come_out(content, name):
    with suppress(BadFile):
        table(content, name)
