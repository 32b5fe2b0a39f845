"""A receiver of webhooks in a process of its own: it notes when each message came, and answers as its path says.

Written for speed, as it stands for other people's machines: it understands what this service sends and nothing else.
"""

import asyncio
import multiprocessing
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import ClassVar

LENGTH = re.compile(rb"content-length: *([0-9]+)", re.IGNORECASE)
PATH = re.compile(rb"POST /([a-z0-9]*)")
NO_CONTENT = b"HTTP/1.1 204 No Content\r\n\r\n"
#: What is answered at a path, where it is something else; what is not here hangs, drips or hangs up.
ANSWERS = {
    b"500": b"HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n",
    b"elsewhere": b"HTTP/1.1 307 Moved\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
}
#: How long the slow receiver takes, in seconds; and how long between two bytes of one that drips.
SLOW, DRIP = 0.05, 0.05


@dataclass(frozen=True)
class Got:
    """One message, and when all of it was there by the clock that all processes of a machine share."""

    at: float
    path: str
    body: bytes


class Receiving(asyncio.Protocol):
    """One connection."""

    got: ClassVar[list[Got]] = []

    def __init__(self) -> None:
        self.buffer = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember whom to answer."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Take each whole message from what came."""
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = bytes(self.buffer[:end])
            found = LENGTH.search(head)
            body_end = end + 4 + int(found[1] if found else 0)
            if len(self.buffer) < body_end:
                return
            path = PATH.match(head)
            self.take(path[1] if path else b"", bytes(self.buffer[end + 4 : body_end]))
            del self.buffer[:body_end]

    def take(self, path: bytes, body: bytes) -> None:
        """Note a message and answer it."""
        self.got.append(Got(time.monotonic(), path.decode(), body))
        if path == b"slow":
            asyncio.get_running_loop().call_later(SLOW, self.transport.write, NO_CONTENT)
        elif path == b"close":
            self.transport.close()
        elif path == b"drip":
            self.drip()
        elif path != b"hang":
            self.transport.write(ANSWERS.get(path, NO_CONTENT))

    def drip(self) -> None:
        """Answer a byte at a time, without end."""
        if not self.transport.is_closing():
            self.transport.write(b"H")
            asyncio.get_running_loop().call_later(DRIP, self.drip)


class Sink:
    """The receiver as the measurements see it."""

    def __init__(self, asked: Connection, port: int, silent_port: int) -> None:
        self._asked = asked
        self.port, self.silent_port = port, silent_port

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """An address of it; every host of 127.0.0.0/8 is one."""
        return f"http://{host}:{self.port}/{path}"

    def count(self, path: str = "") -> int:
        """How many messages came since the last `taken`, to a path or to any."""
        self._asked.send(("count", path))
        return int(self._asked.recv())

    def taken(self) -> list[Got]:
        """What came since the last time, in order."""
        self._asked.send(("taken", ""))
        found: list[Got] = self._asked.recv()
        return found

    def wait_for(self, number: int, path: str = "", *, seconds: float) -> None:
        """Wait until so many came. Raises TimeoutError."""
        until = time.monotonic() + seconds
        while (came := self.count(path)) < number:
            if time.monotonic() > until:
                raise TimeoutError(f"{came} of {number} messages came to /{path} in {seconds:.0f} s")
            time.sleep(0.02)


@contextmanager
def sink() -> Iterator[Sink]:
    """A receiver while the block runs."""
    context = multiprocessing.get_context("spawn")
    ours, its = context.Pipe()
    process = context.Process(target=serve, args=(its,), daemon=True)
    process.start()
    try:
        yield Sink(ours, *ours.recv())
    finally:
        process.kill()
        process.join()


def serve(asked: Connection) -> None:
    """Receive until killed."""
    asyncio.run(_serve(asked))


async def _serve(asked: Connection) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Receiving, "0.0.0.0", 0, backlog=1024)  # noqa: S104  every loopback host
    silent = await loop.create_server(asyncio.Protocol, "127.0.0.1", 0)
    asked.send((server.sockets[0].getsockname()[1], silent.sockets[0].getsockname()[1]))
    loop.add_reader(asked.fileno(), _answer, asked)
    await asyncio.Event().wait()


def _answer(asked: Connection) -> None:
    what, path = asked.recv()
    if what == "count":
        asked.send(sum(1 for each in Receiving.got if path in ("", each.path)))
    else:
        asked.send(Receiving.got)
        Receiving.got.clear()
