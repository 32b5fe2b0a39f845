"""Which texts can be stored at all. Pure."""

import re

#: Halves of a pair that UTF-8 cannot hold; a JSON or YAML text can name them one by one.
SURROGATE = re.compile("[\ud800-\udfff]")


def text_fault(text: str) -> str | None:
    """Say why the database could not hold a text, or None."""
    if "\x00" in text:
        return "must not contain a NUL byte"
    return "must not contain half of a surrogate pair" if SURROGATE.search(text) else None
