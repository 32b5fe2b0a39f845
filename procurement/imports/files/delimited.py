"""Records of CSV and its kin, one in memory at a time, whatever they are separated by and however they end. Pure."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from procurement.common.options import Option
from procurement.imports.files.encodings import Doubtful, encoding_of, not_in
from procurement.imports.files.packed import CannotUnpack, Chunks
from procurement.imports.format import LONGEST_LINE
from procurement.imports.rows import BadFile

#: What may separate cells, by the names that a reader of a file may choose.
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
DELIMITER = Option("delimiter", "what separates cells, where the heading does not tell", choices=tuple(DELIMITERS))
#: How many times as many cells one delimiter must make of the heading as any other.
CLEARLY = 3
#: Lines before the heading, a title for example, in which no delimiter is found.
LINES_BEFORE = 30
#: A last line of our own: a cell that contains it was never closed, as in half a download.
_END = "\x00end"


def records(chunks: Chunks, *, encoding: str = "", delimiter: str = "") -> Iterator[tuple[int, tuple[str, ...]]]:
    """The line on which each record begins, and its cells; blank lines are left out.

    `encoding` and `delimiter` are names of ENCODINGS and DELIMITERS; empty where the file is to tell. Raises BadFile.
    """
    text = _Text(chunks, encoding or _told(chunks))
    lines = iter(text)
    ahead = list(islice(lines, LINES_BEFORE))
    if not any(map(str.strip, ahead)):
        raise BadFile(1, "is empty; a table with a line of headings would be accepted")
    sign, skip = (DELIMITERS[delimiter], 0) if delimiter else _separator(ahead)
    found = csv.reader(chain(ahead[skip:], lines, [_END]), delimiter=sign)
    begin = skip + 1
    try:
        for cells in found:
            if cells == [_END]:
                return
            if any(map(str.strip, cells)):
                if _END in cells[-1]:
                    raise BadFile(begin, "ends within quotation marks; the whole file would be accepted")
                yield begin, tuple(cells)
            begin = skip + found.line_num + 1
            text.length = 0
    except csv.Error as error:
        raise BadFile(begin, f"cannot be read as a record: {error}; is a quotation mark not closed?") from error


def _told(chunks: Chunks) -> str:
    try:
        return encoding_of(chunks)
    except (Doubtful, CannotUnpack) as error:
        raise BadFile(1, str(error)) from error


class _Text:
    """A text in lines, whether they end with LF, CRLF or CR; `length` counts the characters since it was set to 0."""

    def __init__(self, chunks: Chunks, encoding: str) -> None:
        self.chunks, self.encoding, self.number, self.length = chunks, encoding, 0, 0
        self.raw = codecs.getincrementaldecoder(encoding)()
        self.decoder = io.IncrementalNewlineDecoder(self.raw, translate=True)

    def __iter__(self) -> Iterator[str]:
        """Each line, with a line feed. Raises BadFile."""
        begun: list[str] = []  # a line of which the end is not read yet
        for text in self._decoded():
            first, *more = text.split("\n")
            begun.append(first)
            if more:
                yield self._counted("".join(begun))
                yield from map(self._counted, more[:-1])
                begun = more[-1:]
            self._refuse_if_longer(sum(map(len, begun)))
        if any(begun):
            yield self._counted("".join(begun))

    def _counted(self, line: str) -> str:
        self.number += 1
        self.length += len(line)
        self._refuse_if_longer(0)
        return line + "\n"

    def _refuse_if_longer(self, by: int) -> None:
        if self.length + by > LONGEST_LINE:
            limit = f"{LONGEST_LINE // 1024**2} million characters"
            raise BadFile(self.number, f"is longer than {limit}, and not read on; is a quotation mark not closed?")

    def _decoded(self) -> Iterator[str]:
        try:
            for chunk in self.chunks():
                yield self.decoder.decode(chunk)
            yield self.decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            pending, _ = self.raw.getstate()
            good = self.decoder.decode(error.object[len(pending) : error.start])
            yield good[: good.rfind("\n") + 1]
            raise BadFile(self.number + 1, not_in(self.encoding, error.object[error.start])) from error
        except CannotUnpack as error:
            raise BadFile(self.number + 1, str(error)) from error


def _separator(ahead: Sequence[str]) -> tuple[str, int]:
    """The delimiter by the first lines, and how many lines only name it (`sep=;`, as Excel writes). Raises BadFile."""
    if len(ahead[0].rstrip("\n")) == 5 and ahead[0].startswith("sep="):
        return ahead[0][4], 1
    found = {name: _first_of_several(ahead, sign) for name, sign in DELIMITERS.items()}
    line = min(begins for begins, _ in found.values())
    widths = sorted(((width, name) for name, (begins, width) in found.items() if begins == line), reverse=True)
    (most, best), (next_most, other) = widths[0], (widths[1] if len(widths) > 1 else (0, ""))
    if most > 1 and most < CLEARLY * next_most:
        raise BadFile(
            line, f"may be separated by {best} or {other}; delimiter={best} or delimiter={other} would be accepted"
        )
    return (DELIMITERS[best] if most > 1 else ","), 0


def _first_of_several(ahead: Sequence[str], sign: str) -> tuple[int, int]:
    """On which line the first record of several cells begins, and how many it has; beyond the lines, where none has."""
    found, begin = csv.reader(ahead, delimiter=sign), 1
    try:
        for cells in found:
            if len(cells) > 1:
                return begin, len(cells)
            begin = found.line_num + 1
    except csv.Error:
        pass  # not with this delimiter
    return len(ahead) + 1, 1
