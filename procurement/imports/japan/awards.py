"""An award as one line of a Japanese publication: a contract with its buyer, its suppliers and its commitment. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from procurement.imports.cells.notation import amount, narrow
from procurement.imports.cells.values import Unreadable
from procurement.imports.files.tabular import Line, record_of
from procurement.imports.placeholders import name_of_a_number
from procurement.imports.reading import Cell, Reading
from procurement.imports.rows import Given, Ref

#: The scheme of 法人番号.
SCHEME = "JP-HOUJIN-BANGOU"
#: How the names of ministries and agencies end.
_EXECUTIVE = ("省", "庁")


class UnreadableCell(Unreadable):
    """A cell of a line cannot be read; `given` is that cell."""

    def __init__(self, given: Given, reason: str) -> None:
        super().__init__(reason)
        self.given = given


class Award:
    """One line being read into rows; `key` names its contract."""

    def __init__(self, reading: Reading, line: Line, key: str) -> None:
        self.reading, self.line, self.ref = reading, line.number, Ref("contracts", key)
        self.record = record_of(line)

    def said(self, text: str) -> Given:
        """What every file of a kind means without saying it."""
        return Given("", text, self.line)

    def remark(self, kind: str, said: str, cell: Given | None = None) -> None:
        """Add a warning about this contract."""
        self.reading.remark(kind, self.line, f"contracts “{self.ref.key}”", said, cell=cell)

    def refuse(self, error: Unreadable) -> Ref:
        """Refuse the whole line, for the cell that cannot be read."""
        cell = error.given if isinstance(error, UnreadableCell) else None
        return self.reading.refuse(self.ref, self.line, str(error), record=self.record, cell=cell)

    def row(self, table: str, key: str, cells: Callable[[], Mapping[str, Cell]]) -> Ref:
        """Add a descriptive row that the line names; its cells are made only where no line before it named it."""
        ref = Ref(table, key)
        if ref not in self.reading.described:
            self.reading.row(ref, cells(), line=self.line, record=self.record)
        return ref

    def contract(self, cells: Mapping[str, Cell]) -> None:
        """Add the contract, in yen."""
        given = {"currency": self.said("JPY")} | dict(cells)
        self.reading.row(self.ref, given, line=self.line, record=self.record)

    def fact(self, table: str, key: str, cells: Mapping[str, Cell]) -> None:
        """Add a fact about the contract."""
        self.reading.row(Ref(table, key, within=self.ref.key), cells, line=self.line, record=self.record)

    def source(self, cells: Mapping[str, str]) -> Ref:
        """The document that stands for a publication."""
        return self.row("documents", cells["title"], lambda: {name: self.said(text) for name, text in cells.items()})

    def buyer(self, given: Given, name: str) -> Ref:
        """A body of the Japanese state."""
        kind = "government_executive" if name.endswith(_EXECUTIVE) else ""
        cells = {"country": self.said("JP"), "kind": self.said(kind)}
        return self.named(given, name, f"buyer {name}", cells)

    def named(self, given: Given, name: str, key: str, cells: Mapping[str, Cell]) -> Ref:
        """An organization of which a cell gives the name."""
        return self.row("organizations", key, lambda: {"name": replace(given, plain=name), **cells})

    def supplier(self, name: Given, number: Given, fact: Mapping[str, Cell]) -> None:
        """The lead supplier, by its number, its name or both; a remark where neither is given."""
        digits = narrow(number.text)
        if not (digits or name.text):
            self.remark("supplier-unknown", "names no supplier")
            return
        cells = {"name": name if name.text else self.said(name_of_a_number(digits))}
        if digits:
            cells["identifiers"] = replace(number, plain=f"{SCHEME}:{digits}")
        key = f"{SCHEME} {digits}" if digits else f"named {name.text}"
        self.party("lead", self.row("organizations", key, lambda: cells), "lead_supplier", fact)

    def party(self, key: str, organization: Ref, role: str, fact: Mapping[str, Cell]) -> None:
        """A party of the contract."""
        cells: dict[str, Cell] = {**fact, "organization": organization, "role": self.said(role)}
        self.fact("contract_parties", key, cells)

    def commitment(self, given: Given, fact: Mapping[str, Cell]) -> None:
        """The value of the contract at its award, if it is known."""
        if given.plain:
            words: dict[str, Cell] = {"measure": self.said("commitment"), "reason": self.said("award")}
            self.fact("ledger_entries", "award", {**fact, **words, "amount": given})

    def value(self, given: Given, unit: int = 1) -> Given:
        """An amount in plain digits; without them, and with a remark, where it is not known. Raises Unreadable."""
        if not given.text:
            self.remark("amount-empty", "has no amount; the contract is taken, its value is unknown", given)
            return given
        plain = read_cell(given, partial(amount, unit=unit, currency="JPY"))
        if not plain.strip("0."):
            self.remark("amount-zero", "is 0, as for unit prices (単価契約); its value is unknown", given)
            return given
        if plain.startswith("-"):
            raise UnreadableCell(
                given,
                "is negative and so no award; it may reduce another contract, which"
                " the line does not name; the amount of an award would be accepted",
            )
        return replace(given, plain=plain)


def read_cell(given: Given, read: Callable[[str], str]) -> str:
    """A cell in our notation. Raises UnreadableCell."""
    try:
        return read(given.text)
    except Unreadable as error:
        raise UnreadableCell(given, str(error)) from error
