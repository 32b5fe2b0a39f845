"""Files without a name, in which bodies and answers wait.

Unbuffered: after a write that failed, as on a full disk, a buffer would be written again by the next seek or close, and
these would fail in the loop that all clients share.
"""

import os
import tempfile
from contextlib import suppress
from io import BytesIO, FileIO

from tracker.serving import limits


def unnamed_file() -> FileIO:
    """Open one. Raises OSError."""
    return tempfile.TemporaryFile(buffering=0, dir=limits.folder())


def write_at(file: FileIO, data: bytes | memoryview, offset: int) -> None:
    """Write all of it, where it belongs. Raises OSError."""
    view = memoryview(data)
    while view:
        count = os.pwrite(file.fileno(), view, offset)
        view, offset = view[count:], offset + count


def close(file: FileIO | BytesIO) -> None:
    """Close: the descriptor is free after that, whatever the disk says."""
    with suppress(OSError):
        file.close()


class KeptBody:
    """A body until it is read: a short one in memory, a longer one in a file."""

    def __init__(self) -> None:
        self.file: FileIO | BytesIO = BytesIO()
        self.size = 0

    def add(self, data: bytes) -> None:
        """Keep what follows. Raises OSError."""
        if isinstance(self.file, BytesIO) and self.size + len(data) > limits.HELD_BYTES:
            held, self.file = self.file.getvalue(), unnamed_file()
            write_at(self.file, held, 0)
        if isinstance(self.file, BytesIO):
            self.file.write(data)
        else:
            write_at(self.file, data, self.size)
        self.size += len(data)

    def rewind(self) -> None:
        """Read from the beginning next."""
        self.file.seek(0)

    def read(self, size: int) -> bytes:
        """Read on; nothing at the end. Raises OSError."""
        return self.file.read(size) or b""

    def close(self) -> None:
        """Forget it."""
        close(self.file)
