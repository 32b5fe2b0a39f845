"""Turning the cells of a file into rows of our tables; errors name the place in the file. Pure."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TypeAlias

from procurement.common.texts import text_fault
from procurement.contracts.sharing import ENDS
from procurement.imports.cells.values import Unreadable
from procurement.imports.rows import BadFile, Given, Issue, Parsed, Ref, Row, Value
from procurement.imports.tables import DESCRIPTIVE, TABLES, Field, Table

#: The number of records in a portion: enough for few transactions, and few enough to keep in memory.
PORTION = 2000
#: Keys of these tables are unique within a program or contract; a reference from there means the row there.
_WITHIN = frozenset({"milestones", "status_changes"})

#: The value of a field of ours: a cell of the file, or a reference to another row.
Cell: TypeAlias = Given | Ref


class Reading:
    """One file being read: the rows, issues and remarks found since the last portion."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.rows: list[Row] = []
        self.issues: list[Issue] = []
        self.remarks: list[Issue] = []
        self.described: set[Ref] = set()

    def complain(self, line: int, label: str, name: str, value: str, reason: str) -> None:
        """Add an issue."""
        self.issues.append(Issue(self.file, line, label, name, value, reason))

    def remark(self, kind: str, line: int, label: str, said: str, *, cell: Given | None = None) -> None:
        """Add a warning about something that is taken, or left out on purpose; `kind` is the name it is counted by."""
        name, value = (cell.name, cell.text) if cell else ("", "")
        self.remarks.append(Issue(self.file, line, label, name, value, said, kind))

    def row(self, ref: Ref, cells: Mapping[str, Cell], *, line: int, label: str = "", record: str = "") -> Ref:
        """Add a row of the table that `ref` names, from cells by our field names; returns `ref`.

        Empty cells are left out. A descriptive row that several records repeat is added once per portion.
        """
        if ref in self.described:
            return ref
        if ref.table in DESCRIPTIVE:
            self.described.add(ref)
        row = RowOfCells(self, TABLES[ref.table], ref, label or f"{ref.table} “{ref.key}”")
        for name, cell in cells.items():
            if isinstance(cell, Ref):
                row.refs[row.table.fields[name].column or name] = cell
            elif cell.text.strip():
                row.take(cell, name)
        row.end(line, record=record)
        return ref

    def refuse(self, ref: Ref, line: int, reason: str, *, record: str = "", cell: Given | None = None) -> Ref:
        """Refuse a record that cannot become a row, for a cell if one is named; it counts as a row of `ref.table`."""
        label = f"{ref.table} “{ref.key}”"
        self.complain(line, label, cell.name if cell else "", cell.text if cell else "", reason)
        self.rows.append(Row(ref, self.file, line, label, sound=False, record=record))
        return ref

    def portion(self) -> Parsed:
        """What was found since the last portion."""
        found = Parsed(tuple(self.rows), tuple(self.issues), tuple(self.remarks))
        self.rows, self.issues, self.remarks, self.described = [], [], [], set()
        return found

    @staticmethod
    def is_full(records: int) -> bool:
        """Whether a portion has as many records as it should."""
        return records >= PORTION

    def portions(self, records: Iterable[object]) -> Iterator[Parsed]:
        """Iterate over records, and yield what they added in portions; rows before a BadFile are included."""
        try:
            for number, _ in enumerate(records, 1):
                if number % PORTION == 0:
                    yield self.portion()
        except BadFile as error:
            self.complain(error.line, "file", "", "", str(error))
        yield self.portion()


class RowOfCells:
    """One row being read."""

    def __init__(self, reading: Reading, table: Table, ref: Ref, label: str) -> None:
        self.reading, self.table, self.ref, self.label = reading, table, ref, label
        self.values: dict[str, Value] = {}
        self.refs: dict[str, Ref] = {}
        self.given: dict[str, Given] = {}
        self.before = len(reading.issues)

    def take(self, cell: Given, name: str, read: Callable[[Field], Value] | None = None) -> None:
        """Read one cell as the field of this name, or with `read` if the format's cells are more than text."""
        known = self.table.fields[name]
        column = known.column or name
        self.given[column] = cell
        try:
            self.keep(known, column, read(known) if read else known.read(sound(cell.plain or cell.text)))
        except Unreadable as error:
            self.complain(cell.line, cell.name, cell.text, str(error))

    def keep(self, known: Field, column: str, value: Value) -> None:
        """Keep a value, or a reference to another row."""
        if known.to:
            self.refs[column] = Ref(known.to, str(value), self.ref.within if known.to in _WITHIN else "")
        elif column != "key":
            self.values[column] = value

    def complain(self, line: int, name: str, value: str, reason: str) -> None:
        """Add an issue, which makes the row unsound."""
        self.reading.complain(line, self.label, name, value, reason)

    def end(self, line: int, record: str = "") -> None:
        """Add the row to the portion. It is sound if it has no issue."""
        if fault := text_fault(self.ref.key):
            self.complain(line, "", "", fault)
        for name, known in self.table.fields.items():
            column = known.column or name
            if known.needed and not (self.ref.key if name == "key" else column in self.given or column in self.refs):
                self.complain(line, name, "", "is missing; every row here has one")
        last = self._last_day()
        is_sound = len(self.reading.issues) == self.before
        self._complete()
        record = record or (f"{self.ref.within} {self.label}" if last else "")
        row = Row(self.ref, self.reading.file, line, self.label, self.values, self.refs, self.given, is_sound, record)
        self.reading.rows.append(row)
        if last:
            self.reading.rows.append(_ending(row, last))

    def _last_day(self) -> dt.date | None:
        """The last day of an allocation, which is no column of it."""
        last, first = self.values.pop("to", None), self.values.get("effective_on")
        if not isinstance(last, dt.date):
            return None
        if isinstance(first, dt.date) and last < first:
            cell = self.given["to"]
            said = f"must not be before the first day, {first.isoformat()}"
            self.reading.complain(cell.line, self.label, cell.name, cell.text, said)
        return last

    def _complete(self) -> None:
        """Add the columns that follow from the row's name and from its other columns."""
        if self.table.of_contract:
            self.refs["contract"] = Ref("contracts", self.ref.within)
        elif self.table.name == "programs":
            self.values["code"] = self.ref.key
        elif self.table.name == "reported_figures" and self.refs.keys() & {"program", "contract"}:
            # beside a program or a contract, an organization is the one that spoke; alone, the one that is spoken of
            for cells in (self.refs, self.given):
                if "organization" in cells:
                    cells["speaker_organization"] = cells.pop("organization")  # type: ignore[assignment]


def _ending(row: Row, last: dt.date) -> Row:
    """The share of zero from the day after the last day of an allocation on."""
    same = {name: value for name, value in row.values.items() if name in {"published_on", "note"}}
    ends: dict[str, Value] = {"effective_on": last + dt.timedelta(days=1), "effective_precision": "day"}
    ref, given = row.ref._replace(key=f"{row.ref.key}{ENDS}"), {"effective_on": row.given["to"]}
    values = {**same, **ends, "share": Decimal(0)}
    return replace(row, ref=ref, label=f"{row.label} to", values=values, given=given, follows=row.ref)


def sound(text: str) -> str:
    """A text that can be stored, without the spaces around it. Raises Unreadable."""
    if fault := text_fault(text):
        raise Unreadable(fault)
    return text.strip()
