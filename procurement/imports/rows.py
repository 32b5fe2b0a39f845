"""The result of reading any format: rows with their place in the file, and issues about what was refused. Pure."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from procurement.common.errors import BadSource

#: The types of column values; pairs are an organization's identifiers, (scheme, value).
Value: TypeAlias = str | bool | int | Decimal | dt.date | dt.datetime | tuple[tuple[str, str], ...]

#: The most characters of a value shown in an issue.
SHOWN = 80


class BadFile(BadSource):
    """A file cannot be read beyond a line; the rows before it remain valid."""

    def __init__(self, line: int, reason: str) -> None:
        self.line = line
        super().__init__(reason)


class Ref(NamedTuple):
    """The name of a row in files: table, key, and the contract, program or subject in which the key is unique."""

    table: str
    key: str
    within: str = ""


@dataclass(frozen=True)
class Given:
    """One cell of a file: its name (a heading or a path), its text and its line.

    `plain` is the text in the notation of our fields, if the file uses another: 2020-06-25 for 令和2年6月25日.
    """

    name: str
    text: str
    line: int
    plain: str = ""


@dataclass(frozen=True)
class Row:
    """One row of one table, by column; `sound` is false when a part of it could not be read.

    `record` names the record of the file from which the row was made, if one record becomes several rows. `follows` is
    the row without which this one makes no sense, although it does not refer to it.
    """

    ref: Ref
    file: str
    line: int
    label: str
    values: Mapping[str, Value] = field(default_factory=dict)
    refs: Mapping[str, Ref] = field(default_factory=dict)
    given: Mapping[str, Given] = field(default_factory=dict)
    sound: bool = True
    record: str = ""
    follows: Ref | None = None

    @property
    def place(self) -> str:
        """Where the row begins."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Issue:
    """Why something in a file was refused, or (a remark) a warning about something accepted.

    `kind` is a short name by which an account counts warnings of one sort.
    """

    file: str
    line: int
    label: str
    field: str
    value: str
    reason: str
    kind: str = ""

    def __str__(self) -> str:
        shown = self.value if len(self.value) <= SHOWN else self.value[:SHOWN] + "…"
        what = " ".join(part for part in (self.label, self.field) if part)
        return f"{self.file}:{self.line}: {what}{f' “{shown}”' if shown else ''}: {self.reason}"


@dataclass(frozen=True)
class Parsed:
    """What a format read from a file or a portion of it; includes rows that are not sound: others can refer to them.

    Issues say what was refused; remarks, what was taken although it looks odd, or was left out on purpose.
    """

    rows: tuple[Row, ...] = ()
    issues: tuple[Issue, ...] = ()
    remarks: tuple[Issue, ...] = ()


def issue_with(row: Row, column: str, reason: str) -> Issue:
    """An issue with one column of a row, at the line of the field that gave it."""
    given = row.given.get(column)
    if given is None:
        return Issue(row.file, row.line, row.label, column, "", reason)
    return Issue(row.file, given.line, row.label, given.name, given.text, reason)
