"""Progress: lines, and a bar that a terminal redraws; elsewhere a line every few seconds."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TextIO

WIDTH = 24
#: Seconds between two drawings of a bar, on a terminal and elsewhere.
OFTEN, SELDOM = 0.2, 10.0


class Progress:
    """Writes to stderr, so that the table on stdout can be kept."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stderr
        self.redraws = self.stream.isatty()

    def say(self, said: str) -> None:
        """A line of its own."""
        before = "\r\x1b[K" if self.redraws else ""
        print(f"{before}{time.strftime('%H:%M:%S')} {said}", file=self.stream, flush=True)

    def follow(self, what: str, blocks: Iterable[list[str]], expected: int) -> Iterator[list[str]]:
        """Pass blocks of rows on, drawing how many rows went by, in percent of those expected, and how fast."""
        began = time.monotonic()
        done, drawn = 0, began
        for block in blocks:
            yield block
            done += len(block)
            now = time.monotonic()
            if now - drawn >= (OFTEN if self.redraws else SELDOM):
                self.draw(bar(what, done, expected, now - began))
                drawn = now
        self.say(f"{done:>11,} rows of {what}, {done / max(time.monotonic() - began, 1e-6):,.0f} a second")

    def draw(self, line: str) -> None:
        """Replace the last drawing where that is possible."""
        if self.redraws:
            print(f"\r\x1b[K{line}", end="", file=self.stream, flush=True)
        else:
            self.say(line)


def bar(what: str, done: int, expected: int, seconds: float) -> str:
    """One drawing."""
    part = min(done / max(expected, 1), 1.0)
    drawn = ("#" * int(part * WIDTH)).ljust(WIDTH, ".")
    rate = done / max(seconds, 1e-6)
    return f"[{drawn}] {part:4.0%} {done:,} of about {expected:,} rows of {what}, {rate:,.0f} a second"
