"""Records of a file brought together by key, in an order within each, on disk: there may be millions. Pure."""

import sqlite3
from collections.abc import Iterator
from itertools import groupby
from types import TracebackType
from typing import Any, NamedTuple

import orjson

from procurement.imports.rows import BadFile

#: How many records are handed to the disk at once.
TOGETHER = 1000


class TooDeep(ValueError):
    """A record is nested too deeply to be kept."""


class Gathered(NamedTuple):
    """A record with its place in the file and a number that whoever added it gave it."""

    line: int
    mark: int
    record: dict[str, Any]


class Gathering:
    """Records by key. What does not fit into a small cache lies in a temporary file, which goes with the process."""

    def __init__(self) -> None:
        self._kept = sqlite3.connect("", isolation_level=None)
        self._kept.execute("PRAGMA journal_mode = OFF")
        self._kept.execute("CREATE TABLE kept (key TEXT, place TEXT, line INT, mark INT, record BLOB)")
        self._kept.execute("BEGIN")
        self._new: list[tuple[str, str, int, int, bytes]] = []

    def __enter__(self) -> "Gathering":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._kept.close()

    def add(self, key: str, place: str, gathered: Gathered) -> None:
        """Add a record; in its group the records are in the order of their places. Raises TooDeep, or BadFile."""
        try:
            record = orjson.dumps(gathered.record)
        except TypeError as error:  # orjson's own limit of depth
            raise TooDeep from error
        self._new.append((key, place, gathered.line, gathered.mark, record))
        if len(self._new) >= TOGETHER:
            self._put()

    def groups(self) -> Iterator[tuple[str, Iterator[Gathered]]]:
        """The records of each key. Raises BadFile when the disk is full."""
        self._put()
        try:
            self._kept.execute("CREATE INDEX by_key ON kept (key, place)")
            found = self._kept.execute("SELECT key, line, mark, record FROM kept ORDER BY key, place, rowid")
        except sqlite3.Error as error:
            raise _full(error) from error
        for key, rows in groupby(found, key=lambda row: str(row[0])):
            yield key, (Gathered(line, mark, orjson.loads(record)) for _, line, mark, record in rows)

    def _put(self) -> None:
        try:
            self._kept.executemany("INSERT INTO kept VALUES (?, ?, ?, ?, ?)", self._new)
        except sqlite3.Error as error:
            raise _full(error) from error
        finally:
            self._new.clear()


def _full(error: sqlite3.Error) -> BadFile:
    return BadFile(1, f"could not be sorted on the disk for temporary files ({error}); give it room and load it again")
