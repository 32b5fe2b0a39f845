"""Sentences that are English where they are made, and can be said in another language where they are shown. Pure."""

from collections.abc import Callable, Mapping
from typing import Any


def gettext_noop(text: str) -> str:
    """Mark a text for the catalogue, and leave it as it is."""
    return text


class Phrase(str):
    """A sentence in English that knows its pattern and what was filled in, among it other phrases."""

    __slots__ = ("filled", "pattern")
    pattern: str
    filled: Mapping[str, Any]

    def __new__(cls, pattern: str, **filled: Any) -> "Phrase":
        """Fill in a pattern: Phrase("for %(count)s contracts", count=7)."""
        made = super().__new__(cls, pattern % filled if filled else pattern)
        made.pattern, made.filled = pattern, filled
        return made

    def said(self, translate: Callable[[str], str]) -> str:
        """The same in another language."""
        filled = {
            name: each.said(translate) if isinstance(each, Phrase) else each for name, each in self.filled.items()
        }
        return translate(self.pattern) % filled if filled else translate(self.pattern)
