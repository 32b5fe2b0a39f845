"""A fuzzer over every reader: `make fuzz-readers` runs it for minutes, the tests for a moment.

Whatever the bytes of a file are, a reader gives rows and refusals, or one refusal of the file, in bounded time and
memory, and never another exception. It works in a process of its own, which may die of what it reads:

    python -m tests.imports.reader_fuzzing --minutes 10 --seed 7
"""

import argparse
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from random import Random

from procurement.common.errors import Refused
from procurement.common.options import chosen
from procurement.common.texts import text_fault
from procurement.imports.format import File, Format
from procurement.imports.formats import all_formats, format_of
from procurement.imports.mappings import OPTION
from procurement.imports.rows import BadFile, Parsed, Row
from tests.imports.arms_list import arms_mapping
from tests.imports.seeds import Seed, case

#: What a reader may take for a file of some hundred kilobytes, of the processor and by the clock.
MOST_SECONDS, LONGEST_SECONDS = 20.0, 200.0
MOST_MEMORY = 3 * 1024**3
ROOT = Path(__file__).resolve().parents[2]
#: A number and its formats; the numbers of one run are far from those of another.
RUN = 10**9


def file_of(seed: Seed) -> File:
    """A damaged file."""
    return File(seed.name, lambda: BytesIO(seed.content))


def faults(seed: Seed) -> Iterator[str]:
    """What is wrong with what becomes of a file: of recognising it, and of reading it in every format that might."""
    file = file_of(seed)
    try:
        format_of(file)
    except BadFile:
        pass
    except Exception as error:  # noqa: BLE001
        yield f"format_of: {_said(error)}"
    for each in formats_for(seed):
        began, busy = time.monotonic(), time.process_time()
        try:
            yield from (f"{each.name}: {fault}" for fault in _of_reading(each, file))
        except Exception as error:  # noqa: BLE001
            yield f"{each.name}: {_said(error)}"
        if time.process_time() - busy > MOST_SECONDS or time.monotonic() - began > LONGEST_SECONDS:
            yield f"{each.name}: takes too long"


def formats_for(seed: Seed) -> list[Format]:
    """The formats that its name allows, and sometimes one that somebody named by mistake."""
    fitting = [each for each in all_formats() if seed.name.lower().endswith(each.suffixes)]
    random = Random(len(seed.content))
    return fitting if random.random() < 0.8 else [*fitting, random.choice(all_formats())]


def options_of(each: Format) -> dict[str, object]:
    """Options with which a format can be read."""
    given: dict[str, object] = {option.name: "X" for option in each.options if option.needed}
    known = {"buyer": "防衛省", OPTION: arms_mapping()}
    return chosen(each.options, given | {o.name: known[o.name] for o in each.options if o.name in known})


def _of_reading(each: Format, file: File) -> Iterator[str]:
    options = options_of(each)
    try:
        for portion in each.read(file, options):
            yield from _of_portion(portion)
    except (BadFile, Refused):
        return


def _of_portion(portion: Parsed) -> Iterator[str]:
    told = {issue.line for issue in portion.issues} | {issue.label for issue in portion.issues}
    for row in portion.rows:
        if not row.sound and not {row.line, row.label, *(cell.line for cell in row.given.values())} & told:
            yield f"line {row.line} is refused without a reason: {row.label}"
        yield from _of_row(row)
    for issue in (*portion.issues, *portion.remarks):
        if not issue.reason or not isinstance(issue.line, int):
            yield f"an issue without a reason or a line: {issue!r}"


def _of_row(row: Row) -> Iterator[str]:
    if row.sound:
        texts = [value for value in row.values.values() if isinstance(value, str)]
        yield from (f"line {row.line} is sound and holds {text!r}" for text in texts if text_fault(text))


def _said(error: Exception) -> str:
    trace, places = error.__traceback__, []
    while trace:
        places.append(f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return f"{type(error).__name__}: {str(error)[:200]} at {' '.join(places[-3:])}"


# the long form


def work(first: int) -> None:
    """Read one file after another, saying its number before and what was wrong with it after."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    number = first
    while True:
        print("case", number, flush=True)
        for fault in faults(case(number)):
            print("fault", number, fault, flush=True)
        number += 1


def run(seconds: float, first: int) -> tuple[int, dict[str, int]]:
    """Read for so long; how many files were read, and the first number of each fault."""
    found: dict[str, int] = {}
    number, until = first, time.monotonic() + seconds
    while time.monotonic() < until:
        number = _watch(number, until, found) + 1
    return number - first, found


def _watch(first: int, until: float, found: dict[str, int]) -> int:
    """Watch one process until it dies, or the time is over; returns the last number that it began."""
    command = [sys.executable, "-m", "tests.imports.reader_fuzzing", "--work", str(first)]
    number = first
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as child:
        for line in child.stdout or ():
            kind, at, *fault = line.split(" ", 2)
            number = int(at)
            if kind == "fault":
                found.setdefault(fault[0].strip(), number)
                print(line.strip(), flush=True)
            if time.monotonic() > until:
                child.kill()
    if time.monotonic() < until:
        found.setdefault(f"the process ended with {child.returncode}", number)
        print("died", number, child.returncode, flush=True)
    return number


def main(given: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--number", type=int, help="only the file of this number")
    parser.add_argument("--work", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args(given)
    if options.work is not None:
        work(options.work)
    if options.number is not None:
        print(case(options.number))
        print(*faults(case(options.number)), sep="\n")
        return 0
    read, found = run(options.minutes * 60, options.seed * RUN)
    print(f"{read} files read, {len(found)} faults; seed {options.seed}")
    for fault, count in Counter(found).most_common():
        print(f"--number {count}: {fault}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
