"""The bytes of files in chunks: as they are, out of gzip, out of a zip archive; bombs are refused. Pure."""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, TypeAlias

from procurement.imports.format import File

CHUNK = 64 * 1024
#: The most bytes that a packed file may become.
LARGEST = 16 * 1024**3
#: A packed file may become so many times its size. Tables become 5 to 50 times smaller; bombs reach 1,000 times.
RATIO = 250
#: Up to this size, a few equal lines for example, any ratio is accepted.
SMALL = 32 * 1024 * 1024
#: The most files in an archive.
MOST_MEMBERS = 1000

#: What gzip begins with, and how zlib is told of it, and of a part of a zip archive.
GZIP, IN_GZIP, IN_ZIP = b"\x1f\x8b", 31, -15

#: Opens a file at its start and gives its bytes in chunks, as often as it is called.
Chunks: TypeAlias = Callable[[], Iterator[bytes]]

#: What unpacking raises where bytes are missing, damaged, encrypted or packed in an unknown way.
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


class CannotUnpack(Exception):
    """The bytes of a file end here; the message says why, and what would be accepted."""


def size_of(opened: BinaryIO) -> int:
    """The number of bytes of an open file, which stands at its start afterwards."""
    size = opened.seek(0, 2)
    opened.seek(0)
    return size


def plain_bytes(file: File) -> Iterator[bytes]:
    """A file as it is, up to the size that it has now: one that grows while it is read has an end."""
    with file.open() as opened:
        left = size_of(opened)
        while left and (chunk := opened.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk


def content(file: File) -> Iterator[bytes]:
    """The bytes of a file, out of gzip where it begins so, whatever its name is. Raises CannotUnpack."""
    return unzipped(plain_bytes(file)) if file.head().startswith(GZIP) else plain_bytes(file)


def begun(packed: bytes, kind: int, most: int) -> bytes:
    """The first bytes that were packed, from the first ones of what they became; none where it is damaged."""
    try:
        return zlib.decompressobj(wbits=kind).decompress(packed, most)
    except zlib.error:
        return b""


def unzipped(packed: Iterator[bytes]) -> Iterator[bytes]:
    """What gzip packed, all of its parts one after another. Raises CannotUnpack."""
    stream, read, written = zlib.decompressobj(wbits=IN_GZIP), 0, 0
    begun = False
    for chunk in packed:
        read += len(chunk)
        while chunk:
            begun, out, chunk, stream = _step(stream, chunk)  # noqa: PLW2901
            written += len(out)
            refuse_bomb(written, read)
            yield out
    if begun:
        yield stream.flush()
        if not stream.eof:
            raise CannotUnpack("ends in the middle of packed data; download the file again")


def _step(stream: "zlib._Decompress", chunk: bytes) -> tuple[bool, bytes, bytes, "zlib._Decompress"]:
    """Unpack at most one chunk: whether a part has begun, its bytes, what is left to unpack, and the stream for it."""
    try:
        out = stream.decompress(chunk, CHUNK)
    except zlib.error as error:
        raise CannotUnpack(f"is not gzip, or damaged ({error}); download the file again") from error
    if stream.eof:
        return False, out, stream.unused_data.lstrip(b"\0"), zlib.decompressobj(wbits=IN_GZIP)
    return True, out, stream.unconsumed_tail, stream


def refuse_bomb(written: int, read: int) -> None:
    """Raise CannotUnpack where packed bytes become too many."""
    if written > LARGEST or (written > SMALL and written > RATIO * read):
        limit = f"{LARGEST // 1024**3} GiB or {RATIO} times the packed size"
        raise CannotUnpack(f"becomes larger than {limit} when unpacked; the unpacked file would be accepted")


def members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The files in an archive that people put there, in its order. Raises CannotUnpack for a bomb."""
    found = [each for each in archive.infolist() if not each.is_dir()]
    if len(found) > MOST_MEMBERS:
        raise CannotUnpack(f"holds {len(found)} files; at most {MOST_MEMBERS} would be accepted")
    for each in found:
        refuse_bomb(each.file_size, each.compress_size)
    refuse_bomb(sum(each.file_size for each in found), sum(each.compress_size for each in found))
    return [each for each in found if not each.filename.startswith("__MACOSX/")]


def member_bytes(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """One file of an archive. Raises CannotUnpack."""
    if member.flag_bits & 1:
        raise CannotUnpack("is protected by a password; an archive without one would be accepted")
    try:
        with archive.open(member) as opened:
            while chunk := opened.read(CHUNK):
                yield chunk
    except _DAMAGED as error:
        raise CannotUnpack(f"is damaged ({error}); download the file again") from error
