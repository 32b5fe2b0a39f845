"""How long answers about exposure take, beside one process that sums the amount column of the ledger."""

import datetime as dt
import time
from collections.abc import Iterator, Sequence
from functools import partial

from django.db import connection

from benchmarks import totals
from benchmarks.measuring import TIMES, Measurement, seconds, took
from benchmarks.progress import Progress
from benchmarks.series import own_mirror, series
from benchmarks.size import MID, TODAY, Size
from procurement.common.dates import Asked
from procurement.exposure.answering import GROUPINGS, Question, answer

#: How many yardsticks an answer may take.
EVERY_PROGRAM, ONE, OTHER_GROUPING, PAGE, FREE, OTHER_DATES = 0.25, 0.02, 0.5, 0.1, 2.0, 3.0
#: How many times longer an answer may take while so many contracts wait; and how many are refreshed a second at least.
WAITING, MORE = 10_000, 2.0
REFRESHED = 6_000
#: How much longer it may take for ten times the entries.
GROWTH = 1.5
PAST_GROUPINGS = ("domain", "supplier", "fiscal_year")
KNOWN_BEFORE = dt.timedelta(days=400)

Asking = tuple[str, Question, float]


def questions(size: Size, as_of: dt.date) -> Iterator[Asking]:
    """What is asked as of a day, and how many yardsticks it may take."""
    now = Asked(as_of)
    yield from main_questions(size, now)
    # the mirror takes as long for any grouping, so that a few of them stand for all
    for name in GROUPINGS if as_of == TODAY else PAST_GROUPINGS:
        if name not in {"program", "none"}:
            yield f"by {name}", Question(now, (name,)), OTHER_GROUPING
    yield "a page of 100 contracts", Question(now, ("contract",), limit=100), PAGE
    yield "by method and domain, of one country", Question(now, ("method", "domain"), {"country": ["JP"]}), FREE
    yield (
        "by supplier and fiscal year, of live contracts",
        Question(now, ("supplier", "fiscal_year"), {"contract_status": ["active", "suspended", "stop_work"]}),
        FREE,
    )
    yield (
        "by program, of suspended naval and air programs",
        Question(now, ("program",), {"program_status": ["suspended"], "domain": ["naval", "air"]}),
        FREE,
    )
    if as_of != TODAY:
        return  # what others knew is read from the ledger, whose reading takes as long for any day
    before = as_of - KNOWN_BEFORE
    moment = dt.datetime.combine(before, dt.time(12), dt.UTC)
    yield "every program, published_by", Question(Asked(as_of, before), ("program",)), OTHER_DATES
    yield "every program, recorded_by", Question(Asked(as_of, None, moment), ("program",)), OTHER_DATES
    yield "total, published_by and recorded_by", Question(Asked(as_of, before, moment), ("none",)), OTHER_DATES


def main_questions(size: Size, asked: Asked) -> Iterator[Asking]:
    """What is asked most, also while facts are posted."""
    largest, median = size.largest_program, size.median_program
    yield "every program", Question(asked, ("program",)), EVERY_PROGRAM
    yield "one program, the largest", Question(asked, ("program",), {"program": [largest]}), ONE
    yield "one program, a median one", Question(asked, ("program",), {"program": [median]}), ONE
    yield "grand total", Question(asked, ("none",)), ONE


def sum_the_ledger() -> None:
    """The yardstick."""
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        cursor.execute("SELECT sum(amount) FROM procurement_ledgerentry")
        cursor.fetchall()
        cursor.execute("RESET max_parallel_workers_per_gather")


def exposure(size: Size, progress: Progress) -> Iterator[Measurement | str]:
    """Each question in turn, at the last day and in mid-history, with a mirror; series; and while contracts wait."""
    with own_mirror(size, progress) as made:
        yield from made
        yield from answers(size, progress)
        yield from series(size)
        yield from waiting(size, progress)


def answers(size: Size, progress: Progress) -> Iterator[Measurement]:
    """Each question at both days."""
    for as_of in (TODAY, MID):
        progress.say(f"asking as of {as_of}")
        for name, question, target in questions(size, as_of):
            ours, yardstick = seconds(partial(answer, question), sum_the_ledger)
            wanted = target if as_of == TODAY else max(target, OTHER_DATES)
            yield Measurement(f"{name}, as of {as_of}", ours * 1000, yardstick * 1000, "ms", wanted)


def waiting(size: Size, progress: Progress) -> Iterator[Measurement]:
    """The same while contracts wait beside when none does, and how fast they are refreshed."""
    number = min(WAITING, size.contracts // 10) or 1
    for name, question, _ in main_questions(size, Asked(TODAY)):
        totals.refresh()
        before = min(took(partial(answer, question)) for _ in range(TIMES))
        totals.wait(number, size.contracts)
        progress.say(f"asking while {number:,} contracts wait: {name}")
        ours = min(took(partial(answer, question)) for _ in range(TIMES))
        yield Measurement(f"while {number:,} contracts wait: {name}", ours * 1000, before * 1000, "ms", MORE)
    began = time.monotonic()
    rate = totals.refresh() / (time.monotonic() - began)
    yield Measurement("contracts refreshed", rate, REFRESHED, "a second", 1.0, more_is_better=True)


def growth(small: Sequence[Measurement | str], whole: Sequence[Measurement | str]) -> Iterator[Measurement]:
    """Our times with all contracts beside those with a tenth, for what is meant to be fast."""
    before = {each.name: each for each in small if isinstance(each, Measurement)}
    fast = [each for each in whole if isinstance(each, Measurement) and each.name in before]
    for each in fast:
        if each.target is not None and each.target <= OTHER_GROUPING:
            yield Measurement(f"growth from a tenth: {each.name}", each.ours, before[each.name].ours, "ms", GROWTH)
