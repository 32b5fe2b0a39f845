"""A disk that is full costs the request that needs it, and no other."""

import resource
import socket
import time
from contextlib import contextmanager

import pytest

from tests.running.least import served
from tests.running.service import within
from tests.running.slow_clients import statuses
from tests.running.test_slow_clients import exchanged, refused, told_early

#: So much fits on the disk: more than memory holds, and not a multiple of what is written at once.
ROOM = 150_001
POST = b"POST / HTTP/1.1\r\nConnection: close\r\nContent-Length: 1000000\r\n\r\n"
#: A body, in pieces that a buffer would hold.
MANY = [b"x" * 4000] * 250


@pytest.fixture
def server(tmp_path):
    """One process, whose disk is full."""
    with served(tmp_path) as server:
        workers, server.before = server.workers(), files(server)
        server.fill_the_disk(room=ROOM)
        yield server
        assert server.workers() == workers


@contextmanager
def asked_for_much(port):
    """A connection that asks for more than the kernel holds, and takes nothing for a while."""
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(20)
        connection.connect(("127.0.0.1", port))
        connection.sendall(b"GET /more HTTP/1.0\r\n\r\n")
        time.sleep(2)
        yield connection


def files(server):
    """The files that its worker has open."""
    return [each for each in server.descriptors() if each.startswith("/")]


def taken(connection):
    """How many bytes come until the other side ends. Raises ConnectionResetError."""
    return sum(map(len, iter(lambda: connection.recv(65536), b"")))


def test_a_body_that_finds_no_room_is_told_and_the_others_are_answered(server):
    for _ in range(3):
        status, said, _head = refused(told_early(server.port, POST, *MANY))
        assert (status, "no room" in said) == (507, True)
    assert statuses(server.port, "/", 5) == [200] * 5


def test_an_answer_that_finds_no_room_is_reset_and_the_others_are_answered(server):
    for _ in range(3):
        with asked_for_much(server.port) as connection, pytest.raises(ConnectionResetError):
            taken(connection)
    assert statuses(server.port, "/", 5) == [200] * 5


def test_with_room_again_bodies_and_answers_come_whole(server):
    told_early(server.port, POST, *MANY)
    with asked_for_much(server.port) as connection, pytest.raises(ConnectionResetError):
        taken(connection)
    server.fill_the_disk(room=resource.RLIM_INFINITY)
    assert exchanged(server.port, POST, *MANY).endswith(b"1000000")
    with asked_for_much(server.port) as connection:
        assert taken(connection) > 20_000_000
    assert within(20, lambda: files(server) == server.before)
