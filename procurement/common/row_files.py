"""Rows as files: CSV, JSON Lines and workbooks, which take no more memory for many rows than for few. Pure.

CSV and JSON Lines are given out piece by piece while the rows are read; a workbook when it is whole. A fault in the
rows ends the writing with that fault, before anything is given out that would make the file look whole.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any

from procurement.common.csv_lines import MARK, harmless, line
from procurement.common.json_text import as_json
from procurement.common.workbooks import MEDIA_TYPE, Cell, Sheet, streamed

Row = Mapping[str, Any]

#: CSV and JSON Lines are given out in pieces of at least so many bytes.
PIECE = 65_536

#: How a number is written in a column of numbers; anything else there stays text.
NUMBER = re.compile(r"-?\d{1,40}(\.\d{1,20})?", re.ASCII)


@dataclass(frozen=True)
class Table:
    """The columns of a file in their order, and those in which text is a number."""

    columns: Sequence[str]
    numbers: frozenset[str] = frozenset()
    #: of a workbook: the name of its sheet, and the lines of its last sheet besides the number of rows
    name: str = "rows"
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RowFormat:
    """A format of files of rows."""

    name: str
    media_type: str
    pieces: Callable[[Table, Iterable[Row]], Iterator[bytes]]

    @property
    def content_type(self) -> str:
        """The header: text is in UTF-8."""
        return self.media_type if self.media_type == MEDIA_TYPE else f"{self.media_type}; charset=utf-8"


# CSV and JSON Lines


def csv_pieces(table: Table, rows: Iterable[Row], *, mark: bool = False) -> Iterator[bytes]:
    """A header and a line for each row; what is nested is JSON. With `mark`, a spreadsheet reads it as UTF-8."""
    return _gathered(_csv_lines(table, rows), MARK if mark else b"")


def _csv_lines(table: Table, rows: Iterable[Row]) -> Iterator[bytes]:
    yield line(table.columns)
    for row in rows:
        yield line([csv_cell(row.get(name)) for name in table.columns])


def csv_cell(value: Any) -> str:
    """A value as CSV has it: unknown is empty, and no text is a formula."""
    if value is None:
        return ""
    return harmless(value) if isinstance(value, str) else _plain(value)


def json_line(row: Row) -> bytes:
    """A row as a line of JSON Lines."""
    return as_json(row) + b"\n"


def json_lines(_table: Table, rows: Iterable[Row]) -> Iterator[bytes]:
    """One JSON object per line."""
    return _gathered(map(json_line, rows))


def _gathered(lines: Iterable[bytes], first: bytes = b"") -> Iterator[bytes]:
    """Lines in pieces of some size, because each piece is sent by itself."""
    held, size = [first], len(first)
    for each in lines:
        held.append(each)
        size += len(each)
        if size >= PIECE:
            yield b"".join(held)
            held, size = [], 0
    if size:
        yield b"".join(held)


# workbooks


def workbook_pieces(table: Table, rows: Iterable[Row]) -> Iterator[bytes]:
    """A workbook: the rows, in as many sheets as they take, and a last sheet that says what they are and how many."""
    counted = _Counted(rows)
    cells = ([_workbook_cell(row.get(name), name in table.numbers) for name in table.columns] for row in counted)
    return streamed(Sheet(table.name, table.columns, cells), Sheet("about", (), _about(table, counted)))


class _Counted:
    """Rows that are counted as they are read."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows, self.number = rows, 0

    def __iter__(self) -> Iterator[Row]:
        for row in self.rows:
            self.number += 1
            yield row


def _about(table: Table, counted: _Counted) -> Iterator[list[Cell]]:
    """Read after the rows, so that their number is known."""
    for name, value in table.about.items():
        yield [name, value]
    yield ["rows", counted.number]
    yield ["sheets", "rows that one sheet does not hold go on in further ones, whose names end in a number"]


def _workbook_cell(value: Any, is_number: bool) -> Cell:  # noqa: FBT001  one call, for each cell
    if isinstance(value, str):
        return Decimal(value) if is_number and NUMBER.fullmatch(value) else value
    if value is None or isinstance(value, bool | int | Decimal):
        return value
    return value if isinstance(value, dt.date) and not isinstance(value, dt.datetime) else _plain(value)


def _plain(value: Any) -> str:
    """A value that is no text as JSON writes it, without quotation marks around a day or a moment."""
    return as_json(value).decode().strip('"')


CSV = RowFormat("csv", "text/csv", csv_pieces)
#: CSV as people download it.
MARKED_CSV = RowFormat("csv", "text/csv", partial(csv_pieces, mark=True))
XLSX = RowFormat("xlsx", MEDIA_TYPE, workbook_pieces)
JSONL = RowFormat("jsonl", "application/jsonl", json_lines)
#: The formats of links on pages, by the ends of their files' names; CSV has the mark by which spreadsheets know UTF-8.
DOWNLOADS: Mapping[str, RowFormat] = {each.name: each for each in (MARKED_CSV, XLSX, JSONL)}
