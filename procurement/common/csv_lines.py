"""Lines of CSV in which a spreadsheet runs no text as a formula. Pure."""

import csv
import io
import unicodedata
from collections.abc import Sequence

#: The first characters of text that a spreadsheet would run as a formula, or split into a cell that is one.
FORMULA = frozenset("=+-@\t\r\n\N{MINUS SIGN}")
#: Quotation marks and, by their categories, spaces and characters that take no room, as marks of order: some programs
#: drop them at the beginning of a cell.
QUOTES = frozenset("'\"`´‘’‚‛“”„‟＇＂")
UNSEEN = frozenset({"Cc", "Cf", "Mn", "Zl", "Zp", "Zs"})
#: The byte order mark, by which a spreadsheet recognises UTF-8.
MARK = "\ufeff".encode()


def harmless(text: str) -> str:
    """Text as a cell that is text: a formula, in characters of any width, gets an apostrophe in front."""
    return f"'{text}" if _begins_a_formula(text) and not _is_number(text) else text


def _begins_a_formula(text: str) -> bool:
    if not text or text[0].isalnum():
        return False
    if unicodedata.normalize("NFKC", text[0]) in FORMULA:
        return True
    seen = next((each for each in text if not _is_dropped(each)), "")
    return unicodedata.normalize("NFKC", seen) in FORMULA


def _is_dropped(character: str) -> bool:
    return character in QUOTES or unicodedata.category(character) in UNSEEN


def _is_number(text: str) -> bool:
    return text[:1] in "+-" and text.isascii() and text[1:].replace(".", "", 1).isdecimal()


def line(cells: Sequence[str]) -> bytes:
    """One line."""
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue().encode()
