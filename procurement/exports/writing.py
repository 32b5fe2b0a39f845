"""Writing a compressed file that is hashed and counted meanwhile."""

import gzip
import hashlib
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from procurement.exports.manifest import ExportedFile


class CompressedFile:
    """A new file (.gz). After the block its content is on the disk, and `described` gives its size and hash.

    The same content makes the same file, because the file holds no time.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.digest, self.size = hashlib.sha256(), 0

    def __enter__(self) -> Self:
        self.stored = self.path.open("xb")
        self.packed = gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=self, mtime=0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with self.stored:
            self.packed.close()
            self.stored.flush()
            os.fsync(self.stored.fileno())

    def take(self, pieces: Iterable[bytes]) -> None:
        """Write some content."""
        for piece in pieces:
            self.packed.write(piece)

    def write(self, packed: bytes) -> int:
        """Store and hash compressed bytes; the compression calls this."""
        self.digest.update(packed)
        self.size += len(packed)
        return self.stored.write(packed)

    def flush(self) -> None:
        """It is flushed when it is whole."""

    def described(self, *, rows: int, columns: Sequence[str] = ()) -> ExportedFile:
        """Its entry in a manifest, once it is whole."""
        return ExportedFile(self.path.name, rows, self.size, self.digest.hexdigest(), columns)
