"""Charts for messages: read in a thread and drawn in a process of their own, so that no other message waits for it."""

import logging
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLong
from dataclasses import dataclass
from threading import Lock

from django.db import connections
from django.utils import timezone

from procurement.charts.timeline.apart import Apart
from procurement.charts.timeline.reading import history
from procurement.common.dates import Asked
from procurement.programs.reading import program_in_view

log = logging.getLogger(__name__)

#: A message waits so long for a chart, in seconds, and goes without it then.
PATIENCE = 5.0
#: Where so many are to be drawn before it, a message does not wait at all.
MOST_WAITING = 8
#: So many drawn charts are remembered: one piece of news goes to many subscribers.
MOST_KEPT = 64


@dataclass(frozen=True)
class Wanted:
    """A chart: of which program, and as of which alert about it, so that news of it are drawn anew."""

    program: str
    newest_alert: int


class Charts:
    """Charts that messages asked for, drawn or being drawn; the oldest are forgotten."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._pool: ThreadPoolExecutor | None = None
        self._asked: OrderedDict[Wanted, Future[bytes | None]] = OrderedDict()

    def drawn(self, wanted: Wanted) -> bytes | None:
        """A chart as PNG; None where it cannot be drawn, or not in time. Never raises."""
        future = self._future(wanted)
        if future is None:
            return None
        try:
            return future.result(timeout=PATIENCE)
        except TooLong:
            return None

    def _future(self, wanted: Wanted) -> "Future[bytes | None] | None":
        with self._lock:
            if wanted not in self._asked:
                if sum(not each.done() for each in self._asked.values()) >= MOST_WAITING:
                    return None
                self._pool = self._pool or ThreadPoolExecutor(1, thread_name_prefix="charts")
                self._asked[wanted] = self._pool.submit(_drawn, wanted)
                while len(self._asked) > MOST_KEPT:
                    self._asked.popitem(last=False)
            return self._asked[wanted]


def _drawn(wanted: Wanted) -> bytes | None:
    """The chart as the page of its program has it; what fails is logged, and the message goes without."""
    try:
        asked = Asked(timezone.localdate())
        program = program_in_view(wanted.program, asked)
        return None if program is None else APART.drawn(history(program, asked)) or None
    except Exception:
        log.exception("chart could not be drawn for a message", extra={"program": wanted.program})
        return None
    finally:
        connections.close_all()  # this thread's own


#: The process that draws for this one.
APART = Apart()
#: Those of this process.
CHARTS = Charts()
