"""The portfolio format: programs, contracts and all that is known of them, as YAML that an analyst reads and edits.

docs/portfolio-format.md describes it. A file is read into rows; what cannot be read becomes issues, and the rows around
it stand. Names may point into the other files of the folder, so nothing is resolved here. Pure.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import yaml

from procurement.common.texts import text_fault
from procurement.imports.rows import Given, Issue, Parsed, Ref, Row, Value
from procurement.imports.values import Reader, Unreadable, as_amount, as_day, as_flag, as_moment, as_text, as_whole
from procurement.imports.yamltext import FLOAT, NotYaml, composed, is_absent, line_of, pairs

SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True)
class Field:
    """How one field is read: by `read`, or as the name of a row of table `to`; `column` where the name differs."""

    read: Reader = as_text
    to: str = ""
    column: str = ""
    needed: bool = False


@dataclass(frozen=True)
class Table:
    """One table: the fields of its rows; `parts` are the lists that a contract carries."""

    name: str
    fields: Mapping[str, Field]
    parts: Mapping[str, "Table"] = field(default_factory=dict)


TEXT, DAY, MOMENT, AMOUNT, FLAG, WHOLE = (
    Field(read) for read in (as_text, as_day, as_moment, as_amount, as_flag, as_whole)
)
ORGANIZATION, SOURCE = Field(to="organizations"), Field(to="documents")
PROGRAM = Field(to="programs", needed=True)

NAMED = {"name": TEXT, "local_name": TEXT, "country": TEXT}
FACT = {
    "key": Field(column="source_key", needed=True),
    "source": Field(to="documents", needed=True),
    "effective_on": DAY,
    "effective_precision": TEXT,
    "published_on": DAY,
    "note": TEXT,
}

CONTRACT_FACTS = {
    "parties": Table("contract_parties", FACT | {"organization": Field(to="organizations", needed=True), "role": TEXT}),
    "statuses": Table(
        "contract_status_changes",
        FACT
        | {"act": TEXT, "status": TEXT, "until": DAY, "decided_by": ORGANIZATION}
        | {"notified_on": DAY, "notified_precision": TEXT}
        | {"termination_kind": Field(column="termination_ground"), "suspended_scope": Field(column="suspends")},
    ),
    "allocations": Table(
        "allocations",
        {name: each for name, each in FACT.items() if name != "effective_on"}
        | {"from": Field(as_day, column="effective_on"), "program": PROGRAM, "share": AMOUNT},
    ),
    "milestones": Table(
        "milestones",
        FACT | {"kind": TEXT, "due_on": DAY, "due_precision": TEXT, "amount": AMOUNT, "description": TEXT},
    ),
    "entries": Table(
        "ledger_entries",
        FACT
        | {"measure": TEXT, "amount": AMOUNT, "rounding": AMOUNT, "in_kind": FLAG, "reason": TEXT}
        | {"milestone": Field(to="milestones"), "counterpart": Field(to="contracts")},
    ),
    "completeness": Table("completeness", FACT | {"measure": TEXT, "through": DAY, "basis": TEXT}),
    "liability_estimates": Table(
        "liability_estimates",
        FACT | {"low": AMOUNT, "point": AMOUNT, "high": AMOUNT} | {"withheld": FLAG, "method": TEXT, "clause": TEXT},
    ),
    "guarantees": Table(
        "guarantees",
        FACT | {"kind": TEXT, "event": TEXT, "amount": AMOUNT, "guarantor": ORGANIZATION, "valid_until": DAY},
    ),
}

#: Sections that map a local name to fields.
MAPS = {
    "organizations": Table("organizations", NAMED | {"kind": TEXT, "identifiers": TEXT}),
    "sources": Table(
        "documents",
        {"title": TEXT, "publisher": TEXT, "url": TEXT, "language": TEXT, "published_on": DAY}
        | {"retrieved_at": MOMENT, "sha256": TEXT, "archived_copy": TEXT, "grade": TEXT},
    ),
    "programs": Table(
        "programs", NAMED | {"buyer": ORGANIZATION, "domain": TEXT, "description": TEXT, "source": SOURCE}
    ),
}

#: Sections that list rows.
LISTS = {
    "program_links": Table("program_links", FACT | {"program": PROGRAM, "kind": TEXT, "other": PROGRAM}),
    "status_changes": Table(
        "status_changes",
        FACT
        | {"program": PROGRAM, "kind": TEXT, "status": TEXT, "scope": TEXT, "revokes": Field(to="status_changes")}
        | {"speaker": TEXT, "role": TEXT, "organization": ORGANIZATION, "side": TEXT}
        | {"term": TEXT, "quotation": TEXT, "sequence": WHOLE, "casts_doubt": FLAG},
    ),
    "contracts": Table(
        "contracts",
        {
            "key": Field(needed=True),
            "reference": TEXT,
            "generated": Field(as_flag, column="reference_generated"),
            "ocid": TEXT,
            "title": TEXT,
            "local_title": TEXT,
            "buyer": Field(to="organizations", needed=True),
            "method": TEXT,
            "currency": TEXT,
            "signed_on": DAY,
            "signed_precision": TEXT,
            "starts_on": DAY,
            "ends_on": DAY,
            "ends_precision": TEXT,
            "is_remainder": FLAG,
            "description": TEXT,
            "source": Field(to="documents", needed=True),
        },
        parts=CONTRACT_FACTS,
    ),
    "reported_figures": Table(
        "reported_figures",
        FACT
        | {"program": Field(to="programs"), "contract": Field(to="contracts"), "organization": ORGANIZATION}
        | {"measure": TEXT, "amount": AMOUNT, "low": AMOUNT, "high": AMOUNT, "currency": TEXT, "rounding": AMOUNT}
        | {"scope": TEXT, "as_of": Field(as_day, column="as_of_date"), "as_of_precision": TEXT, "speaker": TEXT}
        | {"withheld": FLAG, "share": AMOUNT, "share_of": TEXT, "borne_by": ORGANIZATION},
    ),
}


def parse(file: str, text: str) -> Parsed:
    """Read one file; `file` is the name that issues carry."""
    return _Reading(file).read(text)


class _Reading:
    """One file being read."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.rows: list[Row] = []
        self.issues: list[Issue] = []

    def read(self, text: str) -> Parsed:
        try:
            root = composed(text)
        except NotYaml as error:
            self.complain(error.line, "file", "", "", str(error))
        else:
            if root is not None and not is_absent(root):
                self.sections(root)
        return Parsed(tuple(self.rows), tuple(self.issues))

    def complain(self, line: int, label: str, name: str, value: str, reason: str) -> None:
        self.issues.append(Issue(self.file, line, label, name, value, reason))

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
            self.row(table, f"{section} “{key}”", fields, Ref(table.name, key), line)

    def listed_rows(self, table: Table, section: str, node: yaml.Node, contract: str = "") -> None:
        for item in self.items(node, section):
            key = _scalar_in(item, "key")
            within = contract or (_subject(item) if table.name != "contracts" else "")
            label = f"{section} “{key}”" + (f" of contract “{contract}”" if contract else "")
            self.row(table, label, item, Ref(table.name, key, within), line_of(item))

    def items(self, node: yaml.Node, section: str) -> list[yaml.Node]:
        if is_absent(node):
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.complain(line_of(node), section, "", _shown(node), "must be a list, each item beginning with “- ”")
            return []
        return list(node.value)

    def row(self, table: Table, label: str, node: yaml.Node, ref: Ref, line: int) -> None:
        before = len(self.issues)
        if fault := text_fault(ref.key):
            self.complain(line, label, "", "", fault)
        cells = _Cells(self, table, label, ref)
        for name, at, value in self.mapping(node, label):
            if name in table.parts:
                cells.parts.append((name, value))
            else:
                cells.take(name, at, value)
        cells.miss(line)
        sound = len(self.issues) == before
        self.rows.append(cells.row(line, sound=sound))
        for name, value in cells.parts:
            self.listed_rows(table.parts[name], name, value, contract=ref.key)


