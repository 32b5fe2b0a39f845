"""The text of a file in chunks, whatever it is stored in: gzip; UTF-8, UTF-16, or Windows 1252 by mistake. Pure."""

import codecs
import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from procurement.imports.format import File
from procurement.imports.rows import BadFile

#: Bytes that are read at a time.
CHUNK = 1024 * 1024
#: A gzip that unpacks to more than this many times its size is refused, once it has unpacked to SMALL bytes.
RATIO, SMALL = 200, 256 * CHUNK

GZIP = b"\x1f\x8b"
#: Marks at the beginning of a text, the longer ones first: that of UTF-16 begins that of UTF-32.
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: Bytes that are no UTF-8, as Python's `surrogateescape` writes them.
_STRAY = re.compile("[\udc80-\udcff]")
#: The same bytes in Windows 1252, which has all printable characters of ISO 8859-1; five bytes are in neither.
_AS_WINDOWS = {
    0xDC00 + byte: bytes([byte]).decode("cp1252", "ignore") or bytes([byte]).decode("latin-1")
    for byte in range(0x80, 0x100)
}


class Chunks:
    """The text of a file. `stray_line` is the first line with bytes that were no UTF-8; 0 while there is none."""

    def __init__(self, file: File) -> None:
        self.file = file
        self.line = 1
        self.stray_line = 0

    def __iter__(self) -> Iterator[str]:
        """The text in chunks. Raises BadFile for an empty file and a broken or overfull gzip."""
        with self.file.open() as opened:
            read = _bytes(opened)
            first = next(read, b"")
            if not first:
                raise BadFile(1, "is empty: 0 bytes; was its download cut off?")
            encoding, skipped = _encoding(first)
            decoder = codecs.getincrementaldecoder(encoding)("surrogateescape" if encoding == "utf-8" else "replace")
            yield self._sound(decoder.decode(first[skipped:]))
            for chunk in read:
                yield self._sound(decoder.decode(chunk))
            yield self._sound(decoder.decode(b"", final=True))

    def _sound(self, text: str) -> str:
        """Text whose stray bytes are read as Windows 1252."""
        if not self.stray_line and not text.isascii() and (stray := _STRAY.search(text)):
            self.stray_line = self.line + text.count("\n", 0, stray.start())
        self.line += text.count("\n")
        return text.translate(_AS_WINDOWS) if self.stray_line else text


def _bytes(opened: BinaryIO) -> Iterator[bytes]:
    head = opened.read(len(GZIP))
    opened.seek(0)
    if head == GZIP:
        yield from _unpacked(opened)
        return
    while chunk := opened.read(CHUNK):
        yield chunk


def _unpacked(opened: BinaryIO) -> Iterator[bytes]:
    """The bytes in a gzip, with all that can be had of a broken one; gzip.open loses what it read last."""
    packed, unpacked, member = 0, 0, _member()
    while chunk := opened.read(CHUNK):
        packed += len(chunk)
        while chunk:
            if member.eof:  # several may follow one another
                member = _member()
            try:
                found = member.decompress(chunk, CHUNK)
            except zlib.error as error:
                raise BadFile(1, f"is a broken gzip ({error}): what could be unpacked was read") from error
            chunk = member.unconsumed_tail or member.unused_data.lstrip(b"\0")  # some are padded
            unpacked += len(found)
            if unpacked > max(SMALL, RATIO * packed):
                raise BadFile(1, f"unpacks to over {RATIO} times its size; unpack it yourself if you trust it")
            if found:
                yield found
    if not member.eof:
        raise BadFile(1, "is a gzip that ends in the middle: was its download cut off? What could be unpacked was read")


def _member() -> "zlib._Decompress":
    return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)


def start_of(head: bytes) -> bytes:
    """The first bytes of a text whose file begins with these, without the NULs of UTF-16; what is no text is empty."""
    if head.startswith(GZIP):
        try:
            head = _member().decompress(head, len(head))
        except zlib.error:
            return b""
    return head.replace(b"\0", b"")


def _encoding(head: bytes) -> tuple[str, int]:
    """The encoding of a text that begins so, and the length of its mark."""
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return encoding, len(mark)
    if head[1:2] == b"\0":  # the first character of JSON is always ASCII
        return "utf-16-le", 0
    return ("utf-16-be" if head[:1] == b"\0" else "utf-8"), 0
