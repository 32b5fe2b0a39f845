"""What the web server itself counts: the wait for a thread, and what it refuses."""

import time
from contextlib import ExitStack

from prometheus_client.multiprocess import MultiProcessCollector

from tests.running.least import served
from tests.running.service import within
from tests.running.slow_clients import SlowClients
from tests.running.test_slow_clients import exchanged, refused
from tests.running.test_web_stops import asked


def refusals(folder):
    """How many requests were refused, by status."""
    families = MultiProcessCollector(None, str(folder / "least.py.metrics")).collect()
    found = [each for family in families for each in family.samples if each.name == "tracker_request_seconds_count"]
    return {each.labels["status"]: each.value for each in found if each.labels["route"] == "refused"}


def test_a_request_begins_when_it_is_here_and_not_when_it_has_a_thread(tmp_path):
    with served(tmp_path, threads=1) as server, ExitStack() as stack:
        asked(server.port, b"/wait", stack)
        time.sleep(0.5)  # it has the only thread
        waiting = asked(server.port, b"/began", stack)
        time.sleep(1.5)
        server.go_on()
        answer = b"".join(iter(lambda: waiting.recv(65536), b""))
        assert float(answer.partition(b"\r\n\r\n")[2]) >= 1


def test_what_it_refuses_is_counted(tmp_path):
    with served(tmp_path, connections=15, METRICS=1) as server:
        assert refused(exchanged(server.port, b"G@T / HTTP/1.1\r\nHost: x\r\n\r\n"))[0] == 400
        with SlowClients(server.port, "half a head", "/", 15):
            for _ in range(3):
                assert refused(exchanged(server.port, b""))[0] == 503
        assert within(20, lambda: refusals(tmp_path) == {"4xx": 1, "5xx": 3}), refusals(tmp_path)
