"""Writing a workbook (.xlsx) of text, which every spreadsheet opens. Pure."""

from collections.abc import Mapping, Sequence

from procurement.common.workbooks import Sheet, streamed


def workbook(sheets: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """A workbook with these sheets; every cell is text, so that a spreadsheet changes none."""
    return b"".join(streamed(*(Sheet(name, (), rows) for name, rows in sheets.items())))
