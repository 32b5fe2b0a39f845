"""Our own templates: one table a file or sheet, which names its table in the first heading.

docs/formats/templates.md describes them; `manage.py write_templates` writes them. Pure.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import groupby, islice
from operator import attrgetter
from typing import Any

from procurement.imports.cells.day_notation import Days
from procurement.imports.cells.notation import amount
from procurement.imports.cells.values import Unreadable, as_amount, as_day
from procurement.imports.files.headings import Headings
from procurement.imports.files.tabular import OPTIONS, SUFFIXES, Line, lines
from procurement.imports.files.workbooks import WORKBOOKS
from procurement.imports.format import File, Format
from procurement.imports.reading import Cell, Reading
from procurement.imports.rows import BadFile, Given, Parsed, Ref
from procurement.imports.tables import DESCRIPTIVE, TABLES, Table

#: What a line of explanations begins with.
COMMENT = "#"
#: The columns by which a fact that is not of a contract is found: its key is unique for each of these.
SUBJECTS = ("program", "contract", "organization")
#: The currency whose signs may stand in an amount where the row names none: 1億円.
USUAL = "JPY"
DAYS = Days()


def read(file: File, options: Mapping[str, Any]) -> Iterator[Parsed]:
    """The rows of a file, in portions. Raises BadFile."""
    reading = Reading(file.name)
    return reading.portions(_records(reading, lines(file, **options)))


def _records(reading: Reading, found: Iterator[Line]) -> Iterator[Ref]:
    met: dict[Ref, Line] = {}
    for sheet, group in groupby(found, key=attrgetter("sheet")):
        yield from _sheet(reading, sheet, group, met)


def _sheet(reading: Reading, sheet: str, found: Iterator[Line], met: dict[Ref, Line]) -> Iterator[Ref]:
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
            yield _row(reading, table, headings, line, met)


def _table(first: Line) -> Table | None:
    return TABLES.get(first.cells[0].strip().casefold())


def _fields(table: Table) -> list[str]:
    """The columns behind the first, which holds the key."""
    return ["contract"] * table.of_contract + [name for name in table.fields if name != "key"]


def _row(reading: Reading, table: Table, headings: Headings, line: Line, met: dict[Ref, Line]) -> Ref:
    """One row; a value in the notation of people is taken as what it means."""
    given = {name: Given(name, headings.cell(line, headings.place(name)), line.number) for name in _fields(table)}
    key = headings.cell(line, 0)
    within = given.pop("contract").text if table.of_contract else _subject(given)
    cells: dict[str, Cell] = {name: _converted(each, table, given) for name, each in given.items() if each.text}
    if table.of_contract and not within:
        record = str(line.number)
        reason = "names no contract; the key of a row of contracts would be accepted in the column contract"
        return reading.refuse(Ref(table.name, key), line.number, reason, record=record)
    ref, record = Ref(table.name, key, within), f"{line.sheet}:{line.number}"
    before = met.setdefault(ref, line)
    if before is not line and table.name in DESCRIPTIVE:  # of facts, posting says so
        where = f"line {before.number}{f' of {before.sheet}' if before.sheet else ''}"
        return reading.refuse(ref, line.number, f"has the name of {where}; each row has its own", record=record)
    return reading.row(ref, cells, line=line.number, record=record)


def _subject(given: Mapping[str, Given]) -> str:
    return next((f"{name} {given[name].text}" for name in SUBJECTS if name in given and given[name].text), "")


def _converted(cell: Given, table: Table, row: Mapping[str, Given]) -> Given:
    """A cell with its value in our notation, where it is in that of people; one of another currency stays as it is."""
    known = table.fields[cell.name]
    read: str | None = None
    with suppress(Unreadable):
        if known.read is as_day:
            read = DAYS.day(cell.text)
        elif known.read is as_amount:
            named = row["currency"].text.strip() if "currency" in row else ""
            read = amount(cell.text, currency=named or USUAL)
    return cell if read is None else replace(cell, plain=read)


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
