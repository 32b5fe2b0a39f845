"""Reading the ECB's file of reference rates: a line per day, a column per currency, the base always the euro. Pure.

    Date,USD,JPY,BGN,CYP,
    2026-10-30,1.1172,175.68,N/A,N/A,

"N/A" says that no rate was published. Every line ends with a comma, which is no column. The ECB gives the file as a zip
archive with one CSV file in it.
"""

import csv
import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from io import TextIOWrapper
from pathlib import Path
from typing import IO, NamedTuple
from zipfile import BadZipFile, ZipFile, is_zipfile

from procurement.common.errors import BadSource
from procurement.common.reading_dates import NOT_A_DAY, day_or_none

ABSENT = "N/A"
CODE = re.compile("[A-Z]{3}", re.ASCII)
#: What NUMERIC(24, 12) holds.
RATE = re.compile(r"\d{1,12}(\.\d{1,12})?", re.ASCII)


class Quote(NamedTuple):
    """One euro was worth so many units of a currency on a day."""

    currency: str
    on: dt.date
    rate: Decimal


@dataclass(frozen=True)
class BadCell:
    """A cell that cannot be read; the rest of its line is used."""

    line: int
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.column} “{self.value[:40]}”: {self.reason}"


def read_quotes(path: Path, today: dt.date) -> Iterator[Quote | BadCell]:
    """The rates of a file, zipped or not, in its order, and the cells that cannot be read.

    Streams, so that memory does not grow with the file. Raises BadSource when it is no such file.
    """
    try:
        with _opened(path) as stream:
            yield from _lines(csv.reader(stream), path.name, today)
    except (OSError, BadZipFile, UnicodeDecodeError, csv.Error) as error:
        raise BadSource(f"{path.name} cannot be read: {error}") from error


@contextmanager
def _opened(path: Path) -> Iterator[IO[str]]:
    if not is_zipfile(path):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            yield stream
        return
    with ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.endswith(".csv")]
        if len(names) != 1:
            raise BadSource(f"{path.name} holds {len(names)} CSV files; an archive with one would be accepted")
        with archive.open(names[0]) as raw:
            yield TextIOWrapper(raw, encoding="utf-8-sig", newline="")


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
    seen: set[dt.date] = set()
    for number, cells in enumerate(lines, start=2):
        if any(cell.strip() for cell in cells):
            yield from _line(number, cells, sound, _Days(today, seen))


@dataclass(frozen=True)
class _Days:
    today: dt.date
    seen: set[dt.date]

    def read(self, text: str) -> dt.date:
        """The day of a line, once. Raises ValueError."""
        day = day_or_none(text)
        if day is None:
            raise ValueError(NOT_A_DAY)
        if day > self.today:
            raise ValueError("lies in the future; no rate can have been published for it")
        if day in self.seen:
            raise ValueError("has a line already; the first one is taken")
        self.seen.add(day)
        return day


def _line(number: int, cells: list[str], columns: dict[int, str], days: _Days) -> Iterator[Quote | BadCell]:
    try:
        day = days.read(cells[0].strip())
    except ValueError as error:
        yield BadCell(number, "Date", cells[0], str(error))
        return
    for index, code in columns.items():
        text = cells[index].strip() if index < len(cells) else ""
        if text != ABSENT:
            yield _cell(number, code, text, day)


def _cell(number: int, code: str, text: str, day: dt.date) -> Quote | BadCell:
    if not RATE.fullmatch(text):
        return BadCell(number, code, text, f"is not a rate; 120.73 or {ABSENT} would be accepted")
    rate = Decimal(text)
    return Quote(code, day, rate) if rate else BadCell(number, code, text, "is zero; a rate is above zero")
