"""The measurements as a table, for the terminal and for docs/benchmarks.md."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.measuring import Measurement
from benchmarks.portfolio import Size

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
HEADING = ("measured", "ours", "yardstick", "unit", "ratio", "target", "")


def cells(each: Measurement) -> tuple[str, ...]:
    """One line."""
    sign = "≥" if each.more_is_better else "≤"
    target = f"{sign} {each.target:g}" if each.target is not None else ""
    return (
        each.name, f"{each.ours:,.1f}", f"{each.yardstick:,.1f}", each.unit, f"{each.ratio:.3g}", target, each.verdict,
    )  # fmt: skip


def table(measurements: Sequence[Measurement]) -> str:
    """All lines, in columns that are also Markdown."""
    lines = [HEADING, *map(cells, measurements)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rows = ["| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in lines]
    return "\n".join([rows[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *rows[1:]])


def heading(size: Size, machine: str) -> str:
    """What was measured, and on what."""
    return (
        f"{size.contracts:,} contracts, {size.entries:,} ledger entries and their reversals, {size.programs:,} "
        f"programs (seed {size.seed}).\nMedians of three on {machine}."
    )


def write(text: str) -> None:
    """Replace the page."""
    body = (
        "# Benchmarks\n\nWritten by `make bench ARGS=--write`. Absolute figures move from machine to machine; what "
        "counts is the ratio to the\nyardstick of the same run: one process that sums the amount column of the ledger, "
        "and plain INSERTs into it. The targets\nare those for 10,000,000 entries (`--contracts 1000000`), where fixed "
        "costs of a few milliseconds no longer show.\n"
    )
    PAGE.write_text(f"{body}\n{text}\n", encoding="utf-8")
