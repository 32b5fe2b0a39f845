"""Workbooks as a reader that is not ours reads them."""

import datetime as dt
from decimal import Decimal
from io import BytesIO
from typing import Any

from python_calamine import CalamineWorkbook


def sheets(content: bytes) -> dict[str, list[list[Any]]]:
    """The cells of each sheet, by its name."""
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def rows(content: bytes) -> list[dict[str, str]]:
    """The rows of the first sheet as text, as CSV would have them."""
    head, *lines = next(iter(sheets(content).values()))
    return [dict(zip(map(str, head), map(as_text, line), strict=True)) for line in lines]


def as_text(cell: Any) -> str:
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return f"{Decimal(repr(cell)).normalize():f}"
    return cell.isoformat() if isinstance(cell, dt.date) else str(cell)
