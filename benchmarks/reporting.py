"""The measurements as a page, for the terminal and for docs/benchmarks.md."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measuring import TIMES, Measurement
from benchmarks.size import Size

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
#: From here on the page is written by hand: what was not met and why. A new run keeps it.
BY_HAND = "## What was not met, and why"
ABOUT = """\
# Benchmarks

Written by `make bench ARGS=--write`. Absolute figures move from machine to machine; what counts is the ratio to the
yardstick of the same run: for exposure one process that sums the amount column of the ledger, for posting plain INSERTs
into it from as many connections (for a list plain COPY), for the sweep counting the contracts and, in a second row,
bare SQL that reads as much (its limits are in milliseconds), for imports COPY of the rows that a file becomes, or
orjson.loads, for lists of the API a bare WSGI function that sends what one statement of PostgreSQL writes, stock DRF
and django-ninja, for pages the verb that reads their figures and a bare WSGI function that sends the same bytes, for
the admin its list of roles, which has four rows, for alerts one kept connection that posts in a loop. The targets are
those for 10,000,000 entries (`--contracts 1000000`), where fixed costs of milliseconds no longer show.
"""
HEADING = ("measured", "ours", "yardstick", "unit", "ratio", "target", "")


@dataclass(frozen=True)
class Circumstances:
    """What was measured, when and on what."""

    size: Size
    machine: str
    server: str
    load: str
    on: dt.date


def cells(each: Measurement) -> tuple[str, ...]:
    """One line."""
    sign = "≥" if each.more_is_better else "≤"
    target = f"{sign} {each.target:g}" if each.target is not None else ""
    if each.limit is not None:
        target = f"≤ {each.limit:,.0f} {each.unit}"
    return (
        each.name, f"{each.ours:,.1f}", f"{each.yardstick:,.1f}", each.unit, f"{each.ratio:.3g}", target, each.verdict,
    )  # fmt: skip


def table(measurements: Sequence[Measurement]) -> str:
    """All lines, in columns that are also Markdown."""
    lines = [HEADING, *map(cells, measurements)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rows = ["| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in lines]
    return "\n".join([rows[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *rows[1:]])


def heading(of: Circumstances) -> str:
    """What was measured, and on what."""
    size = of.size
    return (
        f"{size.contracts:,} contracts, {size.entries:,} ledger entries and {size.reversals:,} reversals, "
        f"{size.programs:,} programs, {size.suppliers:,} suppliers (seed {size.seed}).\n"
        f"Medians of {TIMES} on {of.machine}; {of.on}, load before it {of.load}.\n"
        f"The server: {of.server}."
    )


def page(of: Circumstances, found: Sequence[Measurement | str]) -> str:
    """Heading, table, and below it what a table cannot say."""
    measurements = [each for each in found if isinstance(each, Measurement)]
    notes = [each for each in found if isinstance(each, str)]
    return "\n\n".join([heading(of), *([table(measurements)] if measurements else []), *notes])


def write(text: str, to: Path = PAGE) -> None:
    """Replace the page of the documentation, but for what people wrote at its end."""
    before = to.read_text(encoding="utf-8") if to.exists() else ""
    _, heading, kept = before.partition(BY_HAND)
    to.write_text(f"{ABOUT}\n{text}\n" + (f"\n{heading}{kept}" if heading else ""), encoding="utf-8")
