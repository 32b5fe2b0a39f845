"""How a format makes rows of cells: each typed by its table, or complained of where it stands in the file. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

from procurement.common.texts import text_fault
from procurement.imports.rows import BadFile, Given, Issue, Parsed, Ref, Row, Value
from procurement.imports.tables import DESCRIPTIVE, TABLES, Field, Table
from procurement.imports.values import Unreadable

#: So many records make a portion: enough to post them in few transactions, and few enough to hold.
PORTION = 500
#: Keys of these are unique within a program or contract: whoever names one there means that one.
_WITHIN = frozenset({"milestones", "status_changes"})

#: What a format gives for a field of ours: a cell of the file, or the name of another row.
Cell: TypeAlias = Given | Ref


class Reading:
    """One file being read: the rows and issues found since the last portion."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.rows: list[Row] = []
        self.issues: list[Issue] = []
        self.described: set[Ref] = set()

    def complain(self, line: int, label: str, name: str, value: str, reason: str) -> None:
        """Refuse something."""
        self.issues.append(Issue(self.file, line, label, name, value, reason))

    def row(self, ref: Ref, cells: Mapping[str, Cell], *, line: int, label: str = "", record: str = "") -> Ref:
        """Add a row of the table that `ref` names, made of cells by our names of its fields; gives `ref` back.

        An empty cell says nothing. A descriptive row that many records name is one row a portion.
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

    def refuse(self, ref: Ref, line: int, reason: str, *, record: str = "") -> Ref:
        """Refuse a record of which no row can be made; it counts as a row of the table that `ref` names."""
        label = f"{ref.table} “{ref.key}”"
        self.complain(line, label, "", "", reason)
        self.rows.append(Row(ref, self.file, line, label, sound=False, record=record))
        return ref

    def portion(self) -> Parsed:
        """What was found since the last portion."""
        found = Parsed(tuple(self.rows), tuple(self.issues))
        self.rows, self.issues, self.described = [], [], set()
        return found

    def portions(self, records: Iterable[object]) -> Iterator[Parsed]:
        """What is found while records pass by, in portions; where the file cannot be read on, also what came before."""
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
        """Keep one cell as the field of this name; `read` for a format whose cells are more than text."""
        known = self.table.fields[name]
        column = known.column or name
        self.given[column] = cell
        try:
            self.keep(known, column, read(known) if read else known.read(sound(cell.plain or cell.text)))
        except Unreadable as error:
            self.complain(cell.line, cell.name, cell.text, str(error))

    def keep(self, known: Field, column: str, value: Value) -> None:
        """Keep what was read: a value, or the name of another row."""
        if known.to:
            self.refs[column] = Ref(known.to, str(value), self.ref.within if known.to in _WITHIN else "")
        elif column != "key":
            self.values[column] = value

    def complain(self, line: int, name: str, value: str, reason: str) -> None:
        """Refuse the row for something in it."""
        self.reading.complain(line, self.label, name, value, reason)

    def end(self, line: int, record: str = "") -> None:
        """Add the row to what was read, sound when nothing was complained of since it began."""
        if fault := text_fault(self.ref.key):
            self.complain(line, "", "", fault)
        for name, known in self.table.fields.items():
            column = known.column or name
            if known.needed and not (self.ref.key if name == "key" else column in self.given or column in self.refs):
                self.complain(line, name, "", "is missing; every row here has one")
        is_sound = len(self.reading.issues) == self.before
        self._complete()
        row = Row(self.ref, self.reading.file, line, self.label, self.values, self.refs, self.given, is_sound, record)
        self.reading.rows.append(row)

    def _complete(self) -> None:
        """Add what the row's name and its other columns say of it."""
        if self.table.of_contract:
            self.refs["contract"] = Ref("contracts", self.ref.within)
        elif self.table.name == "programs":
            self.values["code"] = self.ref.key
        elif self.table.name == "reported_figures" and self.refs.keys() & {"program", "contract"}:
            # beside a program or a contract, an organization is the one that spoke; alone, the one that is spoken of
            for cells in (self.refs, self.given):
                if "organization" in cells:
                    cells["speaker_organization"] = cells.pop("organization")  # type: ignore[assignment]


def sound(text: str) -> str:
    """A text that can be stored, without the blanks around it. Raises Unreadable."""
    if fault := text_fault(text):
        raise Unreadable(fault)
    return text.strip()
