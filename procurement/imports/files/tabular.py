"""The lines of a table, whatever it is stored in: CSV and its kin, packed or not, and sheets of a workbook. Pure."""

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from tempfile import TemporaryFile
from typing import BinaryIO

from procurement.imports.files.delimited import DELIMITER, records
from procurement.imports.files.encodings import ENCODING, Doubtful, encoding_of
from procurement.imports.files.packed import (
    GZIP,
    IN_GZIP,
    IN_ZIP,
    CannotUnpack,
    Chunks,
    begun,
    member_bytes,
    members,
    plain_bytes,
    unzipped,
)
from procurement.imports.files.workbooks import WORKBOOKS, sheet_rows
from procurement.imports.format import HEAD, File
from procurement.imports.rows import BadFile

#: The suffixes of tables as text, of packed ones, and of workbooks. A .txt is mostly a note to people.
TEXTS = (".csv", ".tsv", ".tab")
PACKED = (".csv.gz", ".tsv.gz", ".zip")
SUFFIXES = (*TEXTS, *PACKED, *WORKBOOKS)
#: Options of every format that reads its lines here.
OPTIONS = (ENCODING, DELIMITER)

ACCEPTED = "a table as CSV, as a workbook (.xlsx, .xls, .ods), or in a .zip or .gz would be accepted"
#: What a file begins with that is no table as text, whatever its name says.
_OTHERS = (
    (re.compile(rb"PK\x03\x04"), "a zip archive or a workbook (.zip, .xlsx, .ods)"),
    (re.compile(rb"\xd0\xcf\x11\xe0"), "a workbook (.xls), or one with a password"),
    (re.compile(re.escape(GZIP)), "gzip (.gz)"),
    (re.compile(rb"%PDF-"), "PDF"),
    (re.compile(rb"<[!?A-Za-z]"), "HTML or XML"),
    (re.compile(rb'\{\s*["}]|\[\s*[{\]]'), "JSON"),
)


@dataclass(frozen=True)
class Line:
    """One line: its number, its cells, and its sheet (契約) or its file in an archive (a.csv, b.xlsx/契約)."""

    number: int
    cells: tuple[str, ...]
    sheet: str = ""


def record_of(line: Line) -> str:
    """The name of the record that a line is."""
    return f"{line.sheet}:{line.number}" if line.sheet else str(line.number)


def lines(file: File, *, encoding: str = "", delimiter: str = "") -> Iterator[Line]:
    """The lines of a table that are not blank, headings included; one is in memory at a time.

    `encoding` and `delimiter` are choices of OPTIONS; empty where the file is to tell. Raises BadFile.
    """
    name = file.name.lower()
    if name.endswith(".zip"):
        yield from _in_archive(file, encoding, delimiter)
    elif name.endswith(WORKBOOKS):
        with file.open() as opened:
            yield from _of_workbook(opened)
    else:
        chunks = partial(_unzipped, file) if name.endswith(".gz") else partial(plain_bytes, file)
        yield from _of_text(chunks, "", encoding, delimiter)


def beginning(head: bytes) -> str:
    """The first line of a table as text, from the first bytes of a file, packed or not; empty where they do not tell.

    For `recognises`: of an archive, that of its first file.
    """
    if head.startswith(GZIP):
        head = begun(head, IN_GZIP, HEAD)
    elif head.startswith(b"PK\x03\x04") and len(head) > 30:
        packed = int.from_bytes(head[8:10], "little")
        begin = 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
        head = begun(head[begin:], IN_ZIP, HEAD) if packed == zipfile.ZIP_DEFLATED else head[begin:]
    first = head[:HEAD].splitlines()[0] if head.strip() else b""
    with suppress(Doubtful, UnicodeDecodeError):
        return first.decode(encoding_of(lambda: iter([first])))
    return ""


def _unzipped(file: File) -> Iterator[bytes]:
    return unzipped(plain_bytes(file))


def _of_text(chunks: Chunks, sheet: str, encoding: str, delimiter: str) -> Iterator[Line]:
    _refuse_others(chunks)
    for number, cells in records(chunks, encoding=encoding, delimiter=delimiter):
        yield Line(number, cells, sheet)


def _of_workbook(opened: BinaryIO, before: str = "") -> Iterator[Line]:
    for sheet, number, cells in sheet_rows(opened):
        yield Line(number, cells, before + sheet)


def _refuse_others(chunks: Chunks) -> None:
    try:
        head = next(chunks(), b"").removeprefix(b"\xef\xbb\xbf").lstrip()
    except CannotUnpack as error:
        raise BadFile(1, str(error)) from error
    for begins, what in _OTHERS:
        if begins.match(head):
            raise BadFile(1, f"holds {what} and not what its name says; {ACCEPTED}")


def _in_archive(file: File, encoding: str, delimiter: str) -> Iterator[Line]:
    """The tables in an archive, one after another."""
    with file.open() as opened:
        try:
            archive = zipfile.ZipFile(opened)
            found = members(archive)
        except CannotUnpack as error:
            raise BadFile(1, str(error)) from error
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            raise BadFile(1, f"is no zip archive, or only the beginning of one; {ACCEPTED}") from error
        tables = [each for each in found if each.filename.lower().endswith((*TEXTS, *WORKBOOKS))]
        if not tables:
            names = ", ".join(each.filename for each in found[:5]) or "nothing"
            raise BadFile(1, f"holds no table, but {names}; {ACCEPTED}; archives within archives are not read")
        for each in tables:
            with _named(each.filename):
                yield from _member(archive, each, encoding, delimiter)


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, encoding: str, delimiter: str) -> Iterator[Line]:
    """The lines of one table in an archive; a workbook is unpacked beside it, because it is not read from its start."""
    if not member.filename.lower().endswith(WORKBOOKS):
        yield from _of_text(partial(member_bytes, archive, member), member.filename, encoding, delimiter)
        return
    with TemporaryFile() as unpacked:
        try:
            unpacked.writelines(member_bytes(archive, member))
        except CannotUnpack as error:
            raise BadFile(1, str(error)) from error
        unpacked.seek(0)
        yield from _of_workbook(unpacked, f"{member.filename}/")


@contextmanager
def _named(member: str) -> Iterator[None]:
    """Name the file of an archive in what is said of it."""
    try:
        yield
    except BadFile as error:
        raise BadFile(error.line, f"holds {member}, which {error}") from error
