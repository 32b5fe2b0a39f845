"""How many facts a second eight connections post, beside plain INSERTs into the same table.

Plain means: no trigger of ours, so nothing keeps totals or leaves work, while constraints, foreign keys and indexes are
the same. An empty copy of the table would be no yardstick: its indexes fit where those of a full one do not.
"""

import statistics
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass

from benchmarks.measuring import TIMES, Measurement
from benchmarks.posters import insert, post
from benchmarks.posting_lists import a_request, long_lists, plain_entries
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
    "the verb, one fact a transaction": Way(post, 300, 0.25),
}


def posting(
    size: Size, progress: Progress, *, connections: int = CONNECTIONS, most: int | None = None
) -> Iterator[Measurement]:
    """Each way beside the yardstick, in turn; the first round is free. `most` cuts what each connection posts."""
    yield from _from_many(size, progress, connections, most)
    yield from long_lists(progress, most)
    yield from a_request(progress, most)


def _from_many(size: Size, progress: Progress, connections: int, most: int | None) -> Iterator[Measurement]:
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
    with plain_entries() if name == PLAIN else nullcontext():
        return workers.rate(WAYS[name].act, facts)
