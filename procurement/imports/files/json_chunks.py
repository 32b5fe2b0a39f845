"""The text of a file of JSON in chunks: out of gzip; UTF-8, UTF-16, UTF-32, or Windows 1252 by mistake. Pure."""

import codecs
import re
from collections.abc import Iterator

from procurement.imports.files.encodings import marked_encoding
from procurement.imports.files.packed import GZIP, IN_GZIP, CannotUnpack, begun, content
from procurement.imports.format import HEAD, File
from procurement.imports.rows import BadFile

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
        """The text in chunks. Raises BadFile for an empty file, and behind what can be had of a broken gzip."""
        try:
            read = filter(None, content(self.file))
            first = next(read, b"")
            if not first:
                raise BadFile(1, "is empty: 0 bytes; was its download cut off?")
            encoding = marked_encoding(first) or _unmarked(first)
            decoder = codecs.getincrementaldecoder(encoding)(
                "surrogateescape" if encoding.startswith("utf-8") else "replace"
            )
            yield self._sound(decoder.decode(first))
            for chunk in read:
                yield self._sound(decoder.decode(chunk))
            yield self._sound(decoder.decode(b"", final=True))
        except CannotUnpack as error:
            raise BadFile(self.line, str(error)) from error

    def _sound(self, text: str) -> str:
        """Text whose stray bytes are read as Windows 1252."""
        if not self.stray_line and not text.isascii() and (stray := _STRAY.search(text)):
            self.stray_line = self.line + text.count("\n", 0, stray.start())
        self.line += text.count("\n")
        return text.translate(_AS_WINDOWS) if self.stray_line else text


def _unmarked(head: bytes) -> str:
    """The encoding of JSON without a mark: its first character is always ASCII."""
    if head[1:2] == b"\0":
        return "utf-16-le"
    return "utf-16-be" if head[:1] == b"\0" else "utf-8"


def start_of(head: bytes) -> bytes:
    """The first bytes of a text whose file begins with these, without the NULs of UTF-16; what is no text is empty."""
    return (begun(head, IN_GZIP, HEAD) if head.startswith(GZIP) else head).replace(b"\0", b"")
