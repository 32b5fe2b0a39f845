"""Clients that are slow, however many, keep nobody else waiting; and nothing of them is left when they are gone."""

import json
import socket
import time
from select import select

import pytest

from tests.running.least import served
from tests.running.service import Service, within
from tests.running.slow_clients import KINDS, SlowClients, statuses
from tracker.serving import limits

#: Addresses of the least application that answer what a client does not take.
ADDRESSES = {"takes no answer": "/much"}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Two processes, as they are run."""
    with served(tmp_path_factory.mktemp("least"), workers=2) as server:
        statuses(server.port, "/", 100)  # so that all threads are there
        time.sleep(limits.LINGER_SECONDS + 1)  # and no connection
        server.before = server.descriptors()
        yield server


def exchanged(port, *pieces, pause=0.0, source="127.0.0.1", seconds=20):
    """The whole answer to what is sent in pieces."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds, source_address=(source, 0)) as connection:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def told_early(port, *pieces, pause=0.002):
    """The answer to what is sent in pieces, until there is one."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        for piece in pieces:
            connection.sendall(piece)
            if select([connection], [], [], pause)[0]:
                break
        return b"".join(iter(lambda: connection.recv(65536), b""))


def is_ended(connection):
    """Whether the other side let go of a connection."""
    state = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]
    return state not in (1, 8) or bool(connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))


def refused(answer):
    """The status of an answer that is a problem document, and what it says."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"application/problem+json" in head
    return json.loads(body)["status"], json.loads(body)["detail"], head


@pytest.mark.parametrize("kind", KINDS)
def test_others_are_answered_and_nothing_is_left(server, kind):
    with SlowClients(server.port, kind, ADDRESSES.get(kind, "/")):
        assert statuses(server.port, "/", 20) == [200] * 20
    assert within(30, lambda: server.descriptors() == server.before), server.descriptors()
    assert server.threads() <= 2 * 12 + 2


def test_half_a_head_and_half_a_body_are_told_that_they_are_late(tmp_path):
    with served(tmp_path, WEB_SPAN_SECONDS=1) as server:
        for half in (b"POST / HTTP/1.1\r\nHost: x\r\n", b"POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\nx"):
            status, said, _ = refused(exchanged(server.port, half))
            assert status == 408
            assert "500 bytes a second" in said
        assert exchanged(server.port) == b""  # whoever says nothing is told nothing


def test_an_honest_slow_upload_gets_through(tmp_path):
    with served(tmp_path, WEB_SPAN_SECONDS=1) as server:
        head = b"POST / HTTP/1.1\r\nConnection: close\r\nContent-Length: 8000\r\n\r\n"
        assert exchanged(server.port, head, *[b"x" * 400] * 20, pause=0.2).endswith(b"8000")


def test_a_body_that_is_told_late_or_long_or_in_chunks_is_refused_at_once(server):
    head = b"POST / HTTP/1.1\r\nExpect: 100-continue\r\n"
    assert refused(exchanged(server.port, head + b"Content-Length: 9999999999\r\n\r\n"))[0] == 413
    assert refused(exchanged(server.port, head + b"Transfer-Encoding: chunked\r\n\r\n"))[0] == 411


def test_a_body_that_is_cut_short_is_told(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\nabc")
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert refused(answer)[:2] == (400, "The body ended after 3 of 100 bytes. Nothing was stored.")


def test_a_body_is_asked_for_once(server):
    head = b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: 3\r\n\r\n"
    answer = exchanged(server.port, head, b"abc", pause=0.3)
    assert answer.count(b"100 Continue") == 1
    assert answer.endswith(b"3")


def test_requests_that_are_sent_together_are_answered_in_their_order(server):
    one = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
    last = b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n"
    answer = exchanged(server.port, one % 2 + b"ab" + one % 100_000 + b"x" * 100_000 + last)
    assert [part[:3] for part in answer.split(b"HTTP/1.1 ")[1:]] == [b"200"] * 3
    assert [part.partition(b"\r\n\r\n")[2] for part in answer.split(b"HTTP/1.1 ")[1:]] == [b"2", b"100000", b"0"]


def test_files_and_streams_come_whole_to_whoever_takes_them_late(server):
    for path, letter, length in (("/file", b"z", 3_000_000), ("/much", b"x", 2_000_000)):
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\nConnection: close\r\n\r\n".encode())
            time.sleep(1)
            answer = b"".join(iter(lambda to=connection: to.recv(65536), b""))
        assert answer.partition(b"\r\n\r\n")[2].count(letter) == length


def test_whoever_takes_an_answer_too_slowly_is_let_go(tmp_path):
    with (
        served(tmp_path, WEB_SPAN_SECONDS=1) as server,
        SlowClients(server.port, "takes no answer", "/much", 5) as slow,
    ):
        assert within(20, lambda: all(map(is_ended, slow.opened)))


def test_of_too_many_connections_of_one_address_the_last_are_told(tmp_path):
    with served(tmp_path, WEB_CONNECTIONS_PER_ADDRESS=5) as server:
        with SlowClients(server.port, "half a head", "/", 5):
            status, said, head = refused(exchanged(server.port, b""))
            assert (status, b"Retry-After: 5" in head) == (503, True)
            assert "from this address" in said
        assert within(20, lambda: statuses(server.port, "/", 1) == [200])


def test_of_too_many_connections_in_all_the_last_are_told(tmp_path):
    with served(tmp_path, connections=15) as server:
        with SlowClients(server.port, "half a head", "/", 15):
            for _ in range(3):
                status, said, head = refused(exchanged(server.port, b""))
                assert (status, b"Retry-After: 5" in head) == (503, True)
                assert said.startswith("Too many connections are open;")
        assert within(20, lambda: statuses(server.port, "/", 1) == [200])


def test_those_that_ask_nothing_make_room(tmp_path):
    with (
        served(tmp_path, connections=15) as server,
        SlowClients(server.port, "half a head", "/", 14),
        SlowClients(server.port, "says nothing", "/", 1) as idle,
    ):
        assert statuses(server.port, "/", 1) == [200]
        assert idle.opened[0].recv(1) == b""


def test_whoever_is_refused_counts_once_at_its_address(tmp_path):
    other = "127.0.0.2"
    with (
        served(tmp_path, connections=10, WEB_CONNECTIONS_PER_ADDRESS=6) as server,
        SlowClients(server.port, "half a head", "/", 4, source=other),
    ):
        with SlowClients(server.port, "half a head", "/", 6):
            for _ in range(3):
                assert "from" not in refused(exchanged(server.port, b"", source=other))[1]
        assert within(20, lambda: statuses(server.port, "/", 1) == [200])
        with SlowClients(server.port, "half a head", "/", 2, source=other):
            assert "from this address" in refused(exchanged(server.port, b"", source=other))[1]


@pytest.mark.proof
def test_the_service_answers_while_two_hundred_half_posts_of_each_kind_wait(tmp_path):
    service = Service(tmp_path / "home").up()
    try:
        for kind in set(KINDS) - {"takes no answer"}:
            with SlowClients(service.port, kind, "/api/v1/programs/"):
                assert set(statuses(service.port, "/healthz", 5) + statuses(service.port, "/api/v1/programs/", 5)) == {
                    200
                }, kind
    finally:
        service.end()
