"""A web server that is told to stop answers whoever reached it, and nobody reaches it who would not be answered."""

import os
import signal
import socket
import time
from contextlib import ExitStack
from pathlib import Path

from tests.running.least import served
from tests.running.service import within

ASKED = b"GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def asked(port, path, stack):
    """A connection that asked for an address."""
    connection = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
    connection.sendall(ASKED % path)
    return connection


def is_refused(port):
    """Whether the kernel lets nobody in."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except ConnectionRefusedError:
        return True
    return False


def is_told_to_stop(pid):
    """Whether SIGTERM waits for a process."""
    status = dict(line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return bool(int(status["ShdPnd"], 16) >> (signal.SIGTERM - 1) & 1)


def states(pid):
    return {path.read_text().rpartition(")")[2].split()[0] for path in Path(f"/proc/{pid}/task").glob("*/stat")}


def stop(pid):
    """Stop a process, and wait for each of its threads: one that still runs would take the next signal."""
    os.kill(pid, signal.SIGSTOP)
    assert within(10, lambda: states(pid) == {"T"})


def test_nobody_is_let_in_while_the_last_are_answered(tmp_path):
    with served(tmp_path, workers=2, grace=20) as server, ExitStack() as stack:
        waiting = asked(server.port, b"/wait", stack)
        time.sleep(1)  # it is being answered
        server.process.terminate()
        assert within(10, lambda: is_refused(server.port))
        server.go_on()
        assert waiting.recv(65536).startswith(b"HTTP/1.1 200")


def test_those_that_the_kernel_let_in_before_are_answered(tmp_path):
    with served(tmp_path, grace=20) as server, ExitStack() as stack:
        (worker,) = server.workers()
        stop(worker)
        waiting = [asked(server.port, b"/", stack) for _ in range(10)]
        server.process.terminate()
        assert within(10, lambda: is_told_to_stop(worker))
        os.kill(worker, signal.SIGCONT)
        assert [each.recv(65536)[:12] for each in waiting] == [b"HTTP/1.1 200"] * 10
