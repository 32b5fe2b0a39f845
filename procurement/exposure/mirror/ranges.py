"""Ranges of contracts, so that one range at a time fits into the memory of a question."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from psycopg import sql

from procurement.exposure.mirror.database import run

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: Every contract is between these.
FIRST, LAST = 0, 2**53
#: A range has contracts of so many rows, of which a contract itself weighs as much as some entries.
ROWS, CONTRACT = 1_000_000, 6
_BOUNDS = sql.SQL(
    """
SELECT max(contract_id) FROM (
    SELECT contract_id, sum(weight) OVER (ORDER BY contract_id) // {rows} AS range_number
      FROM (SELECT contract_id, {contract} + count(*) AS weight FROM {entries} GROUP BY contract_id) each
) numbered GROUP BY range_number ORDER BY 1"""
)

_MIDDLE = sql.SQL(
    "SELECT quantile_disc(id, 0.5), max(id) FROM procurement_contract WHERE id BETWEEN %(first)s AND %(last)s"
)


def bounds(db: "DuckDBPyConnection", entries: sql.Identifier, rows: int | None = None) -> tuple[int, ...]:
    """The last contract of each range of so many rows, by the table of entries."""
    found = run(db, _BOUNDS.format(rows=rows or ROWS, contract=CONTRACT, entries=entries)).fetchall()
    return tuple(bound for (bound,) in found)


def halves(db: "DuckDBPyConnection", first: int, last: int) -> list[tuple[int, int]]:
    """A range in two with as many contracts; none of them where it has only one."""
    values = {"first": first, "last": last}
    (middle, most) = run(db, _MIDDLE, values).fetchone() or (None, None)
    return [] if middle is None or middle == most else [(first, middle), (middle + 1, last)]


def ranges(bounds: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The first and last contract of each range, all contracts being in one of them."""
    first = FIRST
    for last in (*bounds[:-1], LAST):
        yield first, last
        first = last + 1
