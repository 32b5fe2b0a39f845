"""Clients that hold a web server by being slow, many at once, each kind in its own way."""

import contextlib
import http.client
import socket
import threading
from collections.abc import Callable

POST = "POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
#: What each kind sends at once; and what it sends again and again while it waits.
KINDS: dict[str, tuple[str, str]] = {
    "says nothing": ("", ""),
    "half a head": (POST, ""),
    "a head byte by byte": (POST + "X-Long: ", "x"),
    "half a body": (POST + 'Content-Length: 1000\r\n\r\n{{"a"', ""),
    "a body byte by byte": (POST + 'Content-Length: 1000\r\n\r\n{{"a"', "x"),
    "half a body in chunks": (POST + 'Transfer-Encoding: chunked\r\n\r\nff\r\n{{"a"', ""),
    "takes no answer": ("GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n" * 20, ""),
    "takes one answer late": ("GET {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", ""),
    "asks nothing more": ("GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n", ""),
}


class SlowClients:
    """So many connections of one kind, held until told to stop."""

    def __init__(self, port: int, kind: str, path: str, count: int = 200, *, source: str = "127.0.0.1") -> None:
        self.first, self.more = KINDS[kind]
        self.port, self.path, self.count, self.source = port, path, count, source
        self.stopped = threading.Event()
        self.opened: list[socket.socket] = []

    def __enter__(self) -> "SlowClients":
        for _ in range(self.count):
            connection = socket.socket()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.settimeout(10)
            connection.bind((self.source, 0))
            connection.connect(("127.0.0.1", self.port))
            connection.sendall(self.first.format(*[self.path] * 20).encode())
            self.opened.append(connection)
        self.thread = threading.Thread(target=self._drip)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        self.thread.join()
        for connection in self.opened:
            connection.close()

    def _drip(self) -> None:
        while not self.stopped.wait(0.5):
            for connection in self.opened if self.more else []:
                with contextlib.suppress(OSError):
                    connection.sendall(self.more.encode())


def statuses(port: int, path: str, count: int, *, seconds: float = 20) -> list[object]:
    """The statuses of so many ordinary requests, one after another; what went wrong in place of one."""
    return [_one(lambda: _status(port, path, seconds)) for _ in range(count)]


def _one(ask: Callable[[], int]) -> object:
    try:
        return ask()
    except OSError as error:
        return repr(error)


def _status(port: int, path: str, seconds: float) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()
