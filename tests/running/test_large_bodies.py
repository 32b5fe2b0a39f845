"""Large bodies: who may send them, how fast, and how much of them one address may hold."""

import re
import socket
import time
from contextlib import ExitStack, contextmanager
from itertools import chain

import pytest
from django.urls import reverse

from tests.house.shape import ROOT
from tests.running.least import served
from tests.running.service import within
from tests.running.slow_clients import statuses
from tests.running.test_slow_clients import exchanged, refused, told_early
from tracker.serving import limits

HEAD = b"POST / HTTP/1.1\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
#: Without Django's settings; of all addresses together it is twice that.
LARGEST = limits.PLAIN_BYTES
TAKE_FILES = {
    "IMPORT_MAX_BYTES": [reverse("api:imports-list"), reverse("admin:procurement_importbatch_hand_in")],
    "DOCUMENT_MAX_BYTES": [
        reverse("api:documents-copy", args=[7]),
        reverse("admin:procurement_document_add"),
        reverse("admin:procurement_document_change", args=[7]),
    ],
}
TAKE_NONE = [reverse("admin:index"), reverse("admin:login"), reverse("admin:procurement_contract_add")]
TAKE_NONE += [reverse("api:programs-list"), reverse("api:imports-detail", args=[7])]


@contextmanager
def held(port, bytes_sent, source):
    """A body of the largest size, of which so much was sent."""
    with socket.create_connection(("127.0.0.1", port), timeout=20, source_address=(source, 0)) as connection:
        connection.sendall(HEAD % LARGEST + b"x" * bytes_sent)
        time.sleep(1)  # it is there
        yield


def test_only_addresses_that_take_files_take_large_bodies(settings):
    settings.IMPORT_MAX_BYTES, settings.DOCUMENT_MAX_BYTES = 2_000_000_000, 100_000_000
    for name, paths in TAKE_FILES.items():
        for path in paths:
            assert limits.largest_body(path) == getattr(settings, name) + limits.FORM_BYTES, path
    for path in TAKE_NONE:
        assert limits.largest_body(path) == limits.PLAIN_BYTES, path


def test_the_proxy_lets_them_through_to_the_same_addresses():
    said = re.search(
        r"location ~ (\S+) \{\s+client_max_body_size 2g;", (ROOT / "deploy/nginx/tracker.conf").read_text()
    )
    for path in chain.from_iterable(TAKE_FILES.values()):
        assert re.match(said[1], path), path
    assert not [path for path in TAKE_NONE if re.match(said[1], path)]


def test_one_address_holds_one_body_and_leaves_room_for_the_others(tmp_path):
    with served(tmp_path) as server:
        whole = HEAD % 3_000_000 + b"x" * 3_000_000
        with held(server.port, LARGEST - 1_000_000, "127.0.0.1"):
            status, said, head = refused(exchanged(server.port, whole))
            assert (status, b"Retry-After: 5" in head) == (503, True)
            assert "from this address" in said
            assert exchanged(server.port, whole, source="127.0.0.2").endswith(b"3000000")
            assert statuses(server.port, "/", 1) == [200]
        assert within(20, lambda: exchanged(server.port, whole).endswith(b"3000000"))


def test_all_addresses_together_hold_two(tmp_path):
    with served(tmp_path) as server, ExitStack() as stack:
        for source in ("127.0.0.1", "127.0.0.2"):
            stack.enter_context(held(server.port, LARGEST - 1_000_000, source))
        status, said, _ = refused(exchanged(server.port, HEAD % 3_000_000 + b"x" * 3_000_000, source="127.0.0.3"))
        assert (status, "from this address" in said) == (503, False)


@pytest.mark.parametrize(("first", "told"), [(100, b"HTTP/1.1 200"), (100_000, b"HTTP/1.1 408")])
def test_a_large_body_must_come_faster(tmp_path, first, told):
    with served(tmp_path, WEB_SPAN_SECONDS=1) as server:
        pieces = [b"x" * first, *[b"x" * 400] * 20]
        assert told_early(server.port, HEAD % (first + 8000), *pieces, pause=0.2).startswith(told)
