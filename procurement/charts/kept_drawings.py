"""Drawn charts, kept in one folder by the hash of what they were drawn from. All of it may be deleted at any time."""

import logging
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from procurement.common.disk import part_in

log = logging.getLogger(__name__)

#: So many bytes the folder may have: those that were read longest ago are forgotten first.
MOST = 200_000_000


@dataclass(frozen=True)
class Drawings:
    """The folder."""

    folder: Path
    most: int = MOST

    def kept(self, name: str, draw: Callable[[], bytes]) -> bytes:
        """The file of a name, drawn where there is none yet.

        Safe to race: who draws the same at the same time replaces a whole file by an equal one. Where the folder cannot
        be written, nothing is kept.
        """
        path = self.folder / name
        with suppress(OSError):
            found = path.read_bytes()
            os.utime(path)
            return found
        drawn = draw()
        try:
            self._keep(path, drawn)
        except OSError as error:
            log.warning("a drawn chart is not kept", extra={"error": str(error)})
        return drawn

    def _keep(self, path: Path, drawn: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with part_in(self.folder) as part:
            part.write(drawn)
            part.flush()
            with suppress(FileExistsError):  # the same drawing
                os.link(part.name, path)
        self._forget()

    def _forget(self) -> None:
        """Remove what was read longest ago, until the rest is small enough; others may remove the same."""
        found = []
        for path in self.folder.iterdir():
            with suppress(OSError):
                of_it = path.stat()
                found.append((of_it.st_mtime, of_it.st_size, path))
        size = sum(each for _read, each, _path in found)
        for _read, each, path in sorted(found):
            if size <= self.most:
                break
            path.unlink(missing_ok=True)
            size -= each
