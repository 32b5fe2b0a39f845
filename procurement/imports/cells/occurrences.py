"""Which of several equal records of a file one is, for records without an id, in little memory. Pure."""

import hashlib
from collections.abc import Iterable

#: What separates the cells of a record in its digest; no cell has it.
BETWEEN = "\x1f"
#: How many bytes of a digest are kept; the first two say in which drawer.
_KEPT = 10
_DRAWERS = 1 << 16


class Occurrences:
    """A key for each record: a digest of its content, and its number among equal records so far.

    A million different records take 15 MB; a set of them would take ten times as much.
    """

    def __init__(self) -> None:
        self._drawers = [bytearray() for _ in range(_DRAWERS)]
        self._repeated: dict[bytes, int] = {}

    def key(self, cells: Iterable[str]) -> str:
        """The key of the next record: 20 hexadecimal digits, and its number if it is not the first of its kind."""
        digest = hashlib.sha256(BETWEEN.join(cells).encode("utf-8", "surrogatepass")).digest()[:_KEPT]
        number = self._count(digest)
        return digest.hex() + (f"-{number}" if number > 1 else "")

    def _count(self, digest: bytes) -> int:
        drawer, rest = self._drawers[digest[0] << 8 | digest[1]], digest[2:]
        if rest not in drawer:
            drawer += rest
            return 1
        self._repeated[digest] = self._repeated.get(digest, 1) + 1
        return self._repeated[digest]
