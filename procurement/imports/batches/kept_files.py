"""Imported files, kept by the hash of their content in one folder: what was read can be read again."""

import hashlib
import io
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings

from procurement.common.errors import BadSource, Refused
from procurement.imports.format import File

PIECE = 1024 * 1024


@dataclass(frozen=True)
class Kept:
    """A file in the folder."""

    sha256: str
    size: int


def keep(pieces: Iterable[bytes]) -> Kept:
    """Copy a file into the folder while it is hashed, so that one that grows or changes meanwhile cannot be read so.

    Raises Refused when it is empty or too large, BadSource when it cannot be stored. Safe to repeat and to race: the
    copy is moved to the name of its hash when it is whole.
    """
    folder = Path(settings.IMPORT_FOLDER)
    digest, size, largest = hashlib.sha256(), 0, settings.IMPORT_MAX_BYTES
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".part-") as part:
            for piece in pieces:
                size += len(piece)
                if size > largest:
                    raise Refused(
                        {"file": f"has more than {largest} bytes; a smaller or a compressed one would be accepted"}
                    )
                digest.update(piece)
                part.write(piece)
            if not size:
                raise Refused({"file": "is empty; a file in one of the known formats would be accepted"})
            part.flush()
            os.fsync(part.fileno())
            _move(Path(part.name), path_of(digest.hexdigest()))
    except OSError as error:
        raise BadSource(f"the file cannot be stored: {error.strerror}") from error
    return Kept(digest.hexdigest(), size)


def _move(part: Path, to: Path) -> None:
    """Give a whole copy its name; the temporary name goes with the temporary file."""
    to.parent.mkdir(exist_ok=True)
    if not to.exists():
        beside = to.with_name(f"{to.name}.{os.getpid()}")
        os.link(part, beside)
        beside.replace(to)


def path_of(sha256: str) -> Path:
    """Where the file with a hash is kept."""
    return Path(settings.IMPORT_FOLDER) / sha256[:2] / sha256


def pieces_of(path: Path) -> Iterable[bytes]:
    """The content of a file, piece by piece."""
    with path.open("rb") as opened:
        while piece := opened.read(PIECE):
            yield piece


class Progress:
    """How far a file was read, in bytes from its start."""

    def __init__(self) -> None:
        self.reached = 0

    def file(self, name: str, sha256: str) -> File:
        """A kept file whose reading is watched. Opening it raises BadSource when it is not in the folder."""
        return File(name, lambda: self.opened(path_of(sha256)))

    def opened(self, path: Path) -> BinaryIO:
        """Open a file; every read from it is noted."""
        try:
            return io.BufferedReader(_Watched(path, self))
        except OSError as error:
            raise BadSource(f"the file is no longer in the folder of imports: {error.strerror}") from error


class _Watched(io.FileIO):
    def __init__(self, path: Path, progress: Progress) -> None:
        super().__init__(path, "rb")
        self.progress = progress

    def readinto(self, buffer: Any, /) -> int | None:
        found = super().readinto(buffer)
        self.progress.reached = max(self.progress.reached, self.tell())
        return found
