"""The headings of a table: found and matched however they are spelled, in one row or two. Pure."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from operator import attrgetter

from procurement.imports.files.tabular import Line
from procurement.imports.rows import BadFile

#: Titles and remarks that may stand above the headings.
ROWS_BEFORE = 30
_NUMBERED = re.compile(r"(.*\S)\s+(\d+)", re.DOTALL)


def normal(heading: str) -> str:
    """A heading without white space and line breaks, of one width and one case: “契約 金額（円）” is “契約金額(円)”."""
    return "".join(unicodedata.normalize("NFKC", heading).split()).casefold()


class Headings:
    """The columns of a table by their headings; several of one name are “name”, “name 2”, “name 3” by position.

    With two rows, a column's heading is what stands in both; a cell of the upper one also holds for the empty ones to
    its right, as a merged cell does, if something stands below them. `above`: the cells of the rows above both.
    """

    def __init__(self, upper: Sequence[str], lower: Sequence[str] = (), above: Sequence[str] = ()) -> None:
        self.above = tuple(above)
        self.shown = tuple(_joined(upper, lower))
        self.names: tuple[str, ...] = tuple(_numbered(map(normal, self.shown)))
        self._places = {name: place for place, name in enumerate(self.names) if name}

    def place(self, *spellings: str) -> int | None:
        """The position of the first of these headings that is there; None when none is.

        “契約金額*” is the first heading that begins so.
        """
        found = (place for each in spellings for place in self._of(each))
        return next((place for place in found if place is not None), None)

    def _of(self, spelling: str) -> Iterator[int | None]:
        if spelling.endswith("*"):
            begins = normal(spelling[:-1])
            return (place for name, place in self._places.items() if name.startswith(begins))
        return (self._places.get(name) for name in _keys(spelling))

    def cell(self, line: Line, place: int | None) -> str:
        """The text in a column, without the white space around it; empty beyond the end of a short line."""
        return line.cells[place].strip() if place is not None and place < len(line.cells) else ""

    def unknown(self, known: Iterable[str]) -> list[str]:
        """The headings that are none of these, as the file spells them."""
        places = {self.place(each) for each in known}
        return [self.shown[place] for name, place in self._places.items() if place not in places]

    def missing(self, needed: Mapping[str, Sequence[str]]) -> list[str]:
        """Of columns with their spellings, those that are not there."""
        return [name for name, spellings in needed.items() if self.place(*spellings) is None]


def _joined(upper: Sequence[str], lower: Sequence[str]) -> Iterator[str]:
    merged = ""
    for place in range(max(len(upper), len(lower))):
        above = upper[place].strip() if place < len(upper) else ""
        below = lower[place].strip() if place < len(lower) else ""
        merged = above or merged
        yield f"{above or merged} {below}".strip() if below else above


def _numbered(names: Iterable[str]) -> Iterator[str]:
    met: dict[str, int] = {}
    for name in names:
        met[name] = met.get(name, 0) + 1
        yield f"{name} {met[name]}" if name and met[name] > 1 else name


def _keys(spelling: str) -> Iterator[str]:
    """What a heading may be called in a table: “Name 2” is the second “name”, or one that is called “Name 2”."""
    yield normal(spelling)
    if found := _NUMBERED.fullmatch(unicodedata.normalize("NFKC", spelling.strip())):
        yield normal(found[1]) if found[2] == "1" else f"{normal(found[1])} {int(found[2])}"


class NoHeadings(BadFile):
    """A table has no line with the headings that are needed; the message says which are not there."""


def under_headings(
    lines: Iterable[Line], needed: Mapping[str, Sequence[str]], skip: Callable[[str, NoHeadings], None]
) -> Iterator[tuple[Headings, Line]]:
    """Each line below the headings, of every sheet, with these.

    The headings are the first row, or the first two together, that have all needed columns, each of which is given
    with its spellings; what stands above them is left out. `skip` is told of each sheet that has none, if another
    sheet has some. Raises NoHeadings where no sheet has.
    """
    without: list[tuple[str, NoHeadings]] = []
    any_found = False
    for sheet, group in groupby(lines, key=attrgetter("sheet")):
        try:
            headings = find_headings(group, needed)
        except NoHeadings as error:
            if not sheet:  # there is no other to come
                raise
            without.append((sheet, error))
            continue
        any_found = True
        yield from ((headings, line) for line in group)
    if without and not any_found:
        raise without[0][1]
    for each in without:
        skip(*each)


def find_headings(lines: Iterator[Line], needed: Mapping[str, Sequence[str]]) -> Headings:
    """The headings of one sheet; the lines go on below them. Raises NoHeadings."""
    ahead: list[Line] = []
    for line in islice(lines, ROWS_BEFORE):
        above = [cell for each in ahead for cell in each.cells if cell.strip()]
        one = Headings(line.cells, above=above)
        for found in (one, Headings(ahead[-1].cells, line.cells, above)) if ahead else (one,):
            if not found.missing(needed):
                return found
        ahead.append(line)
    if not ahead:
        raise NoHeadings(1, "is empty; a table with a line of headings would be accepted")
    best = min((Headings(line.cells) for line in ahead), key=lambda each: len(each.missing(needed)))
    lacks = "; ".join(f"{name} ({' or '.join(needed[name])})" for name in best.missing(needed))
    seen = ", ".join(filter(None, best.shown))[:300]
    raise NoHeadings(ahead[0].number, f"has no headings that would be accepted: there is no {lacks}, but {seen}")
