"""Lines of CSV in which a spreadsheet runs no text as a formula. Pure."""

import csv
import io
from collections.abc import Sequence

#: Text that a spreadsheet would run as a formula; it gets an apostrophe in front, numbers do not.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: The byte order mark, by which a spreadsheet recognises UTF-8.
MARK = "\ufeff".encode()


def harmless(text: str) -> str:
    """Text as a cell that is text."""
    return f"'{text}" if text.startswith(FORMULA) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    return text[:1] in "+-" and text[1:].replace(".", "", 1).isdigit()


def line(cells: Sequence[str]) -> bytes:
    """One line."""
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue().encode()