class _Cells:
    """The fields of one row being read."""

    def __init__(self, reading: _Reading, table: Table, label: str, ref: Ref) -> None:
        self.reading, self.table, self.label, self.ref = reading, table, label, ref
        self.values: dict[str, Value] = {}
        self.refs: dict[str, Ref] = {}
        self.given: dict[str, Given] = {}
        self.parts: list[tuple[str, yaml.Node]] = []

    def take(self, name: str, line: int, node: yaml.Node) -> None:
        known = self.table.fields.get(name)
        if known is None:
            accepted = ", ".join([*self.table.fields, *self.table.parts])
            self.complain(line, name, _shown(node), f"is an unknown field; accepted: {accepted}")
        elif not is_absent(node):
            self.given[known.column or name] = Given(name, _shown(node), line_of(node))
            try:
                self.keep(known, known.column or name, node)
            except Unreadable as error:
                self.complain(line_of(node), name, _shown(node), str(error))

    def keep(self, known: Field, column: str, node: yaml.Node) -> None:
        if column == "identifiers":
            self.values[column] = _identifiers(node)
        elif known.to:
            within = self.ref.within if known.to in {"milestones", "status_changes"} else ""
            self.refs[column] = Ref(known.to, _text(node), within)
        elif column != "key":
            self.values[column] = known.read(_plain(node, known))

    def miss(self, line: int) -> None:
        for name, known in self.table.fields.items():
            given = self.given.get(known.column or name)
            if known.needed and not (given and (given.text.strip() or given.name != "key")):
                self.complain(line, name, "", "is missing; every row here has one")

    def complain(self, line: int, name: str, value: str, reason: str) -> None:
        self.reading.complain(line, self.label, name, value, reason)

    def row(self, line: int, *, sound: bool) -> Row:
        row = Row(self.ref, self.reading.file, line, self.label, self.values, self.refs, self.given, sound)
        if self.table.name == "programs":
            return replace(row, values=self.values | {"code": self.ref.key})
        if self.table.name == "reported_figures":
            return _with_speaker(row)
        if self.table.name in {part.name for part in CONTRACT_FACTS.values()}:
            return replace(row, refs=self.refs | {"contract": Ref("contracts", self.ref.within)})
        return row


def _with_speaker(row: Row) -> Row:
    """Beside a program or a contract, an organization is the one that spoke; alone, the one that is spoken of."""
    if "organization" not in row.refs or not row.refs.keys() & {"program", "contract"}:
        return row
    names = {"organization": "speaker_organization"}
    return replace(
        row,
        refs={names.get(column, column): ref for column, ref in row.refs.items()},
        given={names.get(column, column): given for column, given in row.given.items()},
    )


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
