"""A request on its way in, collected by the loop that watches all connections: no thread waits for its bytes."""

import re
from collections import Counter
from http import HTTPStatus
from typing import Any

from gunicorn.http.body import LengthReader
from gunicorn.http.errors import LimitRequestHeaders
from gunicorn.http.message import Request
from gunicorn.http.unreader import Unreader

from tracker.serving import limits
from tracker.serving.refusing import LONGEST_HEAD, LONGEST_LINE, Declined
from tracker.serving.unnamed_files import KeptBody

END = b"\r\n\r\n"
#: A line that ends without a carriage return: gunicorn refuses it, and would else wait for the end of the head.
BARE = re.compile(rb"(?<!\r)\n")
#: How much is read at once.
HEAD_PIECE, BODY_PIECE = 16 * 1024, 256 * 1024


MANY = f"Too many large bodies{{}} are on their way; come again after {limits.AGAIN_SECONDS} seconds."
#: What is kept of bodies, in memory and files; and of those of each address. Only the loop counts.
KEPT, KEPT_OF = limits.Total(), Counter[str]()


class Received(Unreader):  # type: ignore[misc]  # gunicorn ships no types
    """What gunicorn reads a request from: a head that is all there, and then the file of the body."""

    def __init__(self, head: bytes) -> None:
        super().__init__()
        self.head: bytes = head
        self.body: KeptBody | None = None

    def chunk(self, size_hint: int | None = None) -> bytes:
        """The next bytes; none at the end of what came."""
        if self.head:
            found, self.head = self.head, b""
            return found
        # gunicorn hints at all that is left of the body, which may be too much for the memory
        return self.body.read(min(size_hint or HEAD_PIECE, BODY_PIECE)) if self.body else b""


class Arriving:
    """One request, from its first byte until it is whole."""

    def __init__(self, cfg: Any, client: Any, counted_as: str) -> None:
        self.cfg, self.client, self.counted_as = cfg, client, counted_as
        self.head = bytearray()
        self.request: Any = None
        self.received: Received | None = None
        self.missing = 0
        #: Bytes of the body that came.
        self.had = 0
        #: What came behind it: the beginning of the next request.
        self.ahead = b""

    @property
    def is_new(self) -> bool:
        """Whether nothing came yet."""
        return self.request is None and not self.head

    @property
    def wanted(self) -> int:
        """How many bytes to read next: none that belong to the next request, where that is known."""
        return min(self.missing, BODY_PIECE) if self.request is not None else HEAD_PIECE

    def take(self, data: bytes) -> bool:
        """Take the next bytes; whether the request is whole. Raises gunicorn's errors, Declined, and OSError."""
        if self.request is not None:
            self._store(data)
            return not self.missing
        seen = len(self.head)
        self.head += data
        if not self._has_head(seen):
            return False
        self._read_head()
        return not self.missing

    def is_waited_for(self) -> bool:
        """Whether the client sends the body only when it is told to; it is told once."""
        asks = bool(self.request._expected_100_continue)  # else gunicorn would answer it again
        self.request._expected_100_continue = False
        return asks and bool(self.missing) and not self.had

    def ended(self) -> Any:
        """The request, to be answered: all of it came, or nothing more will."""
        if self.received and self.received.body:
            self.received.body.rewind()
        return self.request

    def close(self) -> None:
        """Forget the body."""
        if self.received and self.received.body:
            self._count(-self.had)
            self.received.body.close()
            self.received.body = None

    def _has_head(self, seen: int) -> bool:
        """Whether there is a head that gunicorn reads, or refuses, without asking for more."""
        if self.head.find(END, max(0, seen - len(END) + 1)) >= 0 or BARE.search(self.head, seen):
            return True
        if len(self.head) > LONGEST_HEAD:
            raise LimitRequestHeaders("max buffer headers")
        return len(self.head) > LONGEST_LINE + 4 and self.head.find(b"\r\n", 2, LONGEST_LINE + 4) < 0

    def _read_head(self) -> None:
        received = Received(bytes(self.head))
        request = Request(self.cfg, received, self.client, 1)
        reader = request.body.reader
        if not isinstance(reader, LengthReader):
            said = "A body in chunks is not read; send it as it is, with its Content-Length."
            raise Declined(HTTPStatus.LENGTH_REQUIRED, said)
        self._allow(request.path, reader.length)
        self.request, self.received, self.head, self.missing = request, received, bytearray(), reader.length
        behind = received.take_buffered()
        self.ahead = behind[self.missing :]
        self._store(behind[: self.missing])

    def _allow(self, path: str, length: int) -> None:
        largest = limits.largest_body(path)
        if length > largest:
            raise Declined(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"A body may have at most {largest} bytes at this address."
            )

    def _store(self, data: bytes) -> None:
        if not data:
            return
        assert self.received is not None
        if self.received.body is None:
            self.received.body = KeptBody()
        self.had += len(data)
        self._count(len(data))
        if self.had > limits.HELD_BYTES and (of_whom := self._too_many()) is not None:
            raise Declined(HTTPStatus.SERVICE_UNAVAILABLE, MANY.format(of_whom), again_after=limits.AGAIN_SECONDS)
        self.received.body.add(data)
        self.missing -= len(data)

    def _count(self, count: int) -> None:
        KEPT.add(count)
        KEPT_OF[self.counted_as] += count
        if not KEPT_OF[self.counted_as]:
            del KEPT_OF[self.counted_as]

    def _too_many(self) -> str | None:
        """Of whom too much is kept, in words; None if there is room for more."""
        largest = limits.largest_file()
        if self.counted_as and limits.are_told_apart() and KEPT_OF[self.counted_as] > largest:
            return " from this address"
        return "" if KEPT.bytes > limits.BODIES_IN_ALL * largest else None
