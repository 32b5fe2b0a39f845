"""What a format is: how its files are recognised, its options, and how a file is read into rows of our tables. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

from procurement.common.options import Option
from procurement.imports.rows import BadFile, Parsed

if TYPE_CHECKING:
    from procurement.imports.offers import Offering

#: The number of bytes that a format gets to recognise a file.
HEAD = 64 * 1024
#: The longest line that is read, so that no file can fill the memory with one line.
LONGEST_LINE = 16 * 1024 * 1024


@dataclass(frozen=True)
class File:
    """A file to read: its name in issues, and a function that opens it at its start, as often as it is called."""

    name: str
    open: Callable[[], BinaryIO]

    @classmethod
    def at(cls, path: Path) -> "File":
        """A file on disk."""
        return cls(path.name, lambda: path.open("rb"))

    def head(self) -> bytes:
        """The first bytes."""
        with self.open() as opened:
            return opened.read(HEAD)


#: Reads a file in portions, with a value for every option; raises BadFile at the point where it cannot continue.
Reader: TypeAlias = Callable[[File, Mapping[str, Any]], Iterator[Parsed]]


def anything(_held: bytes | File) -> bool:
    """Accept every file with one of the format's suffixes."""
    return True


@dataclass(frozen=True)
class Format:
    """One format. No other module knows it; docs/formats/ has a page of the same name.

    `recognises` gets the first bytes of a file that has one of the suffixes. `looks_into` gets the file, where these do
    not say what it holds, as those of a workbook; it may raise BadFile, which is told if no format takes the file.
    If a format is `self_contained`, rows refer only to rows of the same portion; each portion is posted as it is read,
    and only one is in memory. Otherwise rows may refer to rows of any file of the load, and all are kept until the end.
    Such a format may have `offers`, which reads the same records without making rows of them: see offers.py.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    read: Reader
    options: tuple[Option, ...] = ()
    recognises: Callable[[bytes], bool] = anything
    looks_into: Callable[[File], bool] = anything
    self_contained: bool = False
    offers: "Callable[[File, Mapping[str, Any]], Offering] | None" = None


def text_lines(file: File, encoding: str = "utf-8-sig") -> Iterator[str]:
    """The lines of a text with their line ends; only one is in memory at a time. Raises BadFile.

    Only for encodings in which the byte 10 is always a line feed: UTF-8, Shift_JIS, EUC, Latin-1.
    """
    with file.open() as opened:
        number, left = 0, opened.seek(0, 2)  # one that grows while it is read has an end
        opened.seek(0)
        while line := opened.readline(min(LONGEST_LINE, left)):
            number, left = number + 1, left - len(line)
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
