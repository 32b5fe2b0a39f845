"""A chart with everything that stands beside it: its title, what it shows in words, its data as a table, its dates.

Pure. A description names colours by their roles (“@paid”): a theme says which they are (themes.py).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from procurement.common.dates import Asked

#: A Vega-Lite specification.
Specification = dict[str, Any]


@dataclass(frozen=True)
class Size:
    """How wide a chart is laid out in CSS pixels."""

    name: str
    width: int
    #: the pixels of a picture that must have so many, as cards do: the chart is enlarged, and given wider edges
    picture: tuple[int, int] | None = None
    #: whether names stand above what they name instead of beside it
    narrow: bool = False
    #: whether its title is in it; on a page the title is a heading
    titled: bool = True
    #: how many pixels of the PNG one of these is
    scale: float = 2
    #: how many speakers have a row of their own
    speakers: int = 9


#: A picture by itself, as in a mail or an article.
SHEET = Size("sheet", 760)
PAGE = Size("page", 760, titled=False)
PHONE = Size("phone", 360, narrow=True, titled=False)
#: What other sites show of a link.
CARD = Size("card", 880, (1200, 630), speakers=4)
SIZES = {size.name: size for size in (SHEET, PAGE, PHONE, CARD)}


@dataclass(frozen=True)
class Cell:
    """One cell of a table: the value for machines, and as people read it."""

    value: str
    text: str

    @classmethod
    def of(cls, text: str) -> "Cell":
        """A cell that both read alike."""
        return cls(text, text)


@dataclass(frozen=True)
class Table:
    """The data of a chart: for each column its name for machines and its head for people."""

    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Figure:
    """A chart in one language at the asked dates."""

    name: str
    title: str
    #: one or two sentences that say, with the figures, what a reader would see
    alternative: str
    #: what a reader must know besides: what is left out, unknown or cut
    notes: tuple[str, ...]
    table: Table
    asked: Asked
    language: str
    #: makes the specification for a size
    describe: Callable[[Size], Specification]
    #: the code of the program that it is about, empty where it is about all
    program: str = ""
    #: the currency that was chosen, empty where amounts are in those of their contracts
    currency: str = ""

    @property
    def specification(self) -> Specification:
        """The specification of the chart by itself."""
        return self.describe(SHEET)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not self.table.rows
