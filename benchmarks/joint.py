"""Reading while facts are posted and refreshed: what neither measurement alone can tell."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial

from benchmarks import totals
from benchmarks.exposure import main_questions, sum_the_ledger
from benchmarks.measuring import TIMES, Measurement, took
from benchmarks.posters import insert
from benchmarks.posting import CONNECTIONS, TARGET
from benchmarks.posting_lists import plain_entries
from benchmarks.progress import Progress
from benchmarks.size import TODAY, Size
from benchmarks.working import Crew, GoesOn, crew
from procurement.common.dates import Asked
from procurement.exposure.answering import Answer, answer, answer_from_ledger

#: Seconds for which each round reads at least, and that pass between two refreshes.
SECONDS, PAUSE = 3.0, 0.1
YARDSTICK = "the yardstick"

Times = dict[str, list[float]]


def joint(
    size: Size, progress: Progress, *, connections: int = CONNECTIONS, least: float = SECONDS
) -> Iterator[Measurement | str]:
    """Read times and posting rates of the same minutes; then whether the answers are exact.

    The same reads go on while plain INSERTs are measured, so that what the reader takes from the machine meets both.
    """
    asked = list(main_questions(size, Asked(TODAY)))
    reads: dict[str, Callable[[], object]] = {name: partial(answer, question) for name, question, _ in asked}
    reads[YARDSTICK] = sum_the_ledger
    times: Times = {name: [] for name in reads}
    plain, ours = [], []
    with crew(connections) as posters, crew(1) as refresher:
        for turn in range(TIMES):
            progress.say(f"reading while {connections} connections post, {turn + 1} of {TIMES}")
            with plain_entries():
                plain.append(_round(posters, None, reads, {name: [] for name in reads}, least))
            ours.append(_round(posters, refresher, reads, times, least))
    median = {name: statistics.median(found) * 1000 for name, found in times.items()}
    for name, _, target in asked:
        yield Measurement(f"while posting: {name}", median[name], median[YARDSTICK], "ms", target)
    rates = statistics.median(ours), statistics.median(plain)
    yield Measurement(
        "posting while reading: INSERTs with our triggers", *rates, "facts/s", TARGET, more_is_better=True
    )
    yield checked({name: answer(question) for name, question, _ in asked}, "after posting")


def _round(
    posters: Crew, refresher: Crew | None, reads: dict[str, Callable[[], object]], times: Times, least: float
) -> float:
    """Read everything in turn until the time is up, and return how many facts a second were posted meanwhile."""
    with ExitStack() as ending:
        if refresher is not None:
            ending.callback(refresher.finish, refresher.start(refresh_on))
        posted = posters.start(insert)
        until = time.monotonic() + least
        while True:
            for name, read in reads.items():
                times[name].append(took(read))
            if time.monotonic() >= until:
                return posters.finish(posted)


def refresh_on(_worker: int, goes_on: GoesOn) -> int:
    """Refresh as the worker does, again and again."""
    done = 0
    while goes_on(done):
        totals.refresh()
        done += 1
        time.sleep(PAUSE)
    return done


def checked(answers: dict[str, Answer], when: str) -> str:
    """A sentence on whether answers equal the ledger scan, to the last digit."""
    scanned = {name: answer_from_ledger(each.question) for name, each in answers.items()}
    wrong = [name for name, each in answers.items() if _figures(each) != _figures(scanned[name])]
    if wrong:
        return f"Exactness {when}: NOT EQUAL to the ledger scan: {'; '.join(wrong)}."
    return f"Exactness {when}: checked, {len(answers)} answers equal the ledger scan to the last digit."


def _figures(given: Answer) -> object:
    return given.rows, given.totals, given.next_offset
