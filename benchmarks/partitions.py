"""The ledger in one table, and the same rows parted by hash of the contract: an experiment in plain SQL.

`python -m benchmarks.partitions --entries 10000000 --parts 8,16` works in a database of its own on the server that the
settings name, and drops it. 100,000,000 entries take some 45 GB for two tables with their indexes.
"""

import argparse
import os
import random
import statistics
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import django
import psycopg
from psycopg import sql

from benchmarks.measuring import took

NAME = "tracker_partitions"
PER_CONTRACT = 10
#: So many entries are inserted by one statement, and so many statements are timed; contracts that are asked for.
BATCH, BATCHES, ASKED = 1_000, 100, 300
SUM = sql.SQL(
    "SELECT measure, sum(amount) FROM {} WHERE contract_id = %s AND effective_on <= '2024-06-30' GROUP BY measure"
)
#: As procurement_ledgerentry is, in what size and speed depend on.
COLUMNS = """
    id bigint NOT NULL, contract_id bigint NOT NULL, measure varchar(12) NOT NULL, amount numeric(24, 4) NOT NULL,
    rounding numeric(24, 4) NOT NULL, in_kind boolean NOT NULL, reason varchar(20) NOT NULL, effective_on date NOT NULL,
    effective_precision varchar(12) NOT NULL, published_on date, recorded_at timestamptz NOT NULL,
    source_id bigint NOT NULL, source_key varchar(200) NOT NULL, revision integer NOT NULL, note text NOT NULL,
    reverses_id bigint
"""
ROWS = sql.SQL("""
INSERT INTO {table}
SELECT n, 1 + n / {per}, (ARRAY['commitment', 'payment', 'payment', 'delivery'])[1 + n % 4], n % 999983 + 0.5, 0, false,
       'other', date '2012-01-01' + (n * 7919 % 4380)::int, 'day', date '2012-01-01' + (n * 7919 % 4380)::int,
       now(), 1 + n % 5000, 'k-' || n, 1, '', NULL
  FROM generate_series({first}::bigint, {last}) n
""")
INDEXES = ("(contract_id, effective_on, id)", "(source_id)", "(recorded_at)")


def main() -> int:
    """Make each table, measure it and print a row."""
    given = _arguments()
    django.setup()
    with own_database() as connect, connect() as connection:
        print("| table | fill, rows/s | heap, GB | indexes, GB | one contract, ms (p50, p99) | inserts, rows/s | "
              "4 writers, rows/s | vacuum after 10 % updates, s | planning, ms |")  # fmt: skip
        print("|---|---|---|---|---|---|---|---|---|")
        for parts in (1, *given.parts):
            print(f"| {_said(parts)} | {' | '.join(measured(connection, connect, given.entries, parts))} |", flush=True)
            connection.execute("DROP TABLE entry")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.partitions")
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--parts", type=lambda text: [int(each) for each in text.split(",")], default=[8, 16])
    return parser.parse_args()


def _said(parts: int) -> str:
    return "one" if parts == 1 else f"{parts} partitions"


@contextmanager
def own_database() -> Iterator[Callable[[], "psycopg.Connection[tuple[object, ...]]"]]:
    """A database that is dropped at the end; gives what connects to it."""
    from django.db import connection

    from procurement.common.owning import as_owner

    with as_owner():
        connection.ensure_connection()
        given = connection.get_connection_params()
    given = {name: given[name] for name in ("host", "port", "user", "password") if given.get(name)}
    with psycopg.connect(**given, dbname="postgres", autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(NAME)))
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))
        try:
            yield lambda: psycopg.connect(**given, dbname=NAME, autocommit=True)
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(NAME)))


Connection = psycopg.Connection[tuple[object, ...]]
Connect = Callable[[], Connection]


def measured(connection: Connection, connect: Connect, entries: int, parts: int) -> Iterator[str]:
    """The figures of one way, each as it is measured."""
    make(connection, parts)
    fill = took(lambda: filled(connection, entries))
    yield f"{entries / fill:,.0f}"
    for kind in ("pg_table_size", "pg_indexes_size"):
        yield f"{_size(connection, kind) / 2**30:,.2f}"
    times = asked(connection, entries)
    yield f"{statistics.median(times):,.2f}, {times[int(len(times) * 0.99)]:,.2f}"
    yield f"{_inserted(connect, entries, writers=1):,.0f}"
    yield f"{_inserted(connect, entries, writers=4):,.0f}"
    connection.execute("UPDATE entry SET note = 'x' WHERE contract_id % 10 = 3")
    yield f"{took(lambda: connection.execute('VACUUM entry')):,.1f}"
    yield _planning(connection)


