"""A column mapping: what each column of a table means, what is the same in all lines, and what names a line. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from procurement.common.errors import Complaints
from procurement.common.texts import text_fault
from procurement.imports.cells.values import Unreadable
from procurement.imports.mapped.targets import (
    NEEDED,
    PARTS,
    TARGETS,
    TOGETHER,
    is_amount,
    is_day,
    part_of,
    precision_of,
)

#: The units in which a column of amounts may be written: 千, 万, 百万, 億.
UNITS = (1, 1_000, 10_000, 1_000_000, 100_000_000)
DECIMALS = (".", ",")
ORDERS = ("ymd", "dmy", "mdy")
PRECISIONS = ("day", "month", "year")
MOST_COLUMNS, LONGEST = 400, 500


@dataclass(frozen=True)
class Column:
    """One column. Without a target it is dropped.

    An amount says its `unit` and the sign before its `decimal`s; a day, the `order` of its numbers and its `precision`.
    `words` are texts of the file and what each means; `scheme`, that of identifiers which are written without one.
    """

    heading: str
    target: str = ""
    unit: int = 0
    decimal: str = ""
    order: str = ""
    precision: str = ""
    scheme: str = ""
    words: Mapping[str, str] = field(default_factory=dict)

    def word(self, text: str) -> str:
        """What a text of the file means."""
        return self.words.get(text, text)


@dataclass(frozen=True)
class TableMapping:
    """A mapping of all columns of a table.

    `fixed` are fields that have one value in all lines, or where a column is empty. `key` are the columns that together
    name a contract; `line_key`, those that tell several lines of one contract apart. `prefix` begins the references
    that are made up where the table has none.
    """

    name: str
    prefix: str
    columns: tuple[Column, ...]
    fixed: Mapping[str, str]
    key: tuple[str, ...]
    line_key: tuple[str, ...] = ()
    sheet: str = ""

    @cached_property
    def headings(self) -> tuple[str, ...]:
        """Every heading, once."""
        return tuple(dict.fromkeys(column.heading for column in self.columns))

    @cached_property
    def taken(self) -> tuple[Column, ...]:
        """The columns that are not dropped."""
        return tuple(column for column in self.columns if column.target)

    @cached_property
    def needed(self) -> tuple[str, ...]:
        """The headings that a file must have; dropped columns may be missing."""
        return tuple(dict.fromkeys((*(column.heading for column in self.taken), *self.key, *self.line_key)))

    @cached_property
    def targets(self) -> frozenset[str]:
        """The fields that a line can have."""
        return frozenset(column.target for column in self.taken) | self.fixed.keys()

    @cached_property
    def makes_references(self) -> bool:
        """Whether the list names its contracts by no reference, so that one is made of the key's columns."""
        return "contract.reference" not in self.targets


def as_json(mapping: TableMapping) -> dict[str, Any]:
    """A mapping as it is stored."""
    found: dict[str, Any] = asdict(mapping)
    found["columns"] = [{name: value for name, value in each.items() if value} for each in found["columns"]]
    return found | {"key": list(mapping.key), "line_key": list(mapping.line_key), "fixed": dict(mapping.fixed)}


def mapping_from(given: Any) -> TableMapping:
    """A mapping from JSON. Raises Refused, which names each wrong part and says what would be accepted."""
    read = _Reading()
    mapping = read.mapping(given)
    read.complaints.refuse_if_any()
    complaints = Complaints()
    _complain(mapping, complaints)
    complaints.refuse_if_any()
    return mapping


