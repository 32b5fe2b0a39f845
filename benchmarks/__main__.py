"""Fill a database of its own, measure, and print ours, yardstick, ratio and target. Progress goes to stderr."""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from benchmarks.measuring import Measurement


def progress(said: str) -> None:
    """Tell whoever waits."""
    print(f"{time.strftime('%H:%M:%S')} {said}", file=sys.stderr, flush=True)


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--contracts", type=int, default=20_000)
    parser.add_argument("--entries-per-contract", type=int, default=10)
    parser.add_argument("--programs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="replace docs/benchmarks.md with what was measured")
    given = parser.parse_args()
    for name in ("contracts", "entries_per_contract", "programs"):
        if getattr(given, name) < 1:
            parser.error(f"--{name.replace('_', '-')} must be at least 1")
    return given


def main() -> None:
    """Measure everything."""
    given = arguments()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    django.setup()

    # these read models, which only now exist
    from benchmarks import measuring, reporting
    from benchmarks.database import own_database, settle
    from benchmarks.portfolio import Portfolio, Size

    size = Size(given.contracts, given.entries_per_contract, given.programs, seed=given.seed)
    progress("making a database")
    with own_database():
        Portfolio(size).fill(progress)
        settle()
        heading = reporting.heading(size, measuring.machine())
        table = reporting.table(list(measured()))
    print(f"{heading}\n\n{table}")
    if given.write:
        reporting.write(f"{heading}\n\n{table}")


def measured() -> "Iterator[Measurement]":
    """Each measurement, announced as it is done."""
    from benchmarks.exposure import exposure
    from benchmarks.posting import posting

    for measure in (exposure, posting):
        for each in measure():
            progress(f"{each.name}: {each.ours:,.1f} {each.unit}, {each.ratio:.3g} yardsticks {each.verdict}")
            yield each


if __name__ == "__main__":
    main()
