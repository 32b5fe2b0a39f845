"""Telling the layout of a file from its first line, and a file of this format from its first bytes. Pure."""

import csv
import zlib
from collections.abc import Sequence

from procurement.imports.formats.us_contract_actions.cells import plain_amount, plain_day
from procurement.imports.formats.us_contract_actions.layouts import Layout, laid_out, normal
from procurement.imports.formats.us_contract_actions.legacy import LEGACY
from procurement.imports.formats.us_contract_actions.modern import HEADINGS_OF_2018, MODERN
from procurement.imports.formats.us_contract_actions.terminations import TERMINATIONS

KINDS = (MODERN, LEGACY, TERMINATIONS)
#: What would be accepted, for errors.
ACCEPTED = "; or ".join(f"{kind.name}: {', '.join(sorted(kind.needs))}" for kind in KINDS)


def layout_of(cells: Sequence[str]) -> Layout | None:
    """The layout that a first line belongs to; None if there is none."""
    headings = {normal(each) for each in cells}
    for kind in KINDS:
        if kind.needs <= headings:
            return laid_out(kind, cells)
    without_headings = laid_out(MODERN, HEADINGS_OF_2018, is_headed=False)
    return without_headings if _is_of_2018(cells, without_headings) else None


def _is_of_2018(cells: Sequence[str], layout: Layout) -> bool:
    """Whether a line without headings is an action in the order of 2018: its width, amounts, day and type are right."""
    if len(cells) != len(HEADINGS_OF_2018):
        return False
    texts = layout.texts(cells)
    amounts = [plain_amount(texts.get(name, "")) for name in ("funding", "commitment", "ceiling")]
    return all(amounts) and bool(plain_day(texts.get("signed", ""))) and texts.get("kind") in {"AWARD", "IDV"}


def recognises(head: bytes) -> bool:
    """Whether a file, packed or not, begins with the first line of a layout."""
    text = _unpacked(head).removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    line = text.lstrip("\r\n").partition("\n")[0]
    try:
        return layout_of(next(csv.reader([line]), [])) is not None
    except csv.Error:
        return False


def _unpacked(head: bytes) -> bytes:
    """The beginning of the first file in an archive; any other bytes as they are."""
    if head.startswith(b"\x1f\x8b"):
        return _inflated(head, wbits=31)
    if head.startswith(b"PK\x03\x04") and len(head) >= _ZIP_HEADER:
        begins = _ZIP_HEADER + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
        is_stored = head[8:10] == b"\0\0"
        return head[begins:] if is_stored else _inflated(head[begins:], wbits=-15)
    return head


#: The bytes before the name of a file in a zip archive.
_ZIP_HEADER = 30


def _inflated(packed: bytes, *, wbits: int) -> bytes:
    try:
        return zlib.decompressobj(wbits).decompress(packed, 64 * 1024)
    except zlib.error:
        return b""