def make(connection: Connection, parts: int) -> None:
    """The empty table, parted or not; the key of a parted one has the column that parts it."""
    columns = sql.SQL(COLUMNS)
    if parts == 1:
        connection.execute(sql.SQL("CREATE TABLE entry ({}, PRIMARY KEY (id))").format(columns))
        return
    table = "CREATE TABLE entry ({}, PRIMARY KEY (id, contract_id)) PARTITION BY HASH (contract_id)"
    connection.execute(sql.SQL(table).format(columns))
    part = sql.SQL("CREATE TABLE {} PARTITION OF entry FOR VALUES WITH (MODULUS {}, REMAINDER {})")
    for number in range(parts):
        connection.execute(part.format(sql.Identifier(f"entry_{number}"), sql.Literal(parts), sql.Literal(number)))


def filled(connection: Connection, entries: int) -> None:
    """Put all rows in, then index and analyze them."""
    step = 5_000_000
    for first in range(1, entries + 1, step):
        _insert(connection, first, min(first + step - 1, entries))
    for each in INDEXES:
        connection.execute(sql.SQL("CREATE INDEX ON entry {}").format(sql.SQL(each)))
    unique = "CREATE UNIQUE INDEX ON entry (contract_id, source_id, source_key, revision)"
    connection.execute(sql.SQL(unique))
    connection.execute("VACUUM ANALYZE entry")


def _insert(connection: Connection, first: int, last: int) -> None:
    values = {"first": sql.Literal(first), "last": sql.Literal(last), "per": sql.Literal(PER_CONTRACT)}
    connection.execute(ROWS.format(table=sql.Identifier("entry"), **values))


def _size(connection: Connection, kind: str) -> int:
    """Bytes of the table and of all its partitions."""
    asked = "SELECT coalesce(sum({size}(relid)), {size}('entry')) FROM pg_partition_tree('entry') WHERE isleaf"
    row = connection.execute(sql.SQL(asked).format(size=sql.Identifier(kind))).fetchone()
    assert row is not None
    return int(str(row[0]))


def asked(connection: Connection, entries: int) -> list[float]:
    """Milliseconds of the sums of some contracts, in order; a first round warms things up."""
    chance = random.Random(1)  # noqa: S311  (a sample, not a secret)
    question = SUM.format(sql.Identifier("entry"))
    contracts = [chance.randint(1, entries // PER_CONTRACT) for _ in range(ASKED)]
    for each in contracts[:30]:
        connection.execute(question, [each])
    return sorted(_milliseconds(connection, question, each) for each in contracts)


def _milliseconds(connection: Connection, question: sql.Composed, contract: int) -> float:
    return took(lambda: connection.execute(question, [contract]).fetchall()) * 1000


#: Ids beyond those of the table are given out once.
_next = [0]
_lock = threading.Lock()


def _inserted(connect: Connect, entries: int, *, writers: int) -> float:
    """Rows a second of transactions of some rows each, about contracts anywhere."""
    with _lock:
        first = max(_next[0], entries) + 1
        _next[0] = first + writers * BATCH * BATCHES

    def write(number: int) -> None:
        with connect() as connection:
            for batch in range(BATCHES):
                begins = first + (number * BATCHES + batch) * BATCH
                connection.execute(_SCATTERED, {"first": begins, "last": begins + BATCH - 1, "most": entries // 10})

    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    return writers * BATCH * BATCHES / took(lambda: _all(threads))


_SCATTERED = sql.SQL("""
INSERT INTO entry SELECT n, 1 + (n * 104729) %% %(most)s, 'payment', n %% 999983 + 0.5, 0, false, 'other',
       date '2024-01-01', 'day', date '2024-01-01', now(), 1, 'n-' || n, 1, '', NULL
  FROM generate_series(%(first)s::bigint, %(last)s::bigint) n
""")


def _all(threads: Sequence[threading.Thread]) -> None:
    for each in threads:
        each.start()
    for each in threads:
        each.join()


def _planning(connection: Connection) -> str:
    """Milliseconds of planning a question of one contract."""
    found = []
    for contract in range(1, 20):
        plan = sql.SQL("EXPLAIN (ANALYZE, FORMAT JSON) ") + SUM.format(sql.Identifier("entry"))
        row = connection.execute(plan, [contract]).fetchone()
        assert row is not None
        found.append(row[0][0]["Planning Time"])  # type: ignore[index]
    return f"{statistics.median(found):,.2f}"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    sys.exit(main())
