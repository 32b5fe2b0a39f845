"""Lines of CSV in which a spreadsheet runs no text as a formula. Pure."""

import csv
import io
import unicodedata
from collections.abc import Sequence

#: The first characters of text that a spreadsheet would run as a formula, or split into a cell that is one.
FORMULA = frozenset("=+-@\t\r\n")
#: The byte order mark, by which a spreadsheet recognises UTF-8.
MARK = "\ufeff".encode()


def harmless(text: str) -> str:
    """Text as a cell that is text: a formula, in characters of any width, gets an apostrophe in front."""
    return f"'{text}" if _begins_a_formula(text) and not _is_number(text) else text


def _begins_a_formula(text: str) -> bool:
    first = text[:1]
    return not first.isalnum() and first != "" and unicodedata.normalize("NFKC", first) in FORMULA


def _is_number(text: str) -> bool:
    return text[:1] in "+-" and text[1:].replace(".", "", 1).isdigit()


def line(cells: Sequence[str]) -> bytes:
    """One line."""
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue().encode()
