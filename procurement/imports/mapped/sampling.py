"""The first lines of a table, and which of them may be its headings. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from procurement.imports.files.headings import ROWS_BEFORE, Headings
from procurement.imports.files.tabular import SUFFIXES, Line, lines
from procurement.imports.format import File
from procurement.imports.rows import BadFile

#: So many lines below the headings are shown.
SHOWN = 20
#: So many lines of a file are looked at for them, over all sheets.
LOOKED_AT = 2_000


@dataclass(frozen=True)
class Sample:
    """The beginning of one sheet: the line of headings, whether they begin above it, these, and the first lines."""

    sheet: str
    sheets: tuple[str, ...]
    heading_line: int
    two_rows: bool
    headings: tuple[str, ...]
    lines: tuple[Line, ...]

    def values(self, heading: str) -> list[str]:
        """The first values under a heading that are not blank."""
        place = self.headings.index(heading)
        found = (line.cells[place].strip() for line in self.lines if place < len(line.cells))
        return [each for each in found if each]


def is_table(name: str) -> bool:
    """Whether a file may be a table, by its name."""
    return name.lower().endswith(SUFFIXES)


def sample_of(file: File, *, sheet: str = "", heading_line: int = 0, two_rows: bool = False) -> Sample:
    """The beginning of a table: of its first sheet and below the likeliest headings, unless others are chosen.

    With `two_rows`, headings go on from the line above, whose cells may be merged. Raises BadFile.
    """
    found = list(islice(lines(file), LOOKED_AT))
    sheets = tuple(dict.fromkeys(line.sheet for line in found))
    chosen = sheet if sheet in sheets else sheets[0] if sheets else ""
    of_sheet = [line for line in found if line.sheet == chosen]
    if not of_sheet:
        raise BadFile(1, "is empty; a table with a line of headings would be accepted")
    numbers = [line.number for line in of_sheet]
    place = numbers.index(heading_line) if heading_line in numbers else _likeliest(of_sheet[:ROWS_BEFORE])
    above = of_sheet[place - 1].cells if two_rows and place else ()
    headings = named(Headings(above, of_sheet[place].cells) if above else Headings(of_sheet[place].cells))
    return Sample(chosen, sheets, numbers[place], bool(above), headings, tuple(of_sheet[place + 1 : place + 1 + SHOWN]))


def _likeliest(found: Sequence[Line]) -> int:
    """The first line with nearly as many cells as any other: titles stand above it, and have few."""
    filled = [sum(bool(cell.strip()) for cell in line.cells) for line in found]
    return next(place for place, number in enumerate(filled) if number * 5 >= max(filled) * 4)


def named(headings: Headings) -> tuple[str, ...]:
    """The headings of a table; of several columns with one heading, the later ones have a number: Name, Name 2."""
    met: dict[str, int] = {}
    found = []
    for text, key in zip((" ".join(each.split()) for each in headings.shown), headings.names, strict=True):
        base = Headings((text,)).names[0]
        met[base] = met.get(base, 0) + 1
        found.append(text if not text or key == base else f"{text} {met[base]}")
    return tuple(found)


def possible_headings(file: File) -> list[tuple[str, ...]]:
    """What the headings of a file may be, as mappings are found by them. Nothing for a file that cannot be read."""
    try:
        return list(_possible(file))
    except BadFile:
        return []


def _possible(file: File) -> Iterator[tuple[str, ...]]:
    before: Line | None = None
    numbers: dict[str, int] = {}
    for line in islice(lines(file), LOOKED_AT):
        numbers[line.sheet] = numbers.get(line.sheet, 0) + 1
        if numbers[line.sheet] > ROWS_BEFORE:
            continue
        yield known_by(Headings(line.cells).names)
        if before is not None and before.sheet == line.sheet:
            yield known_by(Headings(before.cells, line.cells).names)
        before = line


def known_by(names: Sequence[str]) -> tuple[str, ...]:
    """The headings by which a mapping is found again, in any order; the number of a repeated one ends its name."""
    return tuple(sorted("".join(name.split()) for name in names if name))
