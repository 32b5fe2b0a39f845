"""Turns: how many expensive questions a web process answers at once, so that threads stay free for cheap ones."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings

from procurement.access.limits.reached import NoTurn

#: Seconds after which somebody who had no turn may ask again.
AGAIN = 5


class Turns:
    """A few at once, a few more waiting; everybody else is sent away at once, so that no thread is held by waiting."""

    def __init__(self, what: str, *, at_once: int, waiting: int, seconds: float) -> None:
        self.what, self.at_once, self.waiting, self.seconds = what, at_once, waiting, seconds
        self.busy = self.queued = 0
        self.changed = threading.Condition()

    def take(self) -> Callable[[], None]:
        """Wait for a turn; gives what ends it, which may be called twice. Raises NoTurn."""
        with self.changed:
            if self.busy >= self.at_once:
                self._wait()
            self.busy += 1
        return Once(self._end)

    def _wait(self) -> None:
        if self.queued >= self.waiting:
            raise NoTurn(self.what, AGAIN)
        self.queued += 1
        try:
            if not self.changed.wait_for(lambda: self.busy < self.at_once, self.seconds):
                raise NoTurn(self.what, AGAIN)
        finally:
            self.queued -= 1

    def _end(self) -> None:
        with self.changed:
            self.busy -= 1
            self.changed.notify()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """A turn for as long as something is done. Raises NoTurn."""
        end = self.take()
        try:
            yield
        finally:
            end()


class Once:
    """Calls something the first time that it is called itself."""

    def __init__(self, act: Callable[[], None]) -> None:
        self.act: Callable[[], None] | None = act
        self.lock = threading.Lock()

    def __call__(self) -> None:
        """Call it, if that has not been done."""
        with self.lock:
            act, self.act = self.act, None
        if act is not None:
            act()


questions = Turns(
    "questions over many contracts",
    at_once=settings.QUESTIONS_AT_ONCE,
    waiting=settings.QUESTIONS_WAITING,
    seconds=settings.QUESTIONS_WAIT_SECONDS,
)
#: A page is small, and a browser asks for its pictures at once, which cannot ask again: more of them wait.
pages = Turns(
    "pages", at_once=settings.PAGES_AT_ONCE, waiting=settings.PAGES_WAITING, seconds=settings.PAGES_WAIT_SECONDS
)
#: A file holds its thread for as long as its client reads, so that nobody waits for one to end.
files = Turns("files", at_once=settings.FILES_AT_ONCE, waiting=0, seconds=0)
