"""One line of a mapped table as rows of ours: a contract with what the mapping says about it. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from procurement.imports.cells.occurrences import BETWEEN, Occurrences
from procurement.imports.cells.values import Unreadable
from procurement.imports.files.headings import Headings
from procurement.imports.files.tabular import Line, record_of
from procurement.imports.mapped.cells import converted, is_blank, oddity
from procurement.imports.mapped.mapping import Column, TableMapping
from procurement.imports.mapped.targets import FACTS, PARTS, TOGETHER, is_amount, is_day, precision_of
from procurement.imports.offers import Offer
from procurement.imports.reading import Cell, Reading
from procurement.imports.rows import Given, Ref

#: The fields of one part that a line has.
Fields = dict[str, Cell]
#: Gives the cell of a line under a heading.
Under = Callable[[str], Given]


def records(mapping: TableMapping, found: Iterable[tuple[Headings, Line]]) -> Iterator[Offer]:
    """The lines of a table, to be made into rows."""
    met, of, places = Occurrences(), None, {}
    for headings, line in found:
        if of is not headings:
            of, places = headings, {name: headings.place(name) for name in mapping.headings}
        cells = {name: headings.cell(line, place) for name, place in places.items()}
        named = [cells[heading] for heading in mapping.key]
        key = met.key(named) if mapping.makes_references and any(named) else " / ".join(named)
        content = BETWEEN.join([key, *(part for cell in cells.items() for part in cell)])
        yield Offer(key, content, record_of(line), partial(_enter, mapping, cells, line, key))


def _enter(mapping: TableMapping, cells: Mapping[str, str], line: Line, key: str, reading: Reading) -> Ref:
    given = {name: Given(name, text, line.number) for name, text in cells.items()}
    return Record(reading, mapping, given, line).rows(key)


class Record:
    """One line being read."""

    def __init__(self, reading: Reading, mapping: TableMapping, cells: Mapping[str, Given], line: Line) -> None:
        self.reading, self.mapping, self.cells, self.line = reading, mapping, cells, line.number
        self.record = record_of(line)
        self.ref = Ref("contracts", self.record)
        self.faults: list[tuple[Given, str]] = []

    def rows(self, key: str) -> Ref:
        """Add the rows of a contract; a line with a cell that cannot be read is refused as a whole."""
        if not any(self.cells[heading].text for heading in self.mapping.key):
            return self.reading.refuse(self.ref, self.line, self._nameless(), record=self.record)
        self.ref = Ref("contracts", key)
        parts = self._parts()
        if self.faults:
            return self._refused()
        if self.mapping.makes_references:
            reference = f"{self.mapping.prefix}-{self.ref.key}"
            parts["contract"] |= {"reference": self._said(reference), "generated": self._said("true")}
        self._contract(parts)
        self._facts(parts)
        return self.ref

    def _nameless(self) -> str:
        return (
            f"has nothing under {', '.join(self.mapping.key)}, by which a contract is named; a value would be accepted"
        )

    def _refused(self) -> Ref:
        """Refuse the line, with an issue for each cell that is at fault."""
        label = f"contracts “{self.ref.key}”"
        for given, reason in self.faults[:-1]:
            self.reading.complain(self.line, label, given.name, given.text, reason)
        given, reason = self.faults[-1]
        return self.reading.refuse(self.ref, self.line, reason, record=self.record, cell=given)

    # cells

    def _parts(self) -> dict[str, Fields]:
        """The fields of each part: what is the same in all lines, and over it what the columns say."""
        found: dict[str, Fields] = {name: {} for name in PARTS}
        for target, text in self.mapping.fixed.items():
            part, _, name = target.partition(".")
            found[part][name] = self._said(text)
        currency = self._currency()
        for column in self.mapping.taken:
            given = self.cells[column.heading]
            if not is_blank(column, given.text):
                self._take(column, given, currency, found)
        return found

    def _currency(self) -> str:
        """The currency of the line."""
        for column in self.mapping.taken:
            if column.target == "contract.currency" and self.cells[column.heading].text:
                return column.word(self.cells[column.heading].text)
        return self.mapping.fixed.get("contract.currency", "")

    def _take(self, column: Column, given: Given, currency: str, found: dict[str, Fields]) -> None:
        part, _, name = column.target.partition(".")
        try:
            cell = converted(column, given, currency)
        except Unreadable as error:
            self.faults.append((given, str(error)))
            return
        if is_amount(column.target) and not cell.plain.strip("0."):
            self._remark("amount-zero", "is 0, which is no amount; it counts as unknown", given)
            return
        if odd := oddity(column, given.text):
            self._remark(*odd, given)
        if is_day(column.target) and (how_exact := precision_of(column.target)):
            found[part][how_exact.partition(".")[2]] = self._said(column.precision)
        found[part][name] = self._added(found[part].get(name), cell) if column.target == TOGETHER else cell

    def _added(self, before: Cell | None, cell: Given) -> Given:
        """One more line of the description, under its heading."""
        text = f"{cell.name}: {cell.plain}"
        earlier = f"{before.plain or before.text}\n" if isinstance(before, Given) else ""
        return Given(cell.name, cell.text, cell.line, earlier + text)

    def _remark(self, kind: str, said: str, given: Given) -> None:
        self.reading.remark(kind, self.line, f"contracts “{self.ref.key}”", said, cell=given)

    def _said(self, text: str) -> Given:
        return Given("", text, self.line)

    # rows

    def _contract(self, parts: dict[str, Fields]) -> None:
        self.source = self._named("documents", parts["source"], "source")
        self.since = {
            name.replace("signed", "effective"): cell
            for name, cell in parts["contract"].items()
            if name in {"signed_on", "signed_precision"}
        }
        cells = parts["contract"] | {"buyer": self._named("organizations", parts["buyer"], "buyer")}
        self._row(self.ref, cells | {"source": self.source})

    def _facts(self, parts: dict[str, Fields]) -> None:
        if parts["supplier"]:
            supplier = self._named("organizations", parts["supplier"], "supplier")
            key = supplier.key if self.mapping.line_key else "supplier"
            self._fact("contract_parties", key, {"organization": supplier, "role": self._said("lead_supplier")})
        if "code" in parts["program"]:
            self._allocation(parts["program"])
        told = "".join(f" {self.cells[heading].text}" for heading in self.mapping.line_key)
        for name, part in FACTS.items():
            if part.told_by in parts[name]:
                always: Fields = {each: self._said(text) for each, text in part.always.items()}
                self._fact(part.table, f"{name}{told}", always | parts[name])

    def _allocation(self, fields: Fields) -> None:
        """The program, which has the whole contract from its first day."""
        code = _text(fields["code"])
        named = {"name": fields.get("name", fields["code"]), "source": self.source}
        program = self._row(Ref("programs", code), {n: c for n, c in fields.items() if n != "code"} | named)
        since = {"from" if name == "effective_on" else name: cell for name, cell in self.since.items()}
        cells: Fields = {**since, "source": self.source, "program": program, "share": self._said("1")}
        self._once(Ref("allocations", f"program {code}", self.ref.key), cells)

    def _named(self, table: str, fields: Fields, role: str) -> Ref:
        """A descriptive row, which has the same name in all lines that say the same of it."""
        told = " | ".join(f"{name} {_text(cell)}" for name, cell in sorted(fields.items()))
        return self._row(Ref(table, f"{role} {told}"), fields)

    def _fact(self, table: str, key: str, cells: Fields) -> None:
        self._once(Ref(table, key, self.ref.key), {**self.since, "source": self.source, **cells})

    def _once(self, ref: Ref, cells: Fields) -> None:
        """Add a fact; of several lines of one contract, that which says it first adds its party and its program."""
        repeats = self.mapping.line_key and ref.table in {"contract_parties", "allocations"}
        if not repeats or ref not in self.reading.described:
            self._row(ref, cells)
        if repeats:
            self.reading.described.add(ref)

    def _row(self, ref: Ref, cells: Mapping[str, Cell]) -> Ref:
        return self.reading.row(ref, cells, line=self.line, record=self.record)


def _text(cell: Cell) -> str:
    return cell.key if isinstance(cell, Ref) else cell.plain or cell.text
