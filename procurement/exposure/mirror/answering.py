"""Answers from the mirror: the same rows as the statement over facts gives in PostgreSQL, to the last digit."""

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

from psycopg import sql

from procurement.exposure.mirror.database import MIRROR, attach, duckdb, run
from procurement.exposure.mirror.newer import MOST, counts, put_beside
from procurement.exposure.mirror.partials import Statements
from procurement.exposure.mirror.ranges import halves, ranges
from procurement.exposure.mirror.state import State, place, read
from procurement.exposure.rows import Found, Reader, in_order
from procurement.exposure.snapshot import snapshot

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

log = logging.getLogger(__name__)

#: The memory of one question is that of a process: its threads ask one after another.
ONE_QUESTION = Lock()


@dataclass(frozen=True)
class Wanted:
    """A question as the mirror takes it: `values` are the parameters of the statement over facts."""

    dimensions: Sequence[str]
    filters: Collection[str]
    values: Mapping[str, Any]
    #: the contracts that the filters can let through, where not all
    contracts: Collection[int] | None = None


def available() -> bool:
    """Whether this host has a mirror, which can be asked about any dates."""
    return place().exists()


def found(wanted: Wanted) -> Found | None:
    """What the statement over facts would find; None where PostgreSQL has to be asked after all.

    That is, where there is no mirror, too much was recorded since, or DuckDB cannot: a disposable copy is no reason
    to refuse an answer.
    """
    if not available():
        return None
    from duckdb import Error

    try:
        with ONE_QUESTION, snapshot(), duckdb() as db:
            attach(db, place())
            return _found(db, read(db, MIRROR), wanted)
    except Error as error:
        log.warning("the mirror did not answer; PostgreSQL does", extra={"error": str(error)})
        return None


def _found(db: "DuckDBPyConnection", state: State, wanted: Wanted) -> Found | None:
    came = counts(state, MOST + 1) if state.fits and state.is_in_view else None
    if came is None or sum(came.values()) > MOST:
        return None
    put_beside(db, state, came, wanted.contracts)
    statements = Statements(wanted.dimensions, wanted.filters)
    _sum_up(db, statements, ranges(state.bounds), wanted.values)
    return _read(db, statements, wanted.values)


def _sum_up(
    db: "DuckDBPyConnection", statements: Statements, found: Iterator[tuple[int, int]], values: Mapping[str, Any]
) -> None:
    """Fill `partial` from one range after another; what does not fit into memory is halved."""
    from duckdb import OutOfMemoryException

    text, waiting = statements.of_range(), [*found][::-1]
    into = sql.SQL("CREATE TEMP TABLE partial AS {}")
    while waiting:
        first, last = waiting.pop()
        try:
            run(db, into.format(text), {**values, "first": first, "last": last})
        except OutOfMemoryException:
            parts = halves(db, first, last)
            if not parts:
                raise
            waiting += parts[::-1]
            continue
        into = sql.SQL("INSERT INTO partial BY NAME {}")
    empty = statements.empty_programs()
    if empty is not None:
        run(db, empty, values)


def _read(db: "DuckDBPyConnection", statements: Statements, values: Mapping[str, Any]) -> Found:
    rows = _rows(run(db, statements.together(totals=False), values), statements.own)
    if not statements.own:
        return Found(rows[values["offset"] :], in_order(rows))
    return Found(rows, in_order(_rows(run(db, statements.together(totals=True), values), ())))


def _rows(result: "DuckDBPyConnection", own: Sequence[str]) -> list[Any]:
    reader = Reader([column[0] for column in result.description], own)
    return [reader.row(record) for record in result.fetchall()]
