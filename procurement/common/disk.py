"""Files on a disk: read and hashed piece by piece, written whole, and there after a power failure. Pure."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

PIECE = 1024 * 1024
#: How a file is named until it is whole.
PART = ".part-"
#: So many seconds after its last byte such a file is one whose process was killed.
ABANDONED = 24 * 3600


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


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing, and let their names be on the disk."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_names(folder.parent)


@contextmanager
def part_in(folder: Path) -> Iterator[IO[bytes]]:
    """A new file in a folder that is to get its name by `give_name`; without that, it goes with the block."""
    part = tempfile.NamedTemporaryFile(dir=folder, prefix=PART, delete=False)  # noqa: SIM115
    try:
        with part:
            yield part
    finally:  # by hand: where closing fails for want of room, `tempfile` would let it lie until the object is collected
        Path(part.name).unlink(missing_ok=True)


def give_name(part: IO[bytes], to: Path) -> None:
    """Let a file that is whole be on the disk, and then have its name, unless there is one of that name."""
    part.flush()
    os.fsync(part.fileno())
    with suppress(FileExistsError):
        os.link(part.name, to)
    sync_names(to.parent)


def forget_abandoned(folder: Path) -> None:
    """Remove what killed processes left of files that never became whole.

    How old they are is told by the clock of whoever keeps the folder, which may be another machine.
    """
    parts = list(folder.glob(f"{PART}*"))
    if not parts:
        return
    with part_in(folder) as new:
        now = Path(new.name).stat().st_mtime
    for part in parts:
        with suppress(OSError):  # another process removes it too, or has just ended it
            if part.stat().st_mtime < now - ABANDONED:
                part.unlink()
