"""The portfolio format: programs, contracts and all that is known of them, as YAML that an analyst reads and edits.

docs/formats/portfolio.md describes it. A file is read into rows; what cannot be read becomes issues, and the rows
around it stand. Names may point into the other files of the folder, so nothing is resolved here. Pure.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import yaml

from procurement.common.texts import text_fault
from procurement.imports.cells.values import Unreadable, as_amount, as_identifiers
from procurement.imports.files.yaml_text import FLOAT, composed, is_absent, line_of, pairs
from procurement.imports.format import File, Format, text_lines
from procurement.imports.reading import Reading, RowOfCells
from procurement.imports.rows import BadFile, Given, Parsed, Ref, Value
from procurement.imports.tables import CONTRACT_FACTS, OTHER_FACTS, TABLES, Field, Table

#: The most characters of a file: its tree takes some hundred times as much memory.
LONGEST = 8 * 1024**2

#: Sections that map a local name to fields.
MAPS = {
    "organizations": TABLES["organizations"],
    "sources": TABLES["documents"],
    "programs": TABLES["programs"],
}

#: Sections that list rows.
LISTS = {table.name: table for table in (TABLES["contracts"], *OTHER_FACTS)}

#: The lists that a contract has; some have a shorter name than their table.
SHORT = {"contract_parties": "parties", "contract_status_changes": "statuses", "ledger_entries": "entries"}
CONTRACT_LISTS = {SHORT.get(table.name, table.name): table for table in CONTRACT_FACTS}


def read(file: File, _options: Mapping[str, Any]) -> Iterator[Parsed]:
    """One portion, for YAML is read whole. Raises BadFile when it is no UTF-8 text, or too long."""
    yield parse(file.name, "".join(_lines(file)))


def _lines(file: File) -> Iterator[str]:
    length = 0
    for number, line in enumerate(text_lines(file), 1):
        length += len(line)
        if length > LONGEST:
            limit = f"{LONGEST // 1024**2} million characters"
            raise BadFile(number, f"is longer than {limit}; YAML is read whole, and templates of any length")
        yield line


FORMAT = Format("portfolio", "Portfolio of programs and contracts (YAML)", (".yaml", ".yml"), read)


def parse(name: str, text: str) -> Parsed:
    """Read one text; `name` is the one that issues carry."""
    reading = _Portfolio(name)
    try:
        root = composed(text)
    except BadFile as error:
        reading.complain(error.line, "file", "", "", str(error))
    else:
        if root is not None and not is_absent(root):
            reading.sections(root)
    return reading.portion()


class _Portfolio(Reading):
    """One file being read."""

    def sections(self, root: yaml.Node) -> None:
        for name, line, node in self.mapping(root, "file"):
            if name in MAPS:
                self.named_rows(MAPS[name], name, node)
            elif name in LISTS:
                self.listed_rows(LISTS[name], name, node)
            else:
                self.complain(line, "section", name, "", f"is unknown; accepted: {', '.join([*MAPS, *LISTS])}")

    def mapping(self, node: yaml.Node, label: str) -> Iterator[tuple[str, int, yaml.Node]]:
        """Each field once; what is no mapping, and a field given again, are complained of."""
        if not isinstance(node, yaml.MappingNode):
            self.complain(line_of(node), label, "", _shown(node), "must be a mapping of names to values")
            return
        seen: dict[str, int] = {}
        for name, line, value in pairs(node):
            if name in seen:
                self.complain(line, label, name, _shown(value), f"is given twice, first on line {seen[name]}")
            else:
                seen[name] = line
                yield name, line, value

    def named_rows(self, table: Table, section: str, node: yaml.Node) -> None:
        if is_absent(node):
            return
        for key, line, fields in self.mapping(node, section):
            self.mapped_row(table, f"{section} “{key}”", fields, Ref(table.name, key), line)

    def listed_rows(self, table: Table, section: str, node: yaml.Node, contract: str = "") -> None:
        for item in self.items(node, section):
            key = _scalar_in(item, "key")
            within = contract or (_subject(item) if table.name != "contracts" else "")
            label = f"{section} “{key}”" + (f" of contract “{contract}”" if contract else "")
            self.mapped_row(table, label, item, Ref(table.name, key, within), line_of(item))

    def items(self, node: yaml.Node, section: str) -> list[yaml.Node]:
        if is_absent(node):
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.complain(line_of(node), section, "", _shown(node), "must be a list, each item beginning with “- ”")
            return []
        return list(node.value)

    def mapped_row(self, table: Table, label: str, node: yaml.Node, ref: Ref, line: int) -> None:
        row, parts = RowOfCells(self, table, ref, label), []
        lists = CONTRACT_LISTS if table.name == "contracts" else {}
        for name, at, value in self.mapping(node, label):
            if name in lists:
                parts.append((name, value))
            elif name not in table.fields:
                accepted = ", ".join([*table.fields, *lists])
                row.complain(at, name, _shown(value), f"is an unknown field; accepted: {accepted}")
            elif not is_absent(value):
                row.take(Given(name, _shown(value), line_of(value)), name, partial(_value, value))
        row.end(line)
        for name, value in parts:
            self.listed_rows(lists[name], name, value, contract=ref.key)


def _value(node: yaml.Node, known: Field) -> Value:
    if known.read is as_identifiers:
        return _identifiers(node)
    return _text(node) if known.to else known.read(_plain(node, known))


def _text(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise Unreadable("must be a single value, not a list or a mapping")
    if fault := text_fault(node.value):
        raise Unreadable(fault)
    return str(node.value).strip()


def _plain(node: yaml.Node, known: Field) -> str:
    if known.read is as_amount and node.tag == FLOAT:
        quoted = f"'{_text(node)}' in quotes would be accepted"
        raise Unreadable(f"is a bare decimal, which YAML takes for binary floating point; {quoted}")
    return _text(node)


def _identifiers(node: yaml.Node) -> tuple[tuple[str, str], ...]:
    items = node.value if isinstance(node, yaml.SequenceNode) else [node]
    mappings = [item if isinstance(item, yaml.MappingNode) else yaml.MappingNode("", []) for item in items]
    found = [{name: value for name, _, value in pairs(mapping)} for mapping in mappings]
    if any(set(each) != {"scheme", "value"} for each in found):
        raise Unreadable("must be a list of scheme and value; [{scheme: LEI, value: ...}] would be accepted")
    return tuple((_text(each["scheme"]), _text(each["value"])) for each in found)


def _scalar_in(node: yaml.Node, name: str) -> str:
    """A field of a row before the row is read, to label it with; empty when it is not there."""
    if not isinstance(node, yaml.MappingNode):
        return ""
    texts = [v.value for n, _, v in pairs(node) if n == name and isinstance(v, yaml.ScalarNode) and not is_absent(v)]
    return str(texts[0]).strip() if texts else ""


def _subject(node: yaml.Node) -> str:
    """What a program's fact or a figure is about: keys are unique within it."""
    for name in ("program", "contract", "organization"):
        if found := _scalar_in(node, name):
            return f"{name} {found}"
    return ""


def _shown(node: yaml.Node) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""
