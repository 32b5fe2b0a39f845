"""JSON read in portions: one text or several after another, of which only the element at hand is in memory. Pure.

Numbers stay the texts that they are in the file, so that none passes through binary floating point, and a number given
as a string is read in the same way. The standard library's scanner does the reading, element by element.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from procurement.imports.files.json_chunks import Chunks
from procurement.imports.format import File
from procurement.imports.rows import BadFile

#: The most characters of one element: a release, or a member of a package.
LONGEST = 32 * 1024 * 1024
#: How much of a text is dropped at once after it was read.
DROPPED = 1024 * 1024
#: An error so near to the end of what was read may come from the cut.
NEAR = 16

# control characters inside strings are no JSON, and common; there is no other reading of them
_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str, strict=False)
_BLANK = re.compile("[ \t\r\n\x1e\ufeff]*")  # also the separator of RFC 7464, and marks of texts that were put together
#: Characters that no database or terminal takes; a JSON text can name them one by one.
_UNFIT = re.compile("[\x00\ud800-\udfff]")
_UNFIT_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


class JsonText:
    """The text of a file and the place up to which it was read.

    `members` and `elements` walk through an object or array; whoever iterates takes each value by `value`, or by
    walking through it.
    """

    def __init__(self, file: File) -> None:
        self.chunks = Chunks(file)
        self._read = iter(self.chunks)
        self._text, self._at = "", 0
        self._ended = False
        self._fault: BadFile | None = None
        self.line = 1

    @property
    def stray_line(self) -> int:
        """The first line with bytes that are not UTF-8 and were read as Windows 1252; 0 while there is none."""
        return self.chunks.stray_line

    def peek(self) -> str:
        """The next character that is not white space; empty at the end."""
        while True:
            found = _BLANK.match(self._text, self._at)
            self._move(found.end() if found else self._at)
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def members(self) -> Iterator[str]:
        """The names of an object's members. Raises BadFile where the text breaks."""
        self._expect("{")
        more = not self._closes("}")
        while more:
            if self.peek() != '"':
                raise self._broken()
            name = self.value()
            self._expect(":")
            yield name
            more = self._expect(",}") == ","

    def elements(self) -> Iterator[None]:
        """The places of an array's elements. Raises BadFile where the text breaks."""
        self._expect("[")
        more = not self._closes("]")
        while more:
            yield
            more = self._expect(",]") == ","

    def value(self) -> Any:
        """The next value, whole. Raises BadFile if it is broken, too long or nested too deeply."""
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                may_be_cut = error.pos + NEAR > len(self._text) or error.msg.startswith("Unterminated string")
                if may_be_cut and self._more():
                    continue
                raise self._broken(error.pos, error.msg) from error
            except RecursionError as error:
                raise BadFile(self.line, "is nested too deeply to be read") from error
            if end == len(self._text) and self._more():
                continue  # a number may go on
            unfit = self._is_unfit(end)
            self._move(end)
            try:
                return fit(value) if unfit else value
            except RecursionError as error:
                raise BadFile(self.line, "is nested too deeply to be read") from error

    def _is_unfit(self, end: int) -> bool:
        has_escapes = self._text.find("\\u", self._at, end) >= 0  # far quicker than the pattern, and mostly enough
        escaped = has_escapes and _UNFIT_ESCAPE.search(self._text, self._at, end) is not None
        return escaped or self._text.find("\x00", self._at, end) >= 0

    def skip_to_next_text(self) -> bool:
        """Go to the next line that begins an object, after a text that is broken; returns whether there is one."""
        while (found := self._text.find("\n{", self._at)) < 0:
            self._move(max(self._at, len(self._text) - 1))
            if not self._more():
                return False
        self._move(found + 1)
        return True

    def skip(self, characters: str) -> None:
        """Go past any of these characters."""
        while (found := self.peek()) and found in characters:
            self._move(self._at + 1)

    def _closes(self, character: str) -> bool:
        if self.peek() != character:
            return False
        self._move(self._at + 1)
        return True

    def _expect(self, characters: str) -> str:
        found = self.peek()
        if not found or found not in characters:
            raise self._broken()
        self._move(self._at + 1)
        return found

    def _broken(self, at: int = -1, said: str = "") -> BadFile:
        at = self._at if at < 0 else at
        line = self.line + self._text.count("\n", self._at, at)
        if self._ended and at + NEAR > len(self._text):
            return BadFile(line, "the text ends here in the middle of a value: was its download cut off?")
        shown = self._text[at : at + 20]
        return BadFile(line, f"is not JSON at “{shown}”" + (f" ({said})" if said else ""))

    def _more(self) -> bool:
        """Read on; returns false at the end of the file. At least doubles what is in memory, as it is read again."""
        if self._fault:
            fault, self._fault = self._fault, None
            raise fault
        parts, wanted = [self._text[self._at :]], len(self._text) - self._at
        if wanted > LONGEST:
            raise BadFile(self.line, f"has an element of over {LONGEST // 1024**2} MiB, which is not read")
        length = 0
        while length <= wanted and not self._ended:
            chunk = self._next()
            parts.append(chunk)
            length += len(chunk)
        if length:
            self._text, self._at = "".join(parts), 0
        elif self._fault:
            return self._more()
        return length > 0

    def _next(self) -> str:
        """The next chunk; at the end none. A fault of the file waits until all before it is read."""
        try:
            chunk = next(self._read, None)
        except BadFile as error:
            self._fault, chunk = error, None
        self._ended = chunk is None
        return chunk or ""

    def _move(self, to: int) -> None:
        if to == self._at:
            return
        self.line += self._text.count("\n", self._at, to)
        self._at = to
        if to > DROPPED:
            self._text, self._at = self._text[to:], 0


def fit(value: Any) -> Any:
    """A value in whose texts characters that cannot be stored are replaced by the sign for a lost one."""
    if isinstance(value, str):
        return _UNFIT.sub("\ufffd", value)
    if isinstance(value, list):
        return [fit(each) for each in value]
    if isinstance(value, dict):
        return {fit(name): fit(each) for name, each in value.items()}
    return value
