"""How many facts a second eight connections post, beside plain INSERTs into the same table.

Plain means: no trigger of ours, so nothing keeps totals or leaves work, while constraints, foreign keys and indexes are
the same. An empty copy of the table would be no yardstick: its indexes fit where those of a full one do not.
"""

import statistics
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

from django.db import connection

from benchmarks.measuring import TIMES, Measurement
from benchmarks.posters import insert, post, post_lists
from benchmarks.progress import Progress
from benchmarks.size import Size
from benchmarks.working import Act, Crew, crew

CONNECTIONS = 8
TARGET = 0.6
PLAIN = "plain INSERTs"


@dataclass(frozen=True)
class Way:
    """A way of posting: how many facts each connection posts in one go, and its target in plain INSERTs."""

    act: Act
    facts: int
    target: float | None = None


WAYS = {
    PLAIN: Way(insert, 1_000),
    "INSERTs with our triggers": Way(insert, 1_000, TARGET),
    "the verb, one fact a transaction": Way(post, 100),
    "the verb, 100 facts a transaction": Way(post_lists, 300, TARGET),
}


def posting(
    size: Size, progress: Progress, *, connections: int = CONNECTIONS, most: int | None = None
) -> Iterator[Measurement]:
    """Each way beside the yardstick, in turn; the first round is free. `most` cuts what each connection posts."""
    progress.say(f"posting from {connections} connections to {size.contracts:,} contracts")
    rates: dict[str, list[float]] = {name: [] for name in WAYS}
    with crew(connections) as workers:
        for turn in range(1 + TIMES):
            for name, way in WAYS.items():
                rates[name].append(_rate(workers, name, min(way.facts, most or way.facts)))
            progress.say(
                f"round {turn} of {TIMES}: {', '.join(f'{found[-1]:,.0f}' for found in rates.values())} facts/s"
            )
    median = {name: statistics.median(found[1:]) for name, found in rates.items()}
    for name, way in WAYS.items():
        if name != PLAIN:
            said = f"posting, {connections} connections: {name}"
            yield Measurement(said, median[name], median[PLAIN], "facts/s", way.target, more_is_better=True)


def _rate(workers: Crew, name: str, facts: int) -> float:
    with without_triggers() if name == PLAIN else nullcontext():
        return workers.rate(WAYS[name].act, facts)


@contextmanager
def without_triggers() -> Iterator[None]:
    """Let none of our triggers see what is put into the ledger meanwhile, and take it out again at the end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(max(id), 0) FROM procurement_ledgerentry")
        (last,) = cursor.fetchone()
        cursor.execute("ALTER TABLE procurement_ledgerentry DISABLE TRIGGER USER")
        try:
            yield
        finally:
            cursor.execute("DELETE FROM procurement_ledgerentry WHERE id > %s", [last])
            cursor.execute("ALTER TABLE procurement_ledgerentry ENABLE TRIGGER USER")
