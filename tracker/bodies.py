"""Bodies of requests that end early: web servers say nothing of them, and half a file would pass for a whole one."""

from collections.abc import Callable, Iterable
from typing import Any

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]


class CutShort(OSError):
    """The client went away; Django takes an OSError of a body for that."""


class Body:
    """A body whose length is known."""

    def __init__(self, stream: Any, length: int) -> None:
        self.stream, self.length, self.had = stream, length, 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes. Raises CutShort where there are none although more were promised."""
        return self._counted(self.stream.read(size), size)

    def readline(self, size: int = -1) -> bytes:
        """The next line. Raises as `read` does."""
        return self._counted(self.stream.readline(size), size)

    def _counted(self, found: bytes, size: int) -> bytes:
        self.had += len(found)
        if not found and size and self.had < self.length:
            raise CutShort(f"the body ended after {self.had} of {self.length} bytes")
        return found


def refusing_half_bodies(application: Application) -> Application:
    """The same application, which is told of a body that ends before its Content-Length."""

    def serve(environ: Environ, start: Any) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or ""
        if length.isdecimal():
            environ["wsgi.input"] = Body(environ["wsgi.input"], int(length))
        return application(environ, start)

    return serve
