"""What one client may hold of the web server: time, bytes and connections."""

import ipaddress
import re
import threading
import time
from typing import Any

from django.conf import settings

from tracker import env

#: A head must be there after so many seconds; a body and an answer must move in each such span.
SPAN_SECONDS = env.number("WEB_SPAN_SECONDS", 20, low=1, high=600)
#: How fast a body or an answer must move at least, in bytes a second over such a span.
LEAST_RATE = env.number("WEB_LEAST_RATE", 500, low=1, high=1_000_000)
#: How fast a body must move that is larger than memory holds.
LARGE_RATE = 16 * LEAST_RATE
#: How many connections of one address a process holds; 0: any number. Behind a proxy, which counts itself, any number.
PER_ADDRESS = env.number("WEB_CONNECTIONS_PER_ADDRESS", 256, high=100_000)
#: How long a connection stays open after a last answer, so that its end arrives before what the client still sends.
LINGER_SECONDS = 2.0
#: When to come again, of whom too many are here.
AGAIN_SECONDS = 5
#: How much of a body or of an answer is held in memory; the rest is in a file that has no name.
HELD_BYTES = 64 * 1024
#: How much of one answer, and of all, waits in such files at most; then a thread waits until its client has taken more.
WAITING_BYTES, WAITING_IN_ALL = 64 * 1024 * 1024, 2**30
#: Once so much waits in all, the slowest of those answers that have waited so long is let go.
WAITING_SECONDS = 5.0
#: How much all bodies that are not answered may take, in bodies of the largest size; those of one address may take one.
BODIES_IN_ALL = 2
#: What a form adds to the file in it.
FORM_BYTES = 1024 * 1024
#: The largest body where no file is sent.
PLAIN_BYTES = 6 * 1024 * 1024
#: Addresses that take files, and the setting that says how large these may be; of documents, the API's and the admin's.
TAKE_FILES = (
    (re.compile(r"/api/v1/imports/|/admin/procurement/importbatch/hand-in/"), "IMPORT_MAX_BYTES"),
    (
        re.compile(r"/api/v1/documents/[^/]+/copy/|/admin/procurement/document/(add|[^/]+/change)/"),
        "DOCUMENT_MAX_BYTES",
    ),
)


class Total:
    """What is kept for all connections of this process, in bytes."""

    def __init__(self) -> None:
        self.lock, self.bytes = threading.Lock(), 0

    def add(self, count: int) -> None:
        """Count more, or less."""
        with self.lock:
            self.bytes += count


class Pace:
    """Whether something moves fast enough, looked at once in each span."""

    def __init__(self, moved: int = 0) -> None:
        self.due, self.had = time.monotonic() + SPAN_SECONDS, moved

    def is_late(self, now: float, moved: int, *, is_body: bool = False) -> bool:
        """Whether too little moved in the span that ended; if none ended, not."""
        if now < self.due:
            return False
        rate = LARGE_RATE if is_body and self.had > HELD_BYTES else LEAST_RATE
        if moved - self.had < rate * SPAN_SECONDS:
            return True
        self.due, self.had = now + SPAN_SECONDS, moved
        return False


def number(name: str) -> int:
    """A setting of Django's; 0 where gunicorn serves something else."""
    return int(getattr(settings, name, 0)) if settings.configured else 0


def largest_body(path: str) -> int:
    """How many bytes a body to this address may have."""
    named = next((name for pattern, name in TAKE_FILES if pattern.fullmatch(path)), None)
    return max(_largest_plain(), number(named) + FORM_BYTES) if named else _largest_plain()


def largest_file() -> int:
    """How many bytes a body with a file may have."""
    return max(_largest_plain(), *(number(name) + FORM_BYTES for _, name in TAKE_FILES))


def _largest_plain() -> int:
    return max(PLAIN_BYTES, number("API_MAX_BODY") + FORM_BYTES)


def per_address() -> int:
    """How many connections one address may have; 0: any number."""
    return PER_ADDRESS if are_told_apart() else 0


def are_told_apart() -> bool:
    """Whether each client comes from its own address: all those of a proxy come from the proxy's."""
    return not number("TRUSTED_PROXIES")


def counted_as(client: Any) -> str:
    """What counts as one address: of an IPv6 client its network, as each has billions of addresses."""
    try:
        address = ipaddress.ip_address(client[0].partition("%")[0])
    except (ValueError, IndexError, AttributeError, TypeError):
        return ""
    return str(address if address.version == 4 else ipaddress.ip_network((int(address), 64), strict=False))


def folder() -> str | None:
    """Where bodies and answers that do not fit into memory are kept until they are whole, or sent."""
    found: str | None = getattr(settings, "FILE_UPLOAD_TEMP_DIR", None) if settings.configured else None
    return found
