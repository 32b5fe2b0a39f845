"""Long lists of facts: cut into short transactions, and told one by one what became of each."""

import gc
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from threading import Barrier
from typing import Any, Generic, TypeVar

from django.db import connection, transaction

from procurement.common.errors import Conflict, Refused
from procurement.sources.appending import Recorded
from procurement.sources.facts import Fact
from procurement.sources.recording import Recorder, refuse_if_any

F = TypeVar("F", bound=Fact)
#: Facts that are posted all or none. Mostly one; a re-homing of a contract is several.
Unit = Sequence[F]
#: What each row of a unit left open.
LeftOpen = Sequence[frozenset[str]]
#: The stored facts of a unit, or why there are none.
Taken = list[Recorded[F]] | Refused
#: A transaction, or more around it (`historical`).
Around = Callable[[], AbstractContextManager[Any]]

#: How long a transaction should take: while it is open, the horizon waits (sources/horizon.py).
SECONDS = 0.5
#: How many facts the first one holds, and how many each at least and at most.
FIRST, FEWEST, MOST = 1_000, 100, 20_000


@dataclass(frozen=True)
class Outcome(Generic[F]):
    """What became of a unit: its facts as they are stored, or why none of them is."""

    recorded: Sequence[Recorded[F]] = ()
    refused: Refused | None = None


@dataclass
class Pace:
    """How many rows a step takes, so that its transaction takes as long as it should."""

    rows: int = FIRST

    def took(self, seconds: float) -> None:
        """Learn from the last step; the next one has at most twice as many rows."""
        self.rows = round(min(max(self.rows * min(SECONDS / max(seconds, 0.001), 2), FEWEST), MOST))


def record_long(
    recorder: Recorder[F], units: Iterable[Unit[F]], *, around: Around = transaction.atomic, at_once: int = 1
) -> Iterator[Outcome[F]]:
    """Post a list of any length; yields for each unit, in order, what `record_all` would return or raise for it.

    It runs outside of any transaction and takes many, each of well under a second. A bad unit stops no other. Within
    one transaction facts are judged together, as those of a list are; those of one contract or program that follow one
    another stay together. Broken off anywhere it leaves whole transactions; repeated, it finds what has a source_key.

    With `at_once` above one, so many connections post at a time: while one waits for the database another one works.
    Then of two facts that contradict each other either may come first.
    """
    pace = Pace()
    steps = _steps(units, pace)
    if at_once == 1:
        for step in steps:
            yield from _done(recorder, step, around, pace)
        return
    with _crew(at_once) as pool:
        under_way: deque[Future[list[Outcome[F]]]] = deque()
        for step in steps:
            under_way.append(pool.submit(_done, recorder, step, around, pace))
            if len(under_way) > at_once:
                yield from under_way.popleft().result()
        while under_way:
            yield from under_way.popleft().result()


@contextmanager
def _crew(count: int) -> Iterator[ThreadPoolExecutor]:
    """Threads with a connection each, which end with the block."""
    ends = Barrier(count)

    def end() -> None:
        ends.wait()  # so that each thread closes its own
        connection.close()

    with ThreadPoolExecutor(count) as pool:
        try:
            yield pool
        finally:
            for _ in range(count):
                pool.submit(end)


def _done(recorder: Recorder[F], step: Sequence[Unit[F]], around: Around, pace: Pace) -> list[Outcome[F]]:
    """Take one step, and look at what it stored."""
    with not_collecting():
        left_open = [[recorder.left_open(row) for row in unit] for unit in step]
        began = time.monotonic()
        taken = _taken(recorder, step, left_open, around)
        pace.took(time.monotonic() - began)
        return list(_told(recorder, taken))


@contextmanager
def not_collecting() -> Iterator[None]:
    """Look for no circles of garbage meanwhile: facts are in none, and looking takes a third of a step."""
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collected:
            gc.enable()


def _steps(units: Iterable[Unit[F]], pace: Pace) -> Iterator[list[Unit[F]]]:
    """Cut units into steps of about so many rows, between two subjects where one does not go on for too long."""
    step: list[Unit[F]] = []
    rows, last = 0, None
    for unit in units:
        subject = _subject(unit)
        if step and (rows >= 2 * pace.rows or (rows >= pace.rows and subject != last)):
            yield step
            step, rows = [], 0
        step.append(unit)
        rows, last = rows + len(unit), subject
    if step:
        yield step


def _subject(unit: Unit[F]) -> tuple[Any, ...]:
    values = vars(unit[0])
    return tuple([values[f"{name}_id"] for name in unit[0].SUBJECT])


def _taken(
    recorder: Recorder[F], units: Sequence[Unit[F]], left_open: Sequence[LeftOpen], around: Around
) -> list[Taken[F]]:
    """Post some units in one transaction or, where a rule over several rows refuses them together, in halves."""
    try:
        with around():
            return _in_one(recorder, units, left_open)
    except Refused as refused:
        if len(units) == 1:
            return [refused]
    middle = len(units) // 2
    first = _taken(recorder, units[:middle], left_open[:middle], around)
    return [*first, *_taken(recorder, units[middle:], left_open[middle:], around)]


def _in_one(recorder: Recorder[F], units: Sequence[Unit[F]], left_open: Sequence[LeftOpen]) -> list[Taken[F]]:
    """Check all rows together and store those of sound units. Raises Refused where that stops more than one row."""
    checked = recorder.check([row for unit in units for row in unit])
    errors = iter(checked.errors)
    refusals = [_refusal([next(errors) for _ in unit]) for unit in units]
    sound = [(unit, opened) for unit, opened, refusal in zip(units, left_open, refusals, strict=True) if not refusal]
    rows, opened = [row for unit, _ in sound for row in unit], [each for _, opened in sound for each in opened]
    stored, _ = recorder.put(rows, opened, checked.held)
    found = iter(stored)
    return [refusal or _whole([next(found) for _ in unit]) for unit, refusal in zip(units, refusals, strict=True)]


def _refusal(errors: Sequence[Mapping[str, Sequence[str]]]) -> Refused | None:
    if not any(errors):
        return None
    try:
        refuse_if_any(errors)
    except Refused as refused:
        return refused
    return None


def _whole(found: list[Recorded[F] | Conflict]) -> Taken[F]:
    """What became of a unit. Raises Conflict where the others of its unit were stored and must not have been."""
    for each in found:
        if isinstance(each, Conflict):
            if len(found) > 1:
                raise each
            return each
    return found  # type: ignore[return-value]  # no conflict is among them


def _told(recorder: Recorder[F], taken: Sequence[Taken[F]]) -> Iterator[Outcome[F]]:
    """The outcomes, with what is odd about each fact that is stored."""
    units = [unit for unit in taken if not isinstance(unit, Refused)]
    remarks = iter(recorder.remarks([each.fact for unit in units for each in unit if each.draft is None]))
    for unit in taken:
        if isinstance(unit, Refused):
            yield Outcome(refused=unit)
        else:
            yield Outcome([each if each.draft is not None else each.with_warnings(next(remarks)) for each in unit])
