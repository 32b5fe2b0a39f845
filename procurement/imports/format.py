"""What a format is: how its files are recognised, its options, and how a file is read into rows of our tables. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

from procurement.common.options import Option
from procurement.imports.rows import BadFile, Parsed

#: A format looks at so many bytes to tell whether a file is one of its own.
HEAD = 64 * 1024
#: The longest line that is read: no file can fill the memory with one.
LONGEST_LINE = 16 * 1024 * 1024


@dataclass(frozen=True)
class File:
    """A file to be read: its name in issues, and how it is opened (several times, each time at its start)."""

    name: str
    open: Callable[[], BinaryIO]

    @classmethod
    def at(cls, path: Path) -> "File":
        """A file on disk."""
        return cls(path.name, lambda: path.open("rb"))

    def head(self) -> bytes:
        """How the file begins."""
        with self.open() as opened:
            return opened.read(HEAD)


#: Reads a file, with a value for every option, in portions; raises BadFile where it cannot be read on.
Reader: TypeAlias = Callable[[File, Mapping[str, Any]], Iterator[Parsed]]


def anything(_head: bytes) -> bool:
    """A file with one of the format's suffixes is taken for one of it."""
    return True


@dataclass(frozen=True)
class Format:
    """One format. Its module is the only place that knows it; docs/formats/ has a page of the same name.

    `recognises` is asked about the first bytes of a file with one of the suffixes.
    The rows of a `self_contained` format name only rows of their own portion: each portion is posted as it is read, and
    memory holds one. The rows of others may name rows of any file of a load, and are held until all is read.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    read: Reader
    options: tuple[Option, ...] = ()
    recognises: Callable[[bytes], bool] = anything
    self_contained: bool = False


def text_lines(file: File, encoding: str = "utf-8-sig") -> Iterator[str]:
    """The lines of a text, with their ends, one in memory at a time. Raises BadFile.

    For encodings in which a line feed is the byte 10 and nothing else: UTF-8, Shift_JIS, EUC, Latin-1.
    """
    with file.open() as opened:
        number = 0
        while line := opened.readline(LONGEST_LINE):
            number += 1
            if len(line) == LONGEST_LINE:
                raise BadFile(number, f"is longer than {LONGEST_LINE // 1024**2} MiB, and not read on")
            yield _decoded(line, encoding if number == 1 else encoding.removesuffix("-sig"), number)


def _decoded(line: bytes, encoding: str, number: int) -> str:
    try:
        return line.decode(encoding)
    except UnicodeDecodeError as error:
        name = encoding.removesuffix("-sig").upper()
        reason = f"is not {name} text: byte {error.start} of the line cannot be read; save the file as {name}"
        raise BadFile(number, reason) from error
