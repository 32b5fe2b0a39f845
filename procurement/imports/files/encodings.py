"""Which encoding a text is in, decided strictly: what is doubtful is refused, and the reader says it. Pure."""

import codecs
import re
from collections.abc import Iterator

from procurement.common.options import Option
from procurement.imports.files.packed import Chunks
from procurement.imports.format import HEAD

#: The encodings that a reader of a file may choose. cp932 is Shift_JIS as Windows writes it, cp1252 such a Latin-1.
ENCODINGS = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp932", "euc_jp", "cp1252", "latin-1")
ENCODING = Option("encoding", "how the text is stored, where that cannot be told from its bytes", choices=ENCODINGS)

#: Marks at the beginning of a text, the longer ones first: that of UTF-16 begins that of UTF-32.
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
#: Kana, Japanese punctuation, full-width signs, and kanji: what Japanese text mostly consists of.
_JAPANESE = re.compile("[\u3001-\u30ff\u4e00-\u9fff\uff01-\uff5e]")
_NOT_ASCII = re.compile("[^\x00-\x7f]")
_RUN = re.compile("[^\x00-\x7f]{2,}")


class Doubtful(ValueError):
    """The bytes do not say which encoding they are in; the message says what would be accepted."""


def encoding_of(chunks: Chunks) -> str:
    """The encoding of a text by its first bytes, or, where these are all ASCII, its first others. Raises Doubtful."""
    head = _telling(chunks())
    if marked := marked_encoding(head):
        return marked
    if b"\0" in head:
        raise Doubtful(f"holds bytes that are no text; accepted: text, or {_choose('utf-16-le', 'utf-16-be')}")
    if _decoded(head, "utf-8") is not None:
        return "utf-8-sig"
    japanese, latin = _decoded(head, "cp932"), _decoded(head, "cp1252")
    if japanese is not None and _is_japanese(japanese):
        return "cp932"
    if latin is not None and not _mostly_in_runs(latin):
        return "cp1252"
    raise Doubtful(f"is not UTF-8, and its bytes do not say what else; {_choose(*ENCODINGS[4:])} would be accepted")


def marked_encoding(head: bytes) -> str:
    """The encoding that a mark at the beginning of a text names, and that takes the mark away; empty without one."""
    return next((name for mark, name in _MARKS.items() if head.startswith(mark)), "")


def _telling(chunks: Iterator[bytes]) -> bytes:
    """The first bytes, as many as are looked at; if they are all ASCII, those around the first that is not."""
    head = b""
    for chunk in chunks:
        if len(head) >= HEAD:
            if not head.isascii():
                break
            head = b""
        head += chunk
    return head


def _decoded(head: bytes, encoding: str) -> str | None:
    """The text of a head, whose last character may be cut; None when it is not in this encoding."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(head, final=False)
    except UnicodeDecodeError:
        return None


def _is_japanese(text: str) -> bool:
    """Whether most characters beyond ASCII are Japanese ones in runs.

    “it’s” and “Québec” of a Latin text are readable as Shift_JIS too, but as single rare kanji among ASCII.
    """
    beyond = len(_NOT_ASCII.findall(text))
    return _mostly_in_runs(text) and len(_JAPANESE.findall(text)) * 2 > beyond


def _mostly_in_runs(text: str) -> bool:
    return sum(map(len, _RUN.findall(text))) * 2 > len(_NOT_ASCII.findall(text))


def _choose(*names: str) -> str:
    return " or ".join(f"encoding={name}" for name in names)


def not_in(encoding: str, byte: int) -> str:
    """What to say of a line that holds a byte which the encoding does not have."""
    name = "UTF-8" if encoding == "utf-8-sig" else encoding
    others = _choose(*(each for each in ("utf-8-sig", "cp932", "cp1252") if each != encoding))
    return f"is no longer {name} text (byte 0x{byte:02X}); the file saved as {name}, or {others}, would be accepted"
