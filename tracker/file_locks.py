"""Locks between processes by flock on a file; the kernel releases them when the holder dies."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self


class Lock:
    """One holder's view of a lock file. Another `Lock` on the same file competes with it, even in the same process.

    A child that inherits `fd` holds the lock with its parent: it is free when the last of them has ended.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fd: int | None = None

    def take(self, *, shared: bool = False, wait: bool = True) -> bool:
        """Take the lock, or change its mode; False if that would mean waiting and `wait` is off."""
        if self.fd is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.fd = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self.fd, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            self.release()
            return False
        return True

    def release(self) -> None:
        """Let go; harmless when not held."""
        if self.fd is not None:
            os.close(self.fd)
            self.fd = None

    def is_taken(self) -> bool:
        """Whether somebody holds it exclusively now."""
        if not self.path.exists():
            return False
        probe = Lock(self.path)
        free = probe.take(shared=True, wait=False)
        probe.release()
        return not free

    def __enter__(self) -> Self:
        self.take()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.release()
