"""Files on a disk: read and hashed piece by piece, and there after a power failure. Pure."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

PIECE = 1024 * 1024


def pieces_of(path: Path) -> Iterator[bytes]:
    """The content of a file, piece by piece."""
    with path.open("rb") as opened:
        while piece := opened.read(PIECE):
            yield piece


def sha256_of(path: Path) -> str:
    """The hash of a file's content."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def sync_names(folder: Path) -> None:
    """Let the names in a folder be on the disk; the content of its files is synced by whoever writes them."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
