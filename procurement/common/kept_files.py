"""Files kept by the hash of their content in one folder: written whole or not at all, and never changed."""

import errno
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from procurement.common.disk import forget_abandoned, give_name, make_folder, part_in, sha256_of
from procurement.common.errors import BadSource, NoRoom, Refused

#: What the system says where a disk, a quota or the largest size of a file is reached.
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True)
class Kept:
    """A file in the folder."""

    sha256: str
    size: int


@dataclass(frozen=True)
class Shelf:
    """A folder of kept files, and the most bytes that one of them may have."""

    folder: Path
    most_bytes: int
    #: what is said to whoever gives a file that is too large, or an empty one
    smaller: str = "a smaller one would be accepted"
    fuller: str = "a file with content would be accepted"

    def path_of(self, sha256: str) -> Path:
        """Where the file with a hash is kept."""
        return self.folder / sha256[:2] / sha256

    def keep(self, pieces: Iterable[bytes]) -> Kept:
        """Copy a file into the folder while it is hashed: what grows or changes meanwhile cannot be read so.

        Raises Refused when it is empty or too large, BadSource when it cannot be stored. Safe to repeat, to race and to
        kill: the copy gets the name of its hash when it is whole and on the disk.
        """
        digest, size = hashlib.sha256(), 0
        try:
            make_folder(self.folder)
            forget_abandoned(self.folder)
            with part_in(self.folder) as part:
                for piece in pieces:
                    size += len(piece)
                    if size > self.most_bytes:
                        raise Refused({"file": f"has more than {self.most_bytes} bytes; {self.smaller}"})
                    digest.update(piece)
                    part.write(piece)
                if not size:
                    raise Refused({"file": f"is empty; {self.fuller}"})
                path = self.path_of(digest.hexdigest())
                make_folder(path.parent)
                give_name(part, path)
        except OSError as error:
            said = f"the file cannot be stored: {error.strerror or error}"
            raise (NoRoom if error.errno in FULL else BadSource)(said) from error
        return Kept(digest.hexdigest(), size)

    def holds(self, kept: Kept) -> bool:
        """Whether the file is there, with its size; `sound` reads it too."""
        with suppress(OSError):
            return self.path_of(kept.sha256).stat().st_size == kept.size
        return False

    def sound(self, sha256: str) -> bool:
        """Whether the file with a hash is there, and its content has it."""
        with suppress(OSError):
            return sha256_of(self.path_of(sha256)) == sha256
        return False


def beginning(pieces: Iterable[bytes], most: int) -> tuple[bytes, Iterator[bytes]]:
    """The first bytes of a file, and all of its pieces."""
    rest, head = iter(pieces), b""
    while len(head) < most and (piece := next(rest, b"")):
        head += piece
    return head[:most], chain([head], rest)
