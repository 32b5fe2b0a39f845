"""Posting to an address that somebody else named: bounded in time and size, never into the own network.

Redirects are not followed. A connection is kept for the next post to the same host.
"""

import io
import socket
import ssl
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache, partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import SplitResult, urlsplit

from procurement.common.public_addresses import connected

AGENT = "defence-procurement-tracker"
#: How long connecting may take, in seconds.
CONNECTING = 5.0
#: How much of an answer is read: the kept part, and so much more that most connections can be kept.
KEPT, READ = 1024, 16 * 1024


@dataclass(frozen=True)
class Reply:
    """What a server answered: its code, its headers, and the beginning of its text."""

    status: int
    headers: Mapping[str, str]
    text: str


class Line:
    """A connection to one host at a time, kept between posts. Private addresses are refused, but for trusted hosts."""

    def __init__(self, trusted: Collection[str]) -> None:
        self.trusted = frozenset(trusted)
        self._to: tuple[str, str] = ("", "")
        self._connection: HTTPConnection | None = None

    def post(self, url: str, body: bytes, headers: Mapping[str, str], *, longest: float) -> Reply:
        """Post, and read the answer; `longest` is for all of it, in seconds.

        A kept connection that the server has closed meanwhile is made anew, once. Raises OSError or HTTPException.
        """
        until = time.monotonic() + longest
        target = urlsplit(url)
        if self._to != (target.scheme, target.netloc):
            self.close()
        if self._connection is not None:
            try:
                return self._ask(self._connection, target, body, headers, until)
            except (ConnectionError, HTTPException):
                self.close()
        self._to = (target.scheme, target.netloc)
        self._connection = self._new(target)
        return self._ask(self._connection, target, body, headers, until)

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _new(self, target: SplitResult) -> HTTPConnection:
        host = target.hostname or ""
        secure = target.scheme == "https"
        made = HTTPSConnection(host, target.port, context=_tls()) if secure else HTTPConnection(host, target.port)
        made._create_connection = partial(_connected, self.trusted)  # type: ignore[attr-defined]  # http.client's own hook
        made.timeout = CONNECTING
        return made

    def _ask(
        self, line: HTTPConnection, target: SplitResult, body: bytes, headers: Mapping[str, str], until: float
    ) -> Reply:
        line.response_class = partial(_timed, until)  # type: ignore[assignment]  # made like the class
        if line.sock is not None:
            line.sock.settimeout(max(until - time.monotonic(), 0.001))
        path = (target.path or "/") + (f"?{target.query}" if target.query else "")
        line.request("POST", path, body, {"User-Agent": AGENT, **headers})
        with line.getresponse() as answer:
            text = _beginning(answer)
            if not answer.isclosed() and answer.length != 0:
                self.close()  # of an answer that goes on nobody can find the end
            return Reply(answer.status, dict(answer.headers), text)


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _connected(
    trusted: frozenset[str], address: tuple[str, int], timeout: float, _source: object = None
) -> socket.socket:
    return connected(address, timeout, trusted=trusted, said="is at no public address; an administrator can allow it")


def _beginning(answer: HTTPResponse) -> str:
    """The beginning of an answer's text; as much as came, because its code is the answer."""
    read = b""
    try:
        while len(read) < READ and (piece := answer.read1(READ - len(read))):
            read += piece
    except (OSError, HTTPException):
        pass  # the connection is not kept
    return read[:KEPT].decode("utf-8", "replace")


def _timed(until: float, sock: socket.socket, **named: Any) -> HTTPResponse:
    """An answer that is read until a moment: a server that drips keeps nobody longer."""
    return HTTPResponse(_Timed(sock, until), **named)  # type: ignore[arg-type]  # it asks only for the file


class _Timed:
    """What an HTTPResponse asks of a socket."""

    def __init__(self, sock: socket.socket, until: float) -> None:
        self.sock, self.until = sock, until

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_TimedFile(self.sock, self.until))


class _TimedFile(io.RawIOBase):
    def __init__(self, sock: socket.socket, until: float) -> None:
        super().__init__()
        self.sock, self.until = sock, until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError("it took too long")
        self.sock.settimeout(left)
        return self.sock.recv_into(buffer)
