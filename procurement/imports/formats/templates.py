"""Our own templates: one table a file or sheet, which names its table in the first heading.

docs/formats/templates.md describes them; `manage.py write_templates` writes them. Pure.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import groupby, islice
from operator import attrgetter
from typing import Any

from procurement.imports.cells.day_notation import Days
from procurement.imports.cells.notation import amount
from procurement.imports.cells.values import Reader, Unreadable, as_amount, as_day
from procurement.imports.files.headings import Headings
from procurement.imports.files.tabular import OPTIONS, SUFFIXES, Line, lines
from procurement.imports.files.workbooks import WORKBOOKS
from procurement.imports.format import File, Format
from procurement.imports.reading import Cell, Reading
from procurement.imports.rows import BadFile, Given, Parsed, Ref
from procurement.imports.tables import TABLES, Table

#: What a line of explanations begins with.
COMMENT = "#"
#: The columns by which a fact that is not of a contract is found: its key is unique for each of these.
SUBJECTS = ("program", "contract", "organization")
#: How cells of a type may be written beside our own notation.
NOTATIONS: Mapping[Reader, Callable[[str], str]] = {as_day: Days().day, as_amount: amount}


def read(file: File, options: Mapping[str, Any]) -> Iterator[Parsed]:
    """The rows of a file, in portions. Raises BadFile."""
    reading = Reading(file.name)
    return reading.portions(_records(reading, lines(file, **options)))


def _records(reading: Reading, found: Iterator[Line]) -> Iterator[Ref]:
    for sheet, group in groupby(found, key=attrgetter("sheet")):
        yield from _sheet(reading, sheet, group)


def _sheet(reading: Reading, sheet: str, found: Iterator[Line]) -> Iterator[Ref]:
    first = next(found)
    table, headings = _table(first), Headings(first.cells)
    if table is None:
        said = f"is left out: its first heading is none of {', '.join(TABLES)}"
        reading.remark("no-table", first.number, sheet, said)
        return
    columns = [table.name, *_fields(table)]
    if unknown := headings.unknown(columns):
        raise BadFile(first.number, f"has the unknown columns {', '.join(unknown)}; accepted: {', '.join(columns)}")
    for line in found:
        if not line.cells[0].startswith(COMMENT):
            yield _row(reading, table, headings, line)


def _table(first: Line) -> Table | None:
    return TABLES.get(first.cells[0].strip().casefold())


def _fields(table: Table) -> list[str]:
    """The columns behind the first, which holds the key."""
    return ["contract"] * table.of_contract + [name for name in table.fields if name != "key"]


def _row(reading: Reading, table: Table, headings: Headings, line: Line) -> Ref:
    """One row; a value in the notation of people is taken as what it means."""
    given = {name: Given(name, headings.cell(line, headings.place(name)), line.number) for name in _fields(table)}
    key = headings.cell(line, 0)
    within = given.pop("contract").text if table.of_contract else _subject(given)
    cells: dict[str, Cell] = {name: _converted(each, table) for name, each in given.items() if each.text}
    if table.of_contract and not within:
        record = str(line.number)
        reason = "names no contract; the key of a row of contracts would be accepted in the column contract"
        return reading.refuse(Ref(table.name, key), line.number, reason, record=record)
    return reading.row(Ref(table.name, key, within), cells, line=line.number, record=f"{line.sheet}:{line.number}")


def _subject(given: Mapping[str, Given]) -> str:
    return next((f"{name} {given[name].text}" for name in SUBJECTS if name in given and given[name].text), "")


def _converted(given: Given, table: Table) -> Given:
    notation = NOTATIONS.get(table.fields[given.name].read)
    if notation:
        with suppress(Unreadable):
            return replace(given, plain=notation(given.text))
    return given


def _is_a_template(file: File) -> bool:
    found = lines(file)
    if not file.name.lower().endswith(WORKBOOKS):
        found = islice(found, 1)
    return any(_table(next(group)) is not None for _, group in groupby(found, key=attrgetter("sheet")))


FORMAT = Format(
    "templates",
    "Our own templates, one table a file or sheet (CSV or workbook)",
    SUFFIXES,
    read,
    options=OPTIONS,
    looks_into=_is_a_template,
)
