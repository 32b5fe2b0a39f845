"""Staging: every row of all files side by side, names checked, in the order in which they can be posted. Pure."""

import datetime as dt
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from itertools import groupby
from typing import Any

from procurement.imports.rows import Issue, Parsed, Ref, Row, issue_with

#: Tables whose rows are posted in order of their dates: what is revoked or re-homed comes first.
DATED = frozenset({"status_changes", "allocations"})

#: A name that stands nowhere is compared with so many names, those beside which it would stand in the alphabet.
COMPARED = 20

#: Rows that are posted all or none. Mostly one; a re-homing is several.
Batch = tuple[Row, ...]
#: Batches about one program, contract or subject, in the order in which they are posted.
Unit = tuple[Batch, ...]


@dataclass(frozen=True)
class Staged:
    """What is to be posted, and the rows that are not."""

    units: tuple[Unit, ...] = ()
    refused: tuple[Row, ...] = ()
    issues: tuple[Issue, ...] = ()

    @property
    def rows(self) -> Iterator[Row]:
        """Every row, posted or not."""
        yield from self.refused
        yield from (row for unit in self.units for batch in unit for row in batch)


def stage(files: Iterable[Parsed], order: Sequence[str]) -> Staged:
    """Refuse unreadable rows, duplicate names and unknown names; put the rest in order.

    `order` lists all tables in the order of posting: a row refers only to rows of earlier tables, or of its own.
    """
    rows = [row for parsed in files for row in parsed.rows]
    first: dict[Ref, Row] = {}
    for row in rows:
        first.setdefault(row.ref, row)
    names = _Names(first)
    found = {id(row): said for row in rows if row.sound and (said := _issues_with(row, first, names))}
    refused = [row for row in rows if not row.sound or id(row) in found]
    good = [row for row in rows if row.sound and id(row) not in found] if refused else rows
    mates = {_together(row): row for row in refused if first[row.ref] is row}
    for row in [row for row in good if _together(row) in mates] if mates else ():
        mate = mates[_together(row)]
        found[id(row)] = [issue_with(row, "source_key", f"belongs together with {mate.label}, refused at {mate.place}")]
        refused.append(row)
    issues = tuple(issue for row in rows for issue in found.get(id(row), ())) if found else ()
    return Staged(tuple(units((row for row in good if id(row) not in found), order)), tuple(refused), issues)


def _issues_with(row: Row, first: Mapping[Ref, Row], names: "_Names") -> list[Issue]:
    if first[row.ref] is not row:
        return [issue_with(row, "source_key", f"the name is already used at {first[row.ref].place}; choose another")]
    return [issue_with(row, column, names.lack(ref)) for column, ref in row.refs.items() if ref not in first]


class _Names:
    """The names that files define, to say which one may be meant by one that stands nowhere.

    Looking costs the same in long files, and is done once for each name: thousands of rows may lack the same row.
    """

    def __init__(self, refs: Iterable[Ref]) -> None:
        self._refs = refs
        self._said: dict[Ref, str] = {}

    def lack(self, ref: Ref) -> str:
        """What is said of a reference to a row that is in no file."""
        if ref not in self._said:
            self._said[ref] = self._lack(ref)
        return self._said[ref]

    def _lack(self, ref: Ref) -> str:
        names = self._sorted.get((ref.table, ref.within), [])
        place = max(min(bisect_left(names, ref.key) - COMPARED // 2, len(names) - COMPARED), 0)
        close = get_close_matches(ref.key, names[place : place + COMPARED], n=3) or names[:5]
        return "no file defines this name" + (f"; these would be accepted: {', '.join(close)}" if close else "")

    @cached_property
    def _sorted(self) -> dict[tuple[str, str], list[str]]:
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for ref in self._refs:
            found[ref.table, ref.within].append(ref.key)
        return {of: sorted(names) for of, names in found.items()}


def units(rows: Iterable[Row], order: Sequence[str]) -> list[Unit]:
    """Rows grouped by what they are about, in the order of posting."""
    places, rows = {table: place for place, table in enumerate(order)}, list(rows)
    rehomings: dict[tuple[object, ...], int] = {}
    for number, row in enumerate(rows):
        if row.ref.table == "allocations":
            rehomings[_together(row)] = number  # by its last row: of two shares of one day the later one counts
    keys: list[tuple[Any, ...]] = [
        (*_unit(row, places), *_order(row, places, rehomings), number) for number, row in enumerate(rows)
    ]
    in_order = groupby(sorted(keys), key=lambda key: key[:2])
    return [tuple(_batches([rows[key[-1]] for key in group])) for _, group in in_order]


def _unit(row: Row, places: Mapping[str, int]) -> tuple[int, str]:
    """Which unit a row belongs to: a contract's facts to its own, other facts to one by table and subject."""
    contract = row.refs.get("contract")
    if contract is not None and contract.key == row.ref.within:
        return places[contract.table], contract.key
    return places[row.ref.table], row.ref.within or row.ref.key


def _order(row: Row, places: Mapping[str, int], rehomings: Mapping[tuple[object, ...], int]) -> tuple[object, ...]:
    """Within a unit by table, then by date where that matters; equal rows, and re-homings, keep the files' order."""
    table = row.ref.table
    day = row.values.get("effective_on", dt.date.min) if table in DATED else dt.date.min
    return places[table], day, rehomings.get(_together(row), 0) if table == "allocations" else 0


def _batches(rows: Sequence[Row]) -> list[Batch]:
    """Allocations of one day and source are one re-homing and are posted together; every other row alone."""
    if all(row.ref.table != "allocations" for row in rows):
        return [(row,) for row in rows]
    return [tuple(group) for _, group in groupby(rows, key=_together)]


def _together(row: Row) -> tuple[object, ...]:
    if row.ref.table == "allocations":
        return ("allocations", row.ref.within, row.values.get("effective_on"), row.refs.get("source"))
    return (row.ref, row.line, row.file)
