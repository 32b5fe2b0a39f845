"""Reading the ECB's files of reference rates: a line per day, a column per currency, the base always the euro. Pure.

    Date,USD,JPY,BGN,CYP,
    2026-10-30,1.1172,175.68,N/A,N/A,

"N/A" says that no rate was published. Every line ends with a comma, which is no column. The ECB gives the history as a
zip archive with one CSV file in it, a day also as CSV ("30 October 2026, 1.1172, ..."), and both as XML
(referencexml.py).
"""

import csv
import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader, TextIOWrapper
from pathlib import Path
from typing import IO, Any
from zipfile import BadZipFile, ZipFile, is_zipfile

from procurement.common.errors import BadSource
from procurement.rates.referencequotes import CODE, BadCell, Days, Quote, quote_of
from procurement.rates.referencexml import quotes_in_xml

ABSENT = "N/A"
#: The most bytes that a file may unpack to: the whole history is some 8 MB of XML, or 3 of CSV.
MOST_BYTES = 64_000_000


def read_quotes(path: Path, today: dt.date) -> Iterator[Quote | BadCell]:
    """The rates of a file, in its order, and the cells that cannot be read; see quotes_in."""
    try:
        with path.open("rb") as opened:
            yield from quotes_in(opened, path.name, today)
    except OSError as error:
        raise BadSource(f"{path.name} cannot be read: {error}") from error


def quotes_in(opened: BufferedReader, name: str, today: dt.date) -> Iterator[Quote | BadCell]:
    """The rates of an open file, CSV or XML, zipped or not, in its order, and the cells that cannot be read.

    Streams, so that memory does not grow with the file. Raises BadSource when it is no such file, or not all of it.
    """
    try:
        with _plain(opened, name) as plain:
            is_xml = plain.peek(64).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")
            yield from quotes_in_xml(plain, name, today) if is_xml else _in_csv(plain, name, today)
    except (OSError, BadZipFile, NotImplementedError, RuntimeError, UnicodeDecodeError, csv.Error) as error:
        raise BadSource(f"{name} cannot be read: {error}") from error


@contextmanager
def _plain(opened: BufferedReader, name: str) -> Iterator[Any]:
    """The file, or the one in an archive."""
    if not is_zipfile(opened):
        _refuse_cut(opened, name)
        yield opened
        return
    with ZipFile(opened) as archive:
        found = [each for each in archive.infolist() if each.filename.endswith((".csv", ".xml"))]
        if len(found) != 1:
            raise BadSource(f"{name} holds {len(found)} CSV or XML files; an archive with one would be accepted")
        if found[0].file_size > MOST_BYTES:
            raise BadSource(f"{name} becomes larger than {MOST_BYTES} bytes when unpacked; it is no file of the ECB")
        with archive.open(found[0]) as plain:
            yield plain


def _refuse_cut(opened: BufferedReader, name: str) -> None:
    """Refuse a CSV that ends in the middle of a line: of a rate that was cut, nothing tells that digits are missing.

    XML has an end of its own, and an archive a sum.
    """
    size = opened.seek(0, os.SEEK_END)
    if size > MOST_BYTES:
        raise BadSource(f"{name} has more than {MOST_BYTES} bytes; it is no file of the ECB")
    opened.seek(0)
    head = opened.readline().strip()
    opened.seek(max(size - 64_000, 0))
    last = opened.read().split(b"\n")[-1].strip()
    opened.seek(0)
    is_whole = head.endswith(b",") and last.count(b",") >= head.count(b",")
    if last and not head.lstrip(b"\xef\xbb\xbf").startswith(b"<") and not is_whole and last != head:
        raise BadSource(f"{name} ends in the middle of a line; download it again")


def _in_csv(opened: IO[bytes], name: str, today: dt.date) -> Iterator[Quote | BadCell]:
    text = TextIOWrapper(opened, encoding="utf-8-sig", newline="")
    try:
        yield from _lines(csv.reader(text), name, today)
    finally:
        text.detach()  # whoever opened the file closes it


def _lines(lines: Iterator[list[str]], name: str, today: dt.date) -> Iterator[Quote | BadCell]:
    head = [cell.strip() for cell in next(lines, [])]
    columns = {index: code for index, code in enumerate(head) if index and code}
    if head[:1] != ["Date"] or not columns or len(set(columns.values())) < len(columns):
        raise BadSource(
            f"{name} does not begin with “Date” and a code for each column; it is no file of reference rates"
        )
    bad = {index: code for index, code in columns.items() if not CODE.fullmatch(code)}
    yield from (BadCell(1, code, code, "is not a currency's code; its column is left out") for code in bad.values())
    sound = {index: code for index, code in columns.items() if index not in bad}
    days = Days(today)
    for number, cells in enumerate(lines, start=2):
        if any(cell.strip() for cell in cells):
            yield from _line(number, cells, sound, days)


def _line(number: int, cells: list[str], columns: dict[int, str], days: Days) -> Iterator[Quote | BadCell]:
    try:
        day = days.read(cells[0].strip())
    except ValueError as error:
        yield BadCell(number, "Date", cells[0], str(error))
        return
    for index, code in columns.items():
        text = cells[index].strip() if index < len(cells) else ""
        if text != ABSENT:
            yield quote_of(number, code, text, day)
