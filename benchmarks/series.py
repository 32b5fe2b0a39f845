"""How long answers at other dates and series take, from a mirror made for the run."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from tempfile import TemporaryDirectory

from django.test import override_settings

from benchmarks.measuring import Measurement, seconds
from benchmarks.progress import Progress
from benchmarks.size import FIRST_DAY, TODAY, Size
from procurement.common.dates import Asked
from procurement.exposure.answering import Question, answer_from_mirror
from procurement.exposure.mirror.making import make
from procurement.exposure.mirror.state import place
from procurement.exposure.series import answers_at
from procurement.fiscal.intervals import interval_ends

#: A series may take so many answers, and for each point this part of one.
ANSWERS, POINT = 3.0, 0.01
#: The mirror may take so many bytes for each contract.
BYTES = 500


@contextmanager
def own_mirror(size: Size, progress: Progress) -> Iterator[list[Measurement | str]]:
    """A mirror of the portfolio in a folder of its own; gives what making it took."""
    with TemporaryDirectory() as folder, override_settings(MIRROR_FOLDER=folder):
        began = time.monotonic()
        make(progress.say)
        took, held = time.monotonic() - began, place().stat().st_size
        yield [
            f"The mirror was made in {took:,.0f} s.",
            Measurement("size of the mirror, a contract", held / size.contracts, BYTES, "bytes", 1.0),
        ]


def series(size: Size) -> Iterator[Measurement]:
    """Series over everything and over one program, beside one answer of the same question at a past day."""
    whole = Question(Asked(TODAY), ("program_status",))
    one = Question(Asked(TODAY), ("program",), {"program": [size.median_program]})
    for name, question in (("by status", whole), ("a median program", one)):
        for interval in ("year", "month"):
            days = list(interval_ends(interval, FIRST_DAY, TODAY))
            yield _measured(f"series of {len(days)} {interval}s, {name}", question, days)


def _measured(name: str, question: Question, days: Sequence[date]) -> Measurement:
    ours, answer = seconds(partial(answers_at, question, days), partial(answer_from_mirror, question))
    return Measurement(name, ours * 1000, answer * 1000, "ms", ANSWERS + POINT * len(days))
