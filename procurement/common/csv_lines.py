"""Lines of CSV that a spreadsheet opens without taking text for a formula. Pure."""

import csv
import io
from collections.abc import Sequence

#: What a spreadsheet would take for a formula; such text gets an apostrophe before it, numbers do not.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: What tells a spreadsheet that a file is UTF-8.
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
