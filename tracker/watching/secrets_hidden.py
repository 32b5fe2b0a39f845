"""Secrets in log lines, hidden: those of the settings wherever they stand, and what looks like one."""

import re
from collections.abc import Collection, Mapping
from typing import Any

HIDDEN = "[hidden]"
#: Shorter ones would be found in ordinary words.
SHORTEST = 8
_WORD = r"(?:password|passwd|secret|token|api_?key|signature|sessionid|csrf)"
#: Names of fields that hold a secret.
NAMES = re.compile(rf"{_WORD}|authorization|cookie", re.IGNORECASE)
#: What is kept of each is its first group.
LOOKS = (
    re.compile(r"""(authorization\\?["']?\s*[:=]\s*\\?["']?(?:\w+\s+)?)[^\s"',\\}]+""", re.IGNORECASE),
    re.compile(r"(\b(?:bearer|token|basic)\s+)[A-Za-z0-9._~+/=-]{16,}", re.IGNORECASE),
    re.compile(r"(://[^/\s:@]*:)[^@\s/]+(?=@)"),
    re.compile(rf"""(\w*{_WORD}\w*\\?["']?\s*[=:]\s*\\?["']?)[^\s"'&,;\\}}]+""", re.IGNORECASE),
    re.compile(r"(whsec_)[A-Za-z0-9+/=_-]+"),
    # addresses that let whoever has them read or change something: links in mails, and feeds
    re.compile(r"""(/(?:unsubscribe|verify|feeds)/)[^/\s"'\\]+"""),
)


class Hiding:
    """Hides some known secrets, and what looks like one."""

    def __init__(self, secrets: Collection[str] = ()) -> None:
        known = sorted({each for each in secrets if len(each) >= SHORTEST}, key=len, reverse=True)
        self.known = re.compile("|".join(map(re.escape, known))) if known else None

    def in_text(self, text: str) -> str:
        """The text with its secrets hidden."""
        if self.known is not None:
            text = self.known.sub(HIDDEN, text)
        for look in LOOKS:
            text = look.sub(rf"\g<1>{HIDDEN}", text)
        return text

    def in_value(self, value: Any) -> Any:
        """A field's value with its secrets hidden, at any depth."""
        if isinstance(value, str):
            return self.in_text(value)
        if isinstance(value, Mapping):
            return {name: HIDDEN if NAMES.search(str(name)) else self.in_value(each) for name, each in value.items()}
        if isinstance(value, list | tuple | set):
            return [self.in_value(each) for each in value]
        return value if value is None or isinstance(value, bool | int | float) else self.in_text(str(value))
