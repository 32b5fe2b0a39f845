"""Rebuild the stored totals."""

import sys
import time
from argparse import ArgumentParser, ArgumentTypeError
from threading import Lock
from typing import Any, TextIO

from django.core.management.base import BaseCommand

from procurement.exposure.kept.rebuilding import rebuild_totals

#: Seconds between two lines when the output is not a terminal.
LINE_EVERY = 5.0
BAR = 30
MOST_JOBS = 64


class Progress:
    """Shows progress: one line, rewritten, on a terminal; a new line now and then elsewhere. Thread-safe."""

    def __init__(self, out: TextIO, *, terminal: bool) -> None:
        self.out, self.terminal, self.lock = out, terminal, Lock()
        self.began, self.what, self.said_at = 0.0, "", 0.0

    def __call__(self, what: str, done: int, of: int) -> None:
        """Show the progress."""
        with self.lock:
            now = time.monotonic()
            if what != self.what:
                self.what, self.began, self.said_at = what, now, 0.0
            if self.terminal or done == of or now - self.said_at >= LINE_EVERY:
                self.said_at = now
                self._write(self._line(done, of, now - self.began), ends=done == of)

    def _line(self, done: int, of: int, seconds: float) -> str:
        share = done / of if of else 1.0
        left = f", {seconds / done * (of - done):.0f} s left" if 0 < done < of else ""
        bar = f" |{'#' * int(share * BAR):<{BAR}}|" if self.terminal else ""
        return f"{self.what:<8} {share:4.0%}{bar} {done}/{of}, {seconds:.0f} s{left}"

    def _write(self, line: str, *, ends: bool) -> None:
        over = "\r\x1b[K" if self.terminal else ""
        self.out.write(over + line + ("" if self.terminal and not ends else "\n"))
        self.out.flush()


def some(text: str) -> int:
    """Read number of connections that work in parallel."""
    if not text.isdecimal() or not 1 <= int(text) <= MOST_JOBS:
        raise ArgumentTypeError(f"“{text}” is not a number from 1 to {MOST_JOBS}")
    return int(text)


class Command(BaseCommand):
    """`manage.py rebuild_totals`: the service answers meanwhile, and is exact (docs/running.md)."""

    help = "Rebuild the stored totals of exposure from the ledger, while the service runs. May be killed and repeated."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--jobs", type=some, default=2, help="number of connections that work in parallel")

    def handle(self, *args: Any, jobs: int, **options: Any) -> None:
        terminal = self.stderr.isatty()
        progress = Progress(options.get("stderr") or sys.stderr, terminal=terminal)
        contracts = rebuild_totals(jobs=jobs, progress=progress)
        self.stdout.write(f"totals of {contracts} contracts were rebuilt")
