"""Workbooks (.xlsx), written by XlsxWriter to a temporary folder: a million rows take no more memory than one. Pure."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from procurement.common.disk import pieces_of

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: The most rows of a sheet of Excel. A further sheet also begins before a part of the zip file becomes too large
#: for readers without ZIP64; a cell takes so many characters besides its text.
MOST_ROWS, MOST_CHARACTERS, OF_A_CELL = 1_048_576, 600_000_000, 60
#: The longest text of a cell, in units of UTF-16, and the note at the end of a text that was cut.
LONGEST_TEXT, CUT = 32_767, " [cut: a cell of Excel holds no more]"
#: Excel calculates with this many digits of a number, and would lose the others.
DIGITS = 15
#: Excel takes 1900 for a leap year: earlier days are text.
FIRST_DAY = dt.date(1900, 3, 1)
#: The same rows make the same file, so it does not say when it was made.
CREATED = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)

Cell = None | bool | int | Decimal | dt.date | str


@dataclass(frozen=True)
class Sheet:
    """A table: its name, its head, which may be empty, and its rows."""

    name: str
    head: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def streamed(*sheets: Sheet) -> Iterator[bytes]:
    """A workbook piece by piece, the first one when the file is whole.

    Text is never a formula. A number with more than 15 digits is text, so that no digit is lost, and so is a moment,
    because Excel knows no zones. Rows that one sheet does not hold go on in further ones: `contracts (2)`. A fault in
    the rows is raised before any piece. The folder of temporary files (TMPDIR) needs room for the unpacked file twice.
    """
    with TemporaryDirectory(prefix="workbook-") as folder:
        path = Path(folder, "whole.xlsx")
        with Workbook(str(path), {"constant_memory": True, "tmpdir": folder}) as file:
            book = _Book(file)
            for sheet in sheets:
                book.add(sheet)
        yield from pieces_of(path)


def sheet_name(name: str, number: int = 1) -> str:
    """A name that Excel accepts: at most 31 characters, and none of those that stand for something."""
    kept = re.sub(r"[\[\]:*?/\\']", "-", name)[:24] or "rows"
    return kept if number == 1 else f"{kept} ({number})"


class _Book:
    """A workbook that is being written, and how it shows each kind of cells."""

    def __init__(self, file: Workbook) -> None:
        file.set_properties({"created": CREATED})
        file.use_zip64()
        self.file = file
        self.head = file.add_format({"num_format": "@", "bold": True})
        # a format of its own, so that text stays text when somebody edits it
        self.text = file.add_format({"num_format": "@"})
        self.day = file.add_format({"num_format": "yyyy-mm-dd"})
        #: of amounts, by their decimals
        self.amounts = {n: file.add_format({"num_format": f"#,##0.{'0' * n}"}) for n in (2, 3)}

    def add(self, sheet: Sheet) -> None:
        """Write a sheet, and further ones for the rows that it does not hold."""
        page = _Page(self, sheet.head, sheet_name(sheet.name))
        number = 1
        for cells in sheet.rows:
            if page.is_full():
                number += 1
                page = _Page(self, sheet.head, sheet_name(sheet.name, number))
            page.add(cells)


class _Page:
    """One sheet of the file."""

    def __init__(self, book: _Book, head: Sequence[str], name: str) -> None:
        self.book, self.page = book, book.file.add_worksheet(name)
        self.rows = self.characters = 0
        if head:
            self.page.freeze_panes(1, 0)
            for column, text in enumerate(head):
                self._write_text(column, text, book.head)
            self.rows = 1

    def is_full(self) -> bool:
        """Whether a further row needs a further sheet."""
        return self.rows >= MOST_ROWS or self.characters >= MOST_CHARACTERS

    def add(self, cells: Sequence[Cell]) -> None:
        """Write the next row."""
        for column, cell in enumerate(cells):
            if cell is not None and cell != "":
                self._write(column, cell)
        self.rows += 1

    def _write(self, column: int, cell: Cell) -> None:
        """Write a cell by the method of its kind: XlsxWriter's `write` takes some text for formulas and links."""
        self.characters += OF_A_CELL
        if isinstance(cell, str):
            self._write_text(column, cell, self.book.text)
        elif isinstance(cell, bool):
            self.page.write_boolean(self.rows, column, cell)
        elif isinstance(cell, int | Decimal) and is_exact(number := Decimal(cell)):
            decimals = -int(number.as_tuple().exponent)
            self.page.write_number(self.rows, column, number, self.book.amounts.get(decimals))
        elif isinstance(cell, dt.date) and not isinstance(cell, dt.datetime) and cell >= FIRST_DAY:
            self.page.write_datetime(self.rows, column, cell, self.book.day)
        else:
            text = cell.isoformat() if isinstance(cell, dt.date) else f"{cell:f}"
            self._write_text(column, text, self.book.text)

    def _write_text(self, column: int, text: str, form: Format) -> None:
        kept = _fitting(_SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text))
        self.characters += len(kept)
        if kept.startswith("<r>") and kept.endswith("</r>"):
            # XlsxWriter takes such text for XML that it made itself, and would write it into the file as it is
            self.page.write_rich_string(self.rows, column, kept[:3], form, kept[3:], form)
        else:
            self.page.write_string(self.rows, column, kept, form)


#: Halves of characters, which no file in UTF-8 holds.
_SURROGATES = re.compile("[\ud800-\udfff]")


def _fitting(text: str) -> str:
    if len(text) <= LONGEST_TEXT // 2:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * LONGEST_TEXT:
        return text
    return units[: 2 * (LONGEST_TEXT - len(CUT))].decode("utf-16-le", "ignore") + CUT


def is_exact(value: Decimal) -> bool:
    """Whether Excel holds a number to its last digit."""
    if not value.is_finite() or value.adjusted() >= DIGITS:
        return False
    digits = value.as_tuple().digits
    return len(digits) <= DIGITS or len("".join(map(str, digits)).strip("0")) <= DIGITS
