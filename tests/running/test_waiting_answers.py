"""Answers that wait for their clients: how much of a thread and of the disk they may hold."""

import socket
import threading

import pytest

from tests.running.least import served
from tests.running.slow_clients import SlowClients, statuses
from tests.running.test_slow_clients import exchanged, is_ended
from tracker.serving import leaving, limits
from tracker.serving.leaving import Outlet

MORE = b"GET /more HTTP/1.1\r\nConnection: close\r\n\r\n"


@pytest.fixture
def outlet():
    """What writes to a client that takes nothing."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    outlet = Outlet(ours, lambda: None)
    while True:  # until the kernel takes no more
        try:
            ours.send(b"x" * 1000)
        except BlockingIOError:
            break
    yield outlet
    outlet.end()
    ours.close()
    theirs.close()


def writing(outlet, data):
    """A thread that writes to it."""
    thread = threading.Thread(target=outlet.sendall, args=(data,), daemon=True)
    thread.start()
    thread.join(3)
    return thread


def test_what_memory_holds_waits_for_nobody_elses_files(outlet, monkeypatch):
    monkeypatch.setattr(limits, "WAITING_IN_ALL", 0)
    assert not writing(outlet, b"x" * 60_000).is_alive()


def test_the_loop_never_waits(outlet, monkeypatch):
    monkeypatch.setattr(limits, "WAITING_IN_ALL", 0)
    before = leaving.KEPT.bytes
    outlet.put(b"x" * 100_000)
    outlet.put(b"x" * 100_000)
    assert leaving.KEPT.bytes == before + 200_000
    outlet.end()
    assert leaving.KEPT.bytes == before


def test_only_those_that_waited_a_while_are_slow(outlet, monkeypatch):
    outlet.put(b"x" * 100_000)
    assert outlet.rate() is None
    monkeypatch.setattr(limits, "WAITING_SECONDS", 0)
    assert outlet.rate() == 0


def test_above_what_may_wait_in_all_the_slowest_are_let_go(tmp_path):
    limits = {"LIMIT_WAITING_IN_ALL": 30_000_000, "LIMIT_WAITING_SECONDS": 1, "WEB_SPAN_SECONDS": 600}
    with served(tmp_path, **limits) as server, SlowClients(server.port, "takes one answer late", "/more", 14) as slow:
        assert len(exchanged(server.port, MORE, seconds=90)) > 20_000_000
        assert statuses(server.port, "/", 5) == [200] * 5
        assert any(map(is_ended, slow.opened))
