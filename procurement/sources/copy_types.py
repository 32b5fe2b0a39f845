"""What an archived copy is, by its content and not by its name. Pure."""

import codecs
import re

from procurement.common.errors import Refused

#: Media types that are accepted, and how such a file's name ends.
SUFFIXES = {
    "application/pdf": ".pdf",
    "text/html": ".html",
    "text/plain": ".txt",
    "image/png": ".png",
    "image/jpeg": ".jpg",
}
ACCEPTED = "a PDF, an HTML page, plain text in UTF-8, a PNG or a JPEG would be accepted"
#: So many bytes are looked at.
HEAD = 64 * 1024

_MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)
#: An HTML page begins with its type, an element, or a comment before these; pages are saved in many encodings.
_HTML = re.compile(
    rb"(\s|<!--.*?-->|<\?xml.*?\?>)*<(!doctype\s+html|html|head|body|meta|title)\b", re.IGNORECASE | re.DOTALL
)
#: Signs that no text has: control characters but for tabs, line ends, form feeds and escapes.
_NO_TEXT = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")


def media_type_of(head: bytes) -> str:
    """The media type of a file by its first bytes. Raises Refused where it is of no accepted type."""
    for begins, found in _MAGIC:
        if head.startswith(begins):
            return found
    text = head.removeprefix(codecs.BOM_UTF8)
    if _NO_TEXT.search(text):
        raise Refused({"file": f"is of no accepted type by its content; {ACCEPTED}"})
    if _HTML.match(text):
        return "text/html"
    if not _is_utf8(text):
        raise Refused({"file": f"is of no accepted type by its content; {ACCEPTED}"})
    return "text/plain"


def _is_utf8(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=False)
    except UnicodeDecodeError:
        return False
    return True
