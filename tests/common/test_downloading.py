"""Downloading from a server of this test's own: whole or not at all, and never beyond what was named."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from procurement.common import downloading
from procurement.common.downloading import address_fault, download
from procurement.common.errors import BadSource
from procurement.common.public_addresses import is_public


class Answers(BaseHTTPRequestHandler):
    """Answers by the path."""

    def do_GET(self) -> None:
        name, _, rest = self.path[1:].partition("/")
        getattr(self, f"answer_{name}")(rest)

    def log_message(self, *_: object) -> None:
        pass

    def start(self, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def answer_whole(self, _: str) -> None:
        self.start(Content_Length="5")
        self.wfile.write(b"whole")

    def answer_cut(self, _: str) -> None:
        self.start(Content_Length="500")
        self.wfile.write(b"half")

    def answer_cutchunks(self, _: str) -> None:
        self.start(Transfer_Encoding="chunked")
        self.wfile.write(b"500\r\nhalf")

    def answer_endless(self, _: str) -> None:
        self.start()
        try:
            while True:
                self.wfile.write(b"0" * 10_000)
        except OSError:
            pass

    def answer_drips(self, _: str) -> None:
        self.start()
        try:
            while True:
                self.wfile.write(b"0")
                self.wfile.flush()
                time.sleep(0.05)
        except OSError:
            pass

    def answer_no(self, _: str) -> None:
        self.start(404, Content_Length="0")

    def answer_to(self, where: str) -> None:
        self.start(302, Location=where, Content_Length="0")

    def answer_again(self, rest: str) -> None:
        self.start(302, Location=f"/again/{rest}x", Content_Length="0")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def had(server: str, path: str, **more: float) -> bytes:
    return download(f"{server}/{path}", most_bytes=100_000, **more)


def test_a_named_host_may_be_anywhere(server):
    assert had(server, "whole") == b"whole"


def test_redirects_on_the_same_host_are_followed(server):
    assert had(server, "to//whole") == b"whole"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("cut", "it ended after 4 of 500 bytes"),
        ("cutchunks", "gave no whole file"),
        ("endless", "more than 100000 bytes"),
        ("no", "answered 404"),
        ("again/", "infinite loop"),
        ("to/http://example.org/", "redirects to http://example.org, and only https"),
        ("to/https://localhost:1/", "localhost is at no public address"),
        ("to/https://169.254.169.254/latest", "no public address"),
        ("to/https://[::ffff:10.0.0.1]/", "no public address"),
        ("to/file:///etc/passwd", "is not allowed|answered 302"),
    ],
)
def test_what_is_not_had_whole_or_leads_elsewhere_is_told(server, path, said):
    with pytest.raises(BadSource, match=said):
        had(server, path)


def test_a_server_that_drips_is_not_waited_for(server):
    began = time.monotonic()
    with pytest.raises(BadSource, match="took too long"):
        had(server, "drips", longest=0.3)
    assert time.monotonic() - began < 5


def test_a_server_that_is_silent_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(downloading, "SILENCE", 0.2)
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(BadSource, match="timed out"):
        download(f"http://127.0.0.1:{silent.getsockname()[1]}/", most_bytes=10)


def test_nobody_there_is_told():
    with pytest.raises(BadSource, match=r"127\.0\.0\.1 gave no whole file"):
        download("http://127.0.0.1:1/", most_bytes=10)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("10.0.0.1", False),
        ("127.0.0.1", False),
        ("169.254.169.254", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("100.64.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False),
        ("fd00::1", False),
    ],
)
def test_which_addresses_are_public(address, public):
    assert is_public(address) is public


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("https://example.org/a.zip", False),
        ("http://10.0.0.5:8080/a", False),
        ("ftp://example.org/", True),
        ("https:///a", True),
        ("https://[::1", True),
        ("https://example.org:x/", True),
        ("https://a:b@example.org/", True),
    ],
)
def test_which_texts_are_addresses(url, fault):
    assert (address_fault(url) is not None) is fault
