"""Imported files, kept by the hash of their content in one folder: what was read can be read again."""

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings

from procurement.common.disk import pieces_of
from procurement.common.errors import BadSource
from procurement.common.kept_files import Kept, Shelf
from procurement.imports.format import File

__all__ = ["Kept", "Progress", "keep", "path_of", "pieces_of", "shelf"]


def shelf() -> Shelf:
    """The folder of imports."""
    return Shelf(
        Path(settings.IMPORT_FOLDER),
        settings.IMPORT_MAX_BYTES,
        smaller="a smaller or a compressed one would be accepted",
        fuller="a file in one of the known formats would be accepted",
    )


def keep(pieces: Iterable[bytes]) -> Kept:
    """Copy a file into the folder: see Shelf.keep. Raises Refused, and BadSource when it cannot be stored."""
    return shelf().keep(pieces)


def path_of(sha256: str) -> Path:
    """Where the file with a hash is kept."""
    return shelf().path_of(sha256)


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
