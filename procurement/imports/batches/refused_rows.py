"""The refused rows of a table as a file of the same shape, so that they can be mended and handed in by themselves."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import islice
from typing import Any

from procurement.common.csv_lines import MARK, harmless, line
from procurement.common.reading_rows import read_through
from procurement.imports.batches.kept_files import Progress
from procurement.imports.cells.notation import amount
from procurement.imports.cells.values import Unreadable
from procurement.imports.files.headings import ROWS_BEFORE
from procurement.imports.files.tabular import SUFFIXES, TEXTS, Line, lines
from procurement.imports.format import File, Format
from procurement.imports.formats import format_named
from procurement.imports.models import ImportBatch, ImportIssue
from procurement.imports.rows import BadFile

#: What the mended file must be accepted as.
WRITTEN_AS = ".csv"
#: The head of the other form: what was said of each row.
HEAD = ("line", "row", "column", "value", "reason")


def as_csv(batch: ImportBatch) -> Iterator[bytes]:
    """The refused rows of a batch under the headings of its file; where these cannot be told, what was said of each.

    Begins with a byte order mark. Cells that a spreadsheet would run as a formula get an apostrophe in front.
    """
    yield MARK
    headings = headings_of(batch)
    if headings is None:
        yield from (line(cells) for cells in what_was_said(batch))
        return
    yield from (line(_safe(each.cells)) for each in headings)
    refused = set(refusals_of(batch).values_list("line", flat=True))
    yield from (line(_safe(each.cells)) for each in _lines(batch) if each.number in refused)


def what_was_said(batch: ImportBatch) -> Iterator[Sequence[str]]:
    """The refusals of a batch, below the names of their columns."""
    yield HEAD
    with read_through(refusals_of(batch).values_list("line", "label", "column", "value", "reason")) as read:
        for each in read:
            yield [str(each[0]), *map(harmless, each[1:])]


def refusals_of(batch: ImportBatch) -> Any:
    """The refusals of a batch in the order in which they were met."""
    return ImportIssue.objects.filter(batch=batch, kind=ImportIssue.Kind.REFUSAL).order_by("id")


def headings_of(batch: ImportBatch) -> list[Line] | None:
    """The lines of a file through its headings; None for one that is no single table, or would not be read as CSV."""
    found = format_named(batch.format)
    if not batch.file_name.lower().endswith(SUFFIXES) or WRITTEN_AS not in found.suffixes:
        return None
    try:
        if not _is_one_table(batch):
            return None
        return _through_headings(list(islice(_lines(batch), ROWS_BEFORE)), found, batch.options)
    except BadFile:
        return None


def _is_one_table(batch: ImportBatch) -> bool:
    """Whether a line is found by its number: not in workbooks of several sheets, nor in archives of several files."""
    return batch.file_name.lower().endswith(TEXTS) or len({each.sheet for each in _lines(batch)}) == 1


def _through_headings(beginning: Sequence[Line], found: Format, options: dict[str, Any]) -> list[Line] | None:
    """The shortest beginning that the format reads without complaint and without a row: what is above, and headings."""
    for length in range(1, len(beginning) + 1):
        text = b"".join(line(each.cells) for each in beginning[:length])
        if _are_headings(text, found, options):
            return list(beginning[:length])
    return None


def _are_headings(text: bytes, found: Format, options: dict[str, Any]) -> bool:
    as_written = {name: "" if name in {"encoding", "delimiter"} else value for name, value in options.items()}
    try:
        read = list(found.read(File(f"headings{WRITTEN_AS}", lambda: BytesIO(text)), as_written))
    except BadFile:
        return False
    return not any(portion.rows or portion.issues for portion in read)


def _lines(batch: ImportBatch) -> Iterator[Line]:
    file = Progress().file(batch.file_name, batch.sha256)
    return lines(file, encoding=batch.options.get("encoding") or "", delimiter=batch.options.get("delimiter") or "")


def _safe(cells: Sequence[str]) -> list[str]:
    """Cells that no spreadsheet runs; amounts such as -5,000 stay as they are, because they can be read again."""
    return [each if _is_amount(each) else harmless(each) for each in cells]


def _is_amount(text: str) -> bool:
    try:
        return bool(amount(text))
    except Unreadable:
        return False
