"""Processes that work at once, each with a connection of its own. Imports no models: a new process imports it first."""

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier, Event

import django

#: Seconds that a process may take to be ready to begin.
PATIENCE = 120

#: Whether to go on after so many.
GoesOn = Callable[[int], bool]
#: What a worker does: takes its number and goes on while it may, returning how many it did.
Act = Callable[[int, GoesOn], int]


@dataclass(frozen=True)
class Signals:
    """What workers of a crew wait for: that all are ready, and that it is enough."""

    begin: Barrier
    stop: Event


@dataclass(frozen=True)
class Stint:
    """How many one worker did, and when; the clock is the same in all processes of a machine."""

    done: int
    began: float
    ended: float


class Crew:
    """So many processes; `start` and `finish` may be repeated."""

    def __init__(self, pool: ProcessPoolExecutor, count: int, signals: Signals) -> None:
        self.pool, self.count, self.signals = pool, count, signals

    def start(self, act: Act, most: int | None = None) -> list[Future[Stint]]:
        """Let every process do something so often, or until `finish` is called."""
        self.signals.stop.clear()
        return [self.pool.submit(_work, act, number, most) for number in range(self.count)]

    def finish(self, stints: Sequence[Future[Stint]]) -> float:
        """End what was started, and return how many were done a second, by all together."""
        self.signals.stop.set()
        return _rate([each.result() for each in stints])

    def rate(self, act: Act, most: int) -> float:
        """Let every process do something so often, and return how many were done a second."""
        return _rate([each.result() for each in self.start(act, most)])


@contextmanager
def crew(count: int) -> Iterator[Crew]:
    """So many processes on our database; all have ended when the block ends, also after a failure."""
    from django.db import connection

    context = multiprocessing.get_context("spawn")  # a forked child would share this process's connection
    signals = Signals(context.Barrier(count), context.Event())
    database = connection.settings_dict["NAME"]
    pool = ProcessPoolExecutor(count, mp_context=context, initializer=_enter, initargs=(database, signals))
    try:
        yield Crew(pool, count, signals)
    finally:
        signals.stop.set()
        signals.begin.abort()
        pool.shutdown(wait=True, cancel_futures=True)


def _rate(stints: Sequence[Stint]) -> float:
    took = max(each.ended for each in stints) - min(each.began for each in stints)
    return sum(each.done for each in stints) / took


#: In a worker: the signals of its crew.
_signals: list[Signals] = []


def _enter(database: str, signals: Signals) -> None:
    """Make a new process ready."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    django.setup()
    from django.db import connection

    connection.settings_dict["NAME"] = database
    _signals.append(signals)


def _work(act: Act, number: int, most: int | None) -> Stint:
    """Wait for the others, then act."""
    from django.db import connection

    connection.ensure_connection()
    signals = _signals[0]
    signals.begin.wait(PATIENCE)
    began = time.monotonic()

    def goes_on(done: int) -> bool:
        return done < most if most is not None else not signals.stop.is_set()

    done = act(number, goes_on)
    return Stint(done, began, time.monotonic())
