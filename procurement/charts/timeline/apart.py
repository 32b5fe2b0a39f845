"""Drawing a program's chart in a process of its own.

The library that draws holds the lock of Python's interpreter for the second that a chart takes: nothing else of a
process would go on. So whoever has other work at hand reads a history, and has it drawn elsewhere. Run as a module,
this is that other process: it reads histories from its input and writes pictures to its output, one after the other,
and ends when its input does, or after ten minutes of rest.
"""

import atexit
import logging
import os
import pickle
import select
import struct
import subprocess
import sys
from contextlib import suppress
from threading import Lock, Timer
from typing import IO, TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:  # the process imports this module before there are tables
    from procurement.charts.timeline.reading import History

log = logging.getLogger(__name__)

#: A process that takes longer for one chart is ended, and one that rests so long ends, in seconds.
LONGEST, REST = 30.0, 600.0
#: How much gentler than others the process works.
GENTLENESS = 10
LENGTH = struct.Struct(">I")


class Apart:
    """The process, started when it is needed. One chart at a time; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.process: subprocess.Popen[bytes] | None = None

    def drawn(self, found: "History") -> bytes:
        """A history as PNG, in English; nothing where there is nothing to draw. Raises OSError where that fails."""
        with self._lock:
            process = self._running()
            overdue = Timer(LONGEST, process.kill)
            overdue.start()
            try:
                return _asked(process, pickle.dumps(found))
            except OSError:
                self._end()
                raise
            finally:
                overdue.cancel()

    def _running(self) -> "subprocess.Popen[bytes]":
        if self.process is None or self.process.poll() is not None:
            self._end()
            atexit.register(self.close)
            self.process = subprocess.Popen(
                [sys.executable, "-m", __name__],
                cwd=settings.BASE_DIR,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        return self.process

    def _end(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            for pipe in (self.process.stdin, self.process.stdout):
                with suppress(OSError):  # what was not written yet is not wanted
                    if pipe is not None:
                        pipe.close()
        self.process = None

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()


def _asked(process: "subprocess.Popen[bytes]", sent: bytes) -> bytes:
    assert process.stdin is not None
    assert process.stdout is not None
    _write(process.stdin, sent)
    picture = _read(process.stdout)
    if picture is None:
        raise OSError("the process that draws has ended")
    return picture


def _write(to: IO[bytes], content: bytes) -> None:
    to.write(LENGTH.pack(len(content)) + content)
    to.flush()


def _read(source: IO[bytes]) -> bytes | None:
    """The next content; None at the end, also where that comes too early."""
    head = source.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    content = source.read(length)
    return content if len(content) == length else None


# in the process


def main() -> None:
    """Draw what is asked for, until nobody asks."""
    import django

    os.nice(GENTLENESS)
    django.setup()
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    while select.select([asked], [], [], REST)[0] and (content := _read(asked)) is not None:
        _write(answers, drawn(content))


def drawn(content: bytes) -> bytes:
    """A sent history as PNG; nothing where there is nothing to draw, or it fails, which is logged."""
    from django.utils import translation

    from procurement.charts.drawing import PNG, draw
    from procurement.charts.timeline.figure import figure_of

    try:
        with translation.override("en"):
            figure = figure_of(pickle.loads(content))  # noqa: S301  from the process that started this one
            return b"" if figure.is_empty else draw(figure, PNG)
    except Exception:
        log.exception("chart could not be drawn")
        return b""


if __name__ == "__main__":
    main()