def prefix_of(name: str) -> str:
    """The beginning of made-up references by the name of a mapping: “Arms register 2020” gives ARMS-REGISTER-2020."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Z0-9]+", "-", plain.upper()).strip("-")[:40] or "LIST"


class _Reading:
    """Reads the parts of a mapping, of which none can be trusted to have its type."""

    def __init__(self) -> None:
        self.complaints = Complaints()

    def mapping(self, given: Any) -> TableMapping:
        found = self.an_object("mapping", given, TableMapping.__dataclass_fields__)
        columns = self.a_list("columns", found.get("columns"))
        name = self.text("name", found.get("name"))
        return TableMapping(
            name=name,
            prefix=self.text("prefix", found.get("prefix")) or prefix_of(name),
            columns=tuple(self.column(f"columns.{number}", each) for number, each in enumerate(columns)),
            fixed=self.texts("fixed", found.get("fixed")),
            key=tuple(self.text("key", each) for each in self.a_list("key", found.get("key"))),
            line_key=tuple(self.text("line_key", each) for each in self.a_list("line_key", found.get("line_key"))),
            sheet=self.text("sheet", found.get("sheet")),
        )

    def column(self, at: str, given: Any) -> Column:
        found = self.an_object(at, given, Column.__dataclass_fields__)
        words = self.texts(f"{at}.words", found.get("words"))
        unit = found.get("unit") or 0
        if not isinstance(unit, int) or isinstance(unit, bool):
            self.complaints.add(f"{at}.unit", f"must be one of {', '.join(map(str, UNITS))}")
            unit = 0
        names = ("heading", "target", "decimal", "order", "precision", "scheme")
        return Column(unit=unit, words=words, **{name: self.text(f"{at}.{name}", found.get(name)) for name in names})

    def an_object(self, at: str, given: Any, known: Mapping[str, Any]) -> dict[str, Any]:
        if not isinstance(given, dict):
            self.complaints.add(at, f"must be an object with {', '.join(known)}")
            return {}
        for name in given.keys() - known.keys():
            self.complaints.add(at, f"has the unknown field “{str(name)[:60]}”; accepted: {', '.join(known)}")
        return given

    def a_list(self, at: str, given: Any) -> list[Any]:
        if given is None:
            return []
        if not isinstance(given, list | tuple) or len(given) > MOST_COLUMNS:
            self.complaints.add(at, f"must be a list with at most {MOST_COLUMNS} values")
            return []
        return list(given)

    def texts(self, at: str, given: Any) -> dict[str, str]:
        if given is None:
            return {}
        if not isinstance(given, dict) or len(given) > MOST_COLUMNS:
            self.complaints.add(at, f"must be an object with at most {MOST_COLUMNS} texts")
            return {}
        return {self.text(at, name): self.text(f"{at}.{str(name)[:60]}", value) for name, value in given.items()}

    def text(self, at: str, given: Any) -> str:
        if given is None:
            return ""
        fault = "must be text" if not isinstance(given, str) else text_fault(given)
        if not fault and len(given) > LONGEST:
            fault = f"must have at most {LONGEST} characters"
        if fault:
            self.complaints.add(at, fault)
            return ""
        return str(given).strip()


# what a mapping must say


def _complain(mapping: TableMapping, complaints: Complaints) -> None:
    if not mapping.columns:
        complaints.add("columns", "has no column; one for each heading of the table would be accepted")
        return
    for number, column in enumerate(mapping.columns):
        for name, said in _faults(column):
            complaints.add(f"columns.{number}.{name}", said)
    _complain_of_targets(mapping, complaints)
    _complain_of_fixed(mapping, complaints)
    _complain_of_keys(mapping, complaints)


def _faults(column: Column) -> list[tuple[str, str]]:
    """What is wrong with one column."""
    answers: list[tuple[str, object, tuple[object, ...], str]] = []
    if is_amount(column.target):
        answers = [
            ("unit", column.unit, UNITS, "the unit of its amounts"),
            ("decimal", column.decimal, DECIMALS, "the sign before its decimals"),
        ]
    elif is_day(column.target):
        answers = [
            ("order", column.order, ORDERS, "the order of day, month and year"),
            ("precision", column.precision, PRECISIONS, "how exact its days are"),
        ]
    found = [] if column.heading else [("heading", "is missing")]
    if is_day(column.target) and column.precision in PRECISIONS[1:] and not precision_of(column.target):
        found.append(("precision", f"{column.target} is always an exact day; day would be accepted"))
    if column.target and column.target not in TARGETS:
        found.append(("target", f"“{column.target[:60]}” is unknown; accepted: {', '.join(TARGETS)}, or empty"))
    for name, given, accepted, what in answers:
        if given not in accepted:
            found.append(
                (name, f"“{column.heading}” must say {what}; {', '.join(map(str, accepted))} would be accepted")
            )
    return found


def _complain_of_targets(mapping: TableMapping, complaints: Complaints) -> None:
    met: set[str] = set()
    for number, column in enumerate(mapping.columns):
        if column.target in met and column.target != TOGETHER:
            complaints.add(f"columns.{number}.target", f"{column.target} is another column already; choose one")
        met |= {column.target} if column.target else set()
    targets = mapping.targets
    for target in NEEDED:
        if target not in targets:
            complaints.add(
                f"fixed.{target}", f"{target} is missing: a column must be it, or it must have one value for all lines"
            )
    for name in sorted({part_of(each) for each in targets} & PARTS.keys()):
        told_by = f"{name}.{PARTS[name].told_by}"
        if told_by not in targets and not (name == "supplier" and "supplier.identifiers" in targets):
            complaints.add("columns", f"{told_by} is missing, without which the other fields of {name} say nothing")


def _complain_of_fixed(mapping: TableMapping, complaints: Complaints) -> None:
    for target, text in mapping.fixed.items():
        if target not in TARGETS:
            complaints.add(f"fixed.{target[:60]}", f"is unknown; accepted: {', '.join(TARGETS)}")
        elif is_amount(target):
            complaints.add(f"fixed.{target}", "is an amount, which a column must give")
        elif not text:
            complaints.add(f"fixed.{target}", "is empty; leave it out")
        else:
            try:
                TARGETS[target].read(text)
            except Unreadable as error:
                complaints.add(f"fixed.{target}", str(error))


def _complain_of_keys(mapping: TableMapping, complaints: Complaints) -> None:
    if not mapping.name:
        complaints.add("name", "is missing")
    if not mapping.key:
        complaints.add("key", "is missing: the columns whose values together name a contract, and stay the same")
    for name, headings in (("key", mapping.key), ("line_key", mapping.line_key)):
        for heading in headings:
            if heading not in mapping.headings:
                complaints.add(name, f"“{heading[:60]}” is no heading; accepted: {', '.join(mapping.headings)[:500]}")
