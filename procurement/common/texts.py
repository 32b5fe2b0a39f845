"""Which texts can be stored at all, and which look the same to a reader. Pure."""

import re
import unicodedata

#: Halves of a pair that UTF-8 cannot hold; a JSON or YAML text can name them one by one.
SURROGATE = re.compile("[\ud800-\udfff]")

#: Format characters that are seen: signs before Arabic, Syriac and Kaithi numbers.
_SEEN = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
#: Invisible characters that are not format characters: joiners, fillers, variation selectors.
_UNSEEN_RANGES = (
    (0x034F, 0x034F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2065, 0x2065), (0x3164, 0x3164),
    (0xFE00, 0xFE0F), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0xE0000, 0xE0FFF),
)  # fmt: skip
#: Behind it no dash is, and no format character but those of _UNSEEN_RANGES.
_LAST = 0x20000
#: A cell of Braille without a dot, which looks like a blank.
_BLANK = "\u2800"
_QUOTES = {"'": "‘’‚‛′‵ʹʻʼʽˈ`´＇‹›", '"': "“”„‟″‶ʺ〝〞〟＂«»"}
#: Dashes that Unicode does not class as such, and its own that are none (a wave is a tilde).
_MORE_DASHES = "\u2212\u2043\u02d7"
_WAVES = "\u301c\u3030\u223c"


def _folding() -> dict[int, str]:
    """What each character counts as when texts are compared; invisible characters count as nothing."""
    table = {ord(each): typed for typed, written in _QUOTES.items() for each in written}
    for code in range(_LAST):
        kind = unicodedata.category(chr(code))
        if kind == "Pd":
            table[code] = "-"
        elif (kind == "Cf" and chr(code) not in _SEEN) or (kind == "Cc" and not chr(code).isspace()):
            table[code] = ""
    table |= {code: "" for first, last in _UNSEEN_RANGES for code in range(first, last + 1)}
    return table | {ord(each): "-" for each in _MORE_DASHES} | {ord(each): "~" for each in _WAVES} | {ord(_BLANK): " "}


_FOLDING = _folding()


def text_fault(text: str) -> str | None:
    """Say why a text cannot be stored, or None: the database could not hold it, or nothing in it is visible."""
    if text.isascii() and text.isprintable():  # most are: this is called for every cell of an import
        return None
    if "\x00" in text:
        return "must not contain a NUL byte"
    if SURROGATE.search(text):
        return "must not contain half of a surrogate pair"
    if text.strip() and not shows(text):
        return "has no visible character"
    return None


def in_words(code: str | None) -> str:
    """A code as people read it: stop_work is stop work; a status that is not known is unknown."""
    return (code or "unknown").replace("_", " ")


def shows(text: str) -> bool:
    """Whether a text has a visible character; combining marks alone do not count."""
    return any(unicodedata.category(each)[0] not in "ZM" and not each.isspace() for each in text.translate(_FOLDING))


def hides(text: str) -> bool:
    """Whether a text contains invisible characters."""
    return any(_FOLDING.get(ord(each)) == "" for each in text)


def plain(text: str) -> str:
    """A text as a keyboard writes it: no full-width or invisible characters, one kind of quotes, dashes and spaces."""
    narrow = unicodedata.normalize("NFKC", text.translate(_FOLDING)).translate(_FOLDING)
    return " ".join(narrow.split())
