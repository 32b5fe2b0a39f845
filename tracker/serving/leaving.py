"""An answer on its way out: what the client does not take at once waits, and the thread that wrote it goes on."""

import errno
import fcntl
import os
import struct
import termios
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from io import FileIO
from typing import Any

from tracker.serving import limits
from tracker.serving.unnamed_files import close, unnamed_file, write_at

#: So much is sent in one turn of the loop, so that one client does not hold it.
TURN_BYTES = 1024 * 1024

#: How often a thread that waits looks whether there is room again.
LOOK_SECONDS = 1.0
#: What waits in files.
KEPT = limits.Total()


def is_too_much() -> bool:
    """Whether more waits in files than may."""
    return KEPT.bytes >= limits.WAITING_IN_ALL


@dataclass
class Stretch:
    """A part of a file that waits to be sent."""

    fd: int
    offset: int
    count: int
    #: Whether the descriptor is a copy of its own, to be closed.
    is_own: bool = False


class Outlet:
    """Stands for the socket of a connection where gunicorn writes to it. Threads write, the loop sends what waits."""

    def __init__(self, sock: Any, wake: Callable[[], None]) -> None:
        self.sock, self.wake = sock, wake
        self.changed = threading.Condition()  # of a lock that its holder can take again
        self.waiting: deque[bytes | Stretch] = deque()
        self.held = self.written = self.sent = 0
        self.file: FileIO | None = None
        #: Since when it is used, and what the client had taken by then.
        self.kept_since = 0.0, 0
        self.is_broken = self.is_awake = False
        #: When all of the request was here.
        self.began = 0.0

    # What gunicorn and the standard library call, by their names.

    def sendall(self, data: bytes) -> None:
        """As `put`, and wait where much waits already: only a thread may."""
        with self.changed:
            self.put(data)
            while not self._has_room():
                self.changed.wait(LOOK_SECONDS)
            self._expect_whole()

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> None:
        """Send a part of a file; what the client does not take now is read later. Raises as `sendall` does."""
        size = os.fstat(file.fileno()).st_size - offset
        with self.changed:
            self._expect_whole()
            self.waiting.append(Stretch(os.dup(file.fileno()), offset, min(size, count or size), is_own=True))
            self._send_waiting()
            if self.waiting:
                self._wake()

    def fileno(self) -> int:
        """The descriptor of the socket."""
        return int(self.sock.fileno())

    def getsockname(self) -> Any:
        """The address of this side."""
        return self.sock.getsockname()

    def setblocking(self, _flag: object) -> None:
        """Nothing: the loop alone decides how the socket is used."""

    def settimeout(self, _seconds: float | None) -> None:
        """Nothing, as `setblocking`."""

    def shutdown(self, _how: int) -> None:
        """Nothing: the loop closes when all is sent."""

    def recv(self, _size: int) -> bytes:
        """Nothing: the loop alone reads."""
        return b""

    def close(self) -> None:
        """Nothing, as `shutdown`."""

    # What the loop calls; none of it waits for a client.

    def put(self, data: bytes) -> None:
        """Send what the client takes now, and keep the rest. Raises BrokenPipeError if it went away, or is too slow.

        Raises OSError where the rest cannot be kept.
        """
        with self.changed:
            self._expect_whole()
            view = memoryview(data)
            while view and not self.waiting and (count := self._send(view)):
                view = view[count:]
            if not view:
                return
            try:
                self._keep(view)
            except OSError:  # the disk is full: the loop resets the connection, else half an answer might pass for all
                self.is_broken = True
                raise
            finally:
                self._wake()

    def flush(self) -> bool:
        """Send what waits, as far as the client takes it; whether all is sent. Raises OSError if it went away."""
        with self.changed:
            self._expect_whole()
            self._send_waiting()
            if not self.waiting:
                self._forget()
                self.changed.notify_all()
            return not self.waiting

    def end(self) -> None:
        """Give up: a thread that writes to it is told, and nothing waits any longer."""
        with self.changed:
            self.is_broken = True
            self._forget()
            if self.file is not None:
                close(self.file)
                self.file = None
            self.changed.notify_all()

    def arrived(self) -> int:
        """How many bytes the client's machine has taken."""
        unsent = b"\0\0\0\0"
        with suppress(OSError):
            unsent = fcntl.ioctl(self.sock.fileno(), termios.TIOCOUTQ, unsent)
        return self.sent - int(struct.unpack("i", unsent)[0])

    def rate(self) -> float | None:
        """How many bytes a second the client took since its answer waits in a file; None: it has hardly waited."""
        since, sent = self.kept_since
        waited = time.monotonic() - since
        return (self.arrived() - sent) / waited if self.written and waited >= limits.WAITING_SECONDS else None

    # Each of these is called with the lock held.

    def _wake(self) -> None:
        """Tell the loop that something waits, unless it knows."""
        if not self.is_awake:
            self.is_awake = True
            self.wake()

    def _has_room(self) -> bool:
        """Whether the thread may write on."""
        if self.is_broken or not self.waiting or not self.written:
            return True
        return self.written < limits.WAITING_BYTES and not is_too_much()

    def _expect_whole(self) -> None:
        if self.is_broken:
            raise BrokenPipeError(errno.EPIPE, "the client went away, or takes its answer too slowly")

    def _send(self, data: memoryview | bytes) -> int:
        """How many bytes the client took; 0 if none now."""
        try:
            count = int(self.sock.send(data))
        except BlockingIOError:
            return 0
        self.sent += count
        return count

    def _send_stretch(self, part: Stretch) -> int:
        try:
            count = os.sendfile(self.sock.fileno(), part.fd, part.offset, min(part.count, TURN_BYTES))
        except BlockingIOError:
            return 0
        if not count:
            raise BrokenPipeError(errno.EPIPE, "the file became shorter while it was sent")
        part.offset += count
        part.count -= count
        self.sent += count
        return count

    def _send_waiting(self) -> None:
        turn = 0
        while self.waiting and turn < TURN_BYTES:
            part = self.waiting[0]
            count = self._send_part(part)
            if not count and (isinstance(part, bytes) or part.count):
                return
            turn += count

    def _send_part(self, part: bytes | Stretch) -> int:
        """Send of the first part that waits, and take from the queue what was sent."""
        if isinstance(part, Stretch):
            count = self._send_stretch(part) if part.count else 0
            if not part.count:
                self._drop(self.waiting.popleft())
            return count
        count = self._send(part)
        if count:
            self.waiting.popleft()
            self.held -= count
            if count < len(part):
                self.waiting.appendleft(part[count:])
        return count

    def _keep(self, data: memoryview) -> None:
        """Keep bytes until they can be sent: the first in memory, more in a file."""
        if not self.written and self.held + len(data) <= limits.HELD_BYTES:
            self.waiting.append(bytes(data))
            self.held += len(data)
            return
        if not self.written:
            self.kept_since = time.monotonic(), self.arrived()
        if self.file is None:
            self.file = unnamed_file()
        write_at(self.file, data, self.written)
        self.waiting.append(Stretch(self.file.fileno(), self.written, len(data)))
        self.written += len(data)
        KEPT.add(len(data))

    def _drop(self, part: bytes | Stretch) -> None:
        if isinstance(part, Stretch) and part.is_own:
            with suppress(OSError):  # it is closed all the same
                os.close(part.fd)

    def _forget(self) -> None:
        while self.waiting:
            self._drop(self.waiting.popleft())
        KEPT.add(-self.written)
        self.held = self.written = 0
        self.is_awake = False
        if self.file is not None:
            with suppress(OSError):  # then it is written over
                self.file.truncate(0)
