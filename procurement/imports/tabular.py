"""The lines of a table, whatever it is stored in: CSV and its kin, packed or not, and sheets of a workbook. Pure."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath

from procurement.imports.delimited import DELIMITER, records
from procurement.imports.encodings import ENCODING
from procurement.imports.format import File
from procurement.imports.packed import CannotUnpack, Chunks, member_bytes, members, plain_bytes, unzipped
from procurement.imports.rows import BadFile

#: The suffixes of tables as text, of packed ones, and of workbooks.
TEXTS = (".csv", ".tsv", ".tab", ".txt")
PACKED = (".csv.gz", ".tsv.gz", ".txt.gz", ".zip")
SUFFIXES = (*TEXTS, *PACKED)
#: Options of every format that reads its lines here.
OPTIONS = (ENCODING, DELIMITER)

ACCEPTED = "a table as CSV, TSV, .gz or .zip of these would be accepted"
#: What a file begins with that is no table as text, whatever its name says.
_OTHERS = (
    (b"PK\x03\x04", "a zip archive or a workbook (.zip, .xlsx, .ods)"),
    (b"\xd0\xcf\x11\xe0", "a workbook (.xls), or one with a password"),
    (b"\x1f\x8b", "gzip (.gz)"),
    (b"%PDF", "PDF"),
    (b"<", "HTML or XML"),
    (b"{", "JSON"),
    (b"[", "JSON"),
)


@dataclass(frozen=True)
class Line:
    """One line: its number in the file, its cells, and the sheet or the file of an archive that it stands in."""

    number: int
    cells: tuple[str, ...]
    sheet: str = ""


def lines(file: File, *, encoding: str = "", delimiter: str = "") -> Iterator[Line]:
    """The lines of a table that are not blank, headings included; one is in memory at a time.

    `encoding` and `delimiter` are choices of OPTIONS; empty where the file is to tell. Raises BadFile.
    """
    name = file.name.lower()
    if name.endswith(".zip"):
        yield from _in_archive(file, encoding, delimiter)
    else:
        chunks = partial(_unzipped, file) if name.endswith(".gz") else partial(plain_bytes, file)
        yield from _of_text(chunks, "", encoding, delimiter)


def _unzipped(file: File) -> Iterator[bytes]:
    return unzipped(plain_bytes(file))


def _of_text(chunks: Chunks, sheet: str, encoding: str, delimiter: str) -> Iterator[Line]:
    _refuse_others(chunks)
    for number, cells in records(chunks, encoding=encoding, delimiter=delimiter):
        yield Line(number, cells, sheet)


def _refuse_others(chunks: Chunks) -> None:
    try:
        head = next(chunks(), b"").removeprefix(b"\xef\xbb\xbf").lstrip()
    except CannotUnpack as error:
        raise BadFile(1, str(error)) from error
    for begins, what in _OTHERS:
        if head.startswith(begins):
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
        tables = [each for each in found if PurePosixPath(each.filename.lower()).suffix in TEXTS]
        if not tables:
            names = ", ".join(each.filename for each in found[:5]) or "nothing"
            raise BadFile(1, f"holds no table, but {names}; {ACCEPTED}; archives within archives are not read")
        for each in tables:
            with _named(each.filename):
                yield from _of_text(partial(member_bytes, archive, each), each.filename, encoding, delimiter)


@contextmanager
def _named(member: str) -> Iterator[None]:
    """Name the file of an archive in what is said of it."""
    try:
        yield
    except BadFile as error:
        raise BadFile(error.line, f"holds {member}, which {error}") from error
