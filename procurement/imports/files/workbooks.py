"""The rows of workbooks (xlsx, xls, ods) as text; a formula stays one. Pure.

The library keeps a sheet in memory as a full rectangle, and ends the process if there is not enough of it. So the size
of each sheet is known before it is opened, and so are its formulas, of which the library gives only the values.
"""

import datetime as dt
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from decimal import Decimal
from typing import Any, BinaryIO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from procurement.imports.files.packed import CHUNK, CannotUnpack
from procurement.imports.files.sheetxml import Formulas, inspect
from procurement.imports.files.xls_process import Ended, rows_apart
from procurement.imports.rows import BadFile

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")

ACCEPTED = "a workbook without a password, saved as .xlsx, .xls or .ods, or a table saved as CSV would be accepted"
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: The name of what is encrypted, in the directory of an xlsx with a password.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
#: Excel keeps 15 digits of a number; more are traces of its binary form.
DIGITS = 15


def sheet_rows(opened: BinaryIO) -> Iterator[tuple[str, int, tuple[str, ...]]]:
    """The name of the sheet, the number of the row, and the cells of each row that is not blank.

    Hidden sheets are left out: nobody who looks at the workbook sees them. Raises BadFile.
    """
    with _refusing():
        if opened.read(len(_OLE)) == _OLE:
            _refuse_encrypted(opened)
            yield from rows_apart(opened)
            return
        formulas = _inspected(opened)
        opened.seek(0)
        yield from book_rows(opened, formulas)


def book_rows(opened: BinaryIO, formulas: Mapping[str, Formulas]) -> Iterator[tuple[str, int, tuple[str, ...]]]:
    """The same, as the library reads it; `formulas` are those of each sheet. Raises CalamineError."""
    with closing(CalamineWorkbook.from_filelike(opened)) as book:
        for sheet in book.sheets_metadata:
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible:
                yield from _rows(sheet.name, book.get_sheet_by_name(sheet.name), formulas.get(sheet.name))


@contextmanager
def _refusing() -> Iterator[None]:
    """Raise BadFile where the library cannot read on; its panics over damaged files are no Exceptions."""
    try:
        yield
    except (PasswordError, Ended) as error:
        if isinstance(error, PasswordError) or error.has_password:
            raise BadFile(1, f"has a password; {ACCEPTED}") from error
        raise BadFile(1, f"is damaged, or only the beginning of a workbook; {ACCEPTED}") from error
    except BaseException as error:
        if not isinstance(error, CalamineError) and type(error).__name__ != "PanicException":
            raise
        raise BadFile(1, f"is damaged, or only the beginning of a workbook; {ACCEPTED}") from error


def _inspected(opened: BinaryIO) -> dict[str, Formulas]:
    """The formulas of each sheet. Raises BadFile for what is no workbook, or too large."""
    opened.seek(0)
    head = opened.read(len(_OLE))
    if not head.startswith(_ZIP):
        held = "HTML" if head.lstrip().startswith(b"<") else "no workbook"
        raise BadFile(1, f"holds {held if head else 'nothing'}, whatever its name says; {ACCEPTED}")
    try:
        with zipfile.ZipFile(opened) as archive:
            return inspect(archive)
    except CannotUnpack as error:
        raise BadFile(1, f"{error}; {ACCEPTED}") from error
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise BadFile(1, f"is damaged, or only the beginning of a workbook; {ACCEPTED}") from error


def _refuse_encrypted(opened: BinaryIO) -> None:
    before = b""
    while chunk := opened.read(CHUNK):
        if _ENCRYPTED in before + chunk:
            raise BadFile(1, f"has a password; {ACCEPTED}")
        before = chunk[-len(_ENCRYPTED) :]


def _rows(name: str, sheet: CalamineSheet, formulas: Formulas | None) -> Iterator[tuple[str, int, tuple[str, ...]]]:
    left = sheet.start[1] if sheet.start else 0  # empty columns left of all others are not given, empty rows above are
    for number, values in enumerate(sheet.iter_rows(), 1):
        cells = [as_text(value) for value in values]
        for column in formulas.of_row(number) if formulas else ():
            if left < column <= left + len(cells):
                cells[column - left - 1] = f"={cells[column - left - 1]}"
        if any(map(str.strip, cells)):
            yield name, number, tuple(cells)


def as_text(value: Any) -> str:
    """The text of a cell: digits of a number, 2020-06-25 for a day."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else format(Decimal(format(value, f".{DIGITS}g")), "f")
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    return str(value)
