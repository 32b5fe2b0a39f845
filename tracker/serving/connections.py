"""One connection: what is being done with it, and until when that may last."""

import enum
import socket
import struct
import time
from functools import partial
from typing import Any

from tracker.serving import limits
from tracker.serving.arriving import Arriving
from tracker.serving.leaving import Outlet


class Phase(enum.Enum):
    """What a connection is doing."""

    IDLE = "nothing of a request came yet"
    HEAD = "a part of the head came"
    BODY = "the head came, and a part of the body"
    WORKING = "a thread answers"
    SENDING = "the answer is written, and the client takes it"
    LINGERING = "all is said; the client may still be sending"


class Reader:
    """What gunicorn asks for the next request of a connection: the one that came."""

    def __init__(self, request: Any) -> None:
        self.request = request

    def __next__(self) -> Any:
        return self.request

    def finish_body(self, deadline: float | None = None) -> bool:  # noqa: ARG002  # gunicorn names it
        """True: the whole body came before the request was answered, and none of it is left on the connection."""
        return True


class Connection:
    """A client's connection, with the attributes that gunicorn's threads use."""

    #: gunicorn prepares others itself, in the thread.
    initialized = data_ready = True
    is_http2 = False

    def __init__(self, cfg: Any, sock: Any, client: Any, wake: Any) -> None:
        sock.setblocking(False)
        self.cfg, self.raw, self.client, self.server = cfg, sock, client, sock.getsockname()
        self.counted_as = limits.counted_as(client)
        self.sock = Outlet(sock, partial(wake, self))
        self.parser: Reader | None = None
        self.is_open = True
        #: Whether another request may follow the one that is answered.
        self.is_kept = False
        #: What the loop watches for at the moment.
        self.watched = 0
        self.pace: limits.Pace | None = None
        self.await_request(limits.SPAN_SECONDS)

    def await_request(self, seconds: float) -> None:
        """Begin anew, with nothing."""
        self.arriving = Arriving(self.cfg, self.client, self.counted_as)
        self.enter(Phase.IDLE, seconds)

    def enter(self, phase: Phase, seconds: float = limits.SPAN_SECONDS) -> None:
        """Go on to another phase; those without a pace of their own last so long at most."""
        self.phase, self.due = phase, time.monotonic() + seconds
        self.pace = limits.Pace(self.sock.arrived()) if phase in (Phase.WORKING, Phase.SENDING) else None
        if phase is Phase.BODY:
            self.pace = limits.Pace(self.arriving.had)

    def take(self, data: bytes) -> bool:
        """Take what came; whether a request is whole."""
        is_whole = self.arriving.take(data)
        if self.phase is Phase.IDLE:
            self.enter(Phase.HEAD)
        if self.phase is Phase.HEAD and self.arriving.request is not None:
            self.enter(Phase.BODY)
        return is_whole

    def init(self) -> None:
        """Nothing is left to prepare in the thread."""

    def is_late(self, now: float) -> bool:
        """Whether the client took longer than it may."""
        if self.phase is Phase.BODY and self.pace:
            return self.pace.is_late(now, self.arriving.had, is_body=True)
        if self.phase in (Phase.WORKING, Phase.SENDING):
            return self._takes_too_slowly(now)
        return now >= self.due

    def _takes_too_slowly(self, now: float) -> bool:
        """Whether something waits for the client that takes too little of it."""
        if not self.sock.waiting or self.pace is None:
            self.pace = None
            return False
        return self.pace.is_late(now, self.sock.arrived())

    def end(self) -> None:
        """Close, and keep nothing."""
        self.is_open = False
        if (
            self.sock.waiting or self.sock.is_broken
        ):  # else the kernel would go on for minutes with what it holds of the answer
            self.raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.end()
        if self.phase is not Phase.WORKING:  # else the thread is still reading
            self.arriving.close()
        self.raw.close()
