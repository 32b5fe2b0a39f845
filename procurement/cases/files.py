"""The portfolio as a file: the lines of the table, each with the dates of which it is."""

from collections.abc import Iterator, Sequence
from typing import Any

from procurement.cases.lines import AMOUNTS, answered, flat, flat_columns, lines
from procurement.cases.portfolio import portfolio
from procurement.common.dates import Asked
from procurement.common.file_names import DATE_COLUMNS, date_columns
from procurement.common.row_files import Table

#: A line of JSON keeps its parts together; other formats have a column for each.
NESTED = "jsonl"


def portfolio_table() -> Table:
    """The columns of the file."""
    return Table([*DATE_COLUMNS, *flat_columns()], frozenset(AMOUNTS), "portfolio")


def portfolio_rows(asked: Asked, form: str, program_ids: Sequence[int] | None = None) -> Iterator[dict[str, Any]]:
    """The lines in a format, of all programs or of some."""
    shown, dates = answered if form == NESTED else flat, date_columns(asked)
    return ({**dates, **shown(line)} for line in lines(portfolio(asked, program_ids)))
