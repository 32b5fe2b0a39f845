"""What the web server refuses before Django sees it is a problem document that says what would be accepted."""

import json
import socket
from contextlib import suppress
from urllib.parse import quote

import pytest

from tests.running.least import served
from tests.running.service import within

PLAIN = "Host: x\r\nConnection: close\r\n\r\n"
#: The beginning of a request, the status of its answer, and what that says.
REFUSED = [
    (f"GET /{'a' * 9000} HTTP/1.1\r\n", 414, "POST /api/v1/exposure/query/"),
    ("GET /api/v1/programs/?search=計画 HTTP/1.1\r\n", 400, f"/api/v1/programs/?search={quote('計画')} would be"),
    ("G@T / HTTP/1.1\r\n", 400, "PATCH"),
    ("GET programs HTTP/1.1\r\n", 400, "GET /api/v1/programs/ HTTP/1.1"),
    ("GET / HTTP/3.0\r\n", 505, "HTTP/1.1"),
    (f"GET / HTTP/1.1\r\nX: {'a' * 9000}\r\n", 431, "8190"),
]


@pytest.fixture
def server(tmp_path):
    """The web server as it is run, with the least application."""
    with served(tmp_path) as process:
        yield process.port


def sent(port: int, text: str) -> bytes | None:
    """The whole answer to a text; None while the server is not there."""
    with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(text.encode())
        return b"".join(iter(lambda: connection.recv(65536), b""))
    return None


def test_what_the_web_server_refuses_is_a_problem_document(server):
    assert within(10, lambda: sent(server, f"GET / HTTP/1.1\r\n{PLAIN}")).startswith(b"HTTP/1.1 200")
    for beginning, status, said in REFUSED:
        head, _, body = sent(server, beginning + PLAIN).partition(b"\r\n\r\n")
        found = json.loads(body)
        assert (found["status"], b"application/problem+json" in head) == (status, True), beginning[:40]
        assert said in found["detail"]
        assert f"X-Request-Id: {found['request_id']}".encode() in head
