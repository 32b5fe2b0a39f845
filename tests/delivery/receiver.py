"""A receiver of webhooks: a real server on this machine that notes what it got, and answers as its path says."""

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

#: The host by which tests allow it, as an administrator allows a private one.
HOST = "127.0.0.1"


@dataclass
class Got:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes
    peer: tuple[str, int]


@dataclass
class Receiver:
    """Where it listens, and what it got; `ended` lets those go that hang."""

    url: str = ""
    got: list[Got] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)


class Answers(BaseHTTPRequestHandler):
    """Answers by the path: /500, /410, /hang and so on; else 204."""

    protocol_version = "HTTP/1.1"
    receiver: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.receiver.got.append(Got(self.path, headers, body, self.client_address))
        name = self.path.partition("?")[0].strip("/").partition("/")[0]
        getattr(self, f"answer_{name}", self.answer_code)(name)

    def log_message(self, *_: object) -> None:
        pass

    def start(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def answer_code(self, name: str) -> None:
        status = int(name) if name.isdigit() else 200
        text = b"thank you" if status == 200 else b"no"
        self.start(status, Content_Length=str(len(text)))
        self.wfile.write(text)

    def answer_busy(self, _: str) -> None:
        self.start(503, Retry_After="600", Content_Length="0")

    def answer_elsewhere(self, _: str) -> None:
        self.start(307, Location=f"{self.receiver.url}/200", Content_Length="0")

    def answer_long(self, _: str) -> None:
        self.start(200, Content_Length="50000")
        self.wfile.write(b"x" * 50_000)

    def answer_hang(self, _: str) -> None:
        self.receiver.ended.wait(30)
        self.close_connection = True

    def answer_close(self, _: str) -> None:
        self.close_connection = True

    def answer_drip(self, _: str) -> None:
        try:
            for letter in b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 1000:
                self.wfile.write(bytes([letter]))
                self.wfile.flush()
                time.sleep(0.05)
        except OSError:
            pass
        self.close_connection = True


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        """Say nothing: some are meant to hang up, and to refuse a certificate."""


@contextmanager
def receiving(host: str = HOST, *, tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A receiver while the block runs, at any address of 127.0.0.0/8."""
    receiver = Receiver()
    handler: type[Any] = type("Handler", (Answers,), {"receiver": receiver})
    with Server((host, 0), handler) as server:
        receiver.url = f"http{'s' if tls else ''}://{host}:{server.server_port}"
        if tls is not None:  # each connection greets in its own thread
            server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield receiver
        receiver.ended.set()
        server.shutdown()
