"""DuckDB as the mirror uses it: within a limit of memory, and given PostgreSQL's rows as CSV."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection
from psycopg import sql

from procurement.exposure.mirror.tables import Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: What one question may hold in memory; more goes to disk, and beside it the library itself takes some 70 MB.
MEMORY = "220MB"
THREADS = 2
#: The rows of PostgreSQL are read in pieces of this many bytes.
PIECE = 64 * 2**20
NULL = r"\N"
_LOAD = sql.SQL(
    """
INSERT INTO {into} SELECT * FROM read_csv(%(path)s, header = false, auto_detect = false, delim = ',', quote = '"',
                                          escape = '"', nullstr = {null}, columns = {{{columns}}})"""
)
_PARAMETER = re.compile(r"%\((\w+)\)s")


def folder() -> Path:
    """Where the mirror and its locks are on this host."""
    return Path(settings.MIRROR_FOLDER)


MIRROR = "mirror"


def attach(db: "DuckDBPyConnection", path: Path) -> None:
    """Let a DuckDB read a mirror, under the name of MIRROR; the file stays whole where another one replaces it."""
    run(db, sql.SQL("ATTACH {} AS {} (READ_ONLY)").format(str(path), sql.Identifier(MIRROR)))


@contextmanager
def duckdb(path: Path | None = None, *, threads: int = THREADS) -> "Iterator[DuckDBPyConnection]":
    """A DuckDB of this process, on a file or in memory; what does not fit into its memory is spilled to a folder."""
    from duckdb import connect  # 30 MB, which only who reads the mirror needs

    folder().mkdir(parents=True, exist_ok=True)
    config: dict[str, Any] = {
        "memory_limit": MEMORY,
        "threads": threads,
        "temp_directory": str(folder() / "spilled"),
        "default_null_order": "postgres",
        "preserve_insertion_order": path is not None,
        "autoinstall_known_extensions": False,
    }
    with connect(str(path) if path else ":memory:", config=config) as opened:
        yield opened


def run(
    db: "DuckDBPyConnection", text: sql.Composable, values: Mapping[str, Any] = MappingProxyType({})
) -> "DuckDBPyConnection":
    """Execute a statement in psycopg's style of parameters, of which it is given only those that it names."""
    written = text.as_string(None)
    named = set(_PARAMETER.findall(written))
    return db.execute(_PARAMETER.sub(r"$\1", written), {name: values[name] for name in named} or None)


def copied(db: "DuckDBPyConnection", table: Table, into: sql.Identifier, which: sql.Composable) -> int:
    """Copy those rows of a table for which a condition holds from PostgreSQL; returns how many.

    In pieces that end with a line: no value that the mirror holds has line breaks.
    """
    rows = sql.SQL("COPY ({}) TO STDOUT (FORMAT csv, NULL {})").format(table.select(which), NULL)
    load = _LOAD.format(into=into, null=NULL, columns=sql.SQL(", ").join(map(_column, table.columns.items())))
    loaded = 0
    with connection.cursor() as cursor, cursor.copy(rows) as copy, NamedTemporaryFile(dir=folder()) as piece:
        for block in copy:
            piece.write(block)
            if piece.tell() >= PIECE and bytes(block).endswith(b"\n"):
                loaded += _loaded(db, load, piece)
        return loaded + _loaded(db, load, piece)


def _column(column: tuple[str, str]) -> sql.Composed:
    return sql.SQL("{}: {}").format(*column)


def _loaded(db: "DuckDBPyConnection", load: sql.Composable, piece: Any) -> int:
    """Put a piece into a table of DuckDB, and make room for the next."""
    if not piece.tell():
        return 0
    piece.flush()
    (rows,) = run(db, load, {"path": piece.name}).fetchone() or (0,)
    piece.seek(0)
    piece.truncate()
    return int(rows)
