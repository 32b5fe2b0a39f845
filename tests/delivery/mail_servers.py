"""Mail servers that misbehave: real ones on this machine, each in its own way."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar


class MailServer(socketserver.StreamRequestHandler):
    """Speaks SMTP as far as its name says."""

    kind: ClassVar[str]
    ended: ClassVar[threading.Event]

    def handle(self) -> None:
        getattr(self, self.kind)()

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def hangs(self) -> None:
        self.ended.wait(60)

    def drops(self) -> None:
        self.say("220 here")

    def refuses(self) -> None:
        self.say("421 come back another day")

    def accepts_and_dies(self) -> None:
        self.say("220 here")
        while line := self.rfile.readline().strip().upper():
            if line == b"DATA":
                self.say("354 go on")
                while self.rfile.readline().strip() != b".":
                    pass
                return  # nobody knows whether it has the message
            self.say("250 fine")


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, *_: object) -> None:
        """Say nothing: clients are meant to be disappointed."""


KINDS = ("hangs", "drops", "refuses", "accepts_and_dies")


@contextmanager
def mail_server(kind: str) -> Iterator[dict[str, str]]:
    """Such a server while the block runs; gives what a process is told of it."""
    ended = threading.Event()
    handler = type("Handler", (MailServer,), {"kind": kind, "ended": ended})
    with Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(server.server_address[1]), "EMAIL_SECURITY": "none"}
        ended.set()
        server.shutdown()
