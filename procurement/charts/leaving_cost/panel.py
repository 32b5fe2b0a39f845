"""The panel of what leaving cost: for each program the range of its estimate, and what it did cost."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from procurement.charts.figure import Size, Specification
from procurement.charts.leaving_cost.reading import NOTHING, Ends, Leaving
from procurement.charts.lettering import shortened, width_of
from procurement.charts.marks import Room, fixed, mark, text, tooltip
from procurement.charts.units import Unit, axis_unit, number_format
from procurement.common.localized import range_in_short

LINE, NARROW_LINE, FONT, SMALL, GAP, MOST_NAME = 26, 52, 11.5, 11, 8, 220
#: How wide each column of amounts at the right is.
COLUMN = 108
#: Field -> its colour and how it is drawn.
LOOKS: dict[str, dict[str, Any]] = {
    "estimated": {"shape": "circle", "size": 80, "line": 5},
    "actual": {"shape": "diamond", "size": 130, "line": 3},
}


@dataclass(frozen=True)
class Lines:
    """The programs, a line for each, and where it lies."""

    drawn: Sequence[Leaving]
    currency: str
    unit: Unit
    #: the lowest and the highest amount of all
    ends: tuple[Decimal, Decimal]
    room: Room
    narrow: bool

    @property
    def line(self) -> int:
        """The height of a line."""
        return NARROW_LINE if self.narrow else LINE

    @property
    def turn(self) -> Decimal:
        """Amounts lie on a scale that is even near zero and shrinks what is large; this is where that turns."""
        return Decimal(10) ** (max(map(abs, self.ends)).adjusted() - 1)

    @property
    def height(self) -> int:
        """The height of all."""
        return max(self.line * len(self.drawn), 1)

    @property
    def heights(self) -> list[float]:
        """Where the marks of each lie."""
        return [self.line * (place + 1) - (10 if self.narrow else LINE / 2) for place in range(len(self.drawn))]

    def described(self) -> Specification:
        """The panel, below what its marks mean."""
        import altair as alt

        y = alt.Y("y:Q", scale=alt.Scale(domain=[self.height, 0], nice=False, zero=False), axis=None)
        at = {"x": self._amounts(), "y": y}
        layers = [
            mark("rule", [{"y": each} for each in self.heights], {"y": y}, color="@grid"),
            mark("rule", [{"zero": 0}], {"x": alt.X("zero:Q")}, color="@rule"),
            *(layer for field in LOOKS for layer in self._marks(field, at)),
            self._names(y),
            *(layer for number, field in enumerate(LOOKS) for layer in self._told(field, number, y)),
            *_legend(),
        ]
        return self.room.layered(layers, self.height)

    def _amounts(self) -> Any:
        """The axis, with round amounts that are each ten times the one before."""
        import altair as alt

        low, high = self.ends[0] * Decimal("1.2"), self.ends[1] * Decimal("1.6")
        tens = [self.turn * 10**power for power in range(4)]
        ticks = [Decimal(0), *(sign * each for each in tens for sign in (-1, 1) if low <= sign * each <= high)]
        look: dict[str, Any] = {"format": number_format(), "domain": False, "ticks": False}
        axis = alt.Axis(title=self.unit.name, values=sorted(map(self.unit.of, ticks)), **look)
        domain = [self.unit.of(low), self.unit.of(high)]
        return alt.X(
            "low:Q", scale=alt.Scale(type="symlog", constant=self.unit.of(self.turn), domain=domain), axis=axis
        )

    def _marks(self, field: str, at: dict[str, Any]) -> Iterator[Specification]:
        """Ranges as lines, open ends as arrows, and amounts without a range as points."""
        look, colour = LOOKS[field], f"@{field}"
        said = tooltip(name=_("Program"), estimated=_("Estimated"), actual=_("Paid so far"))
        rows = [row for row in self._rows(field) if row["low"] is not None]
        ranges = [row for row in rows if row["low"] != row["high"]]
        line: dict[str, Any] = {"strokeWidth": look["line"], "strokeCap": "round", "color": colour}
        yield mark("rule", ranges, {**at, "x2": "high:Q", "tooltip": said}, **line)
        solid: dict[str, Any] = {"filled": True, "opacity": 1, "color": colour}
        for end in ("low", "high"):
            open_ends = [row | {"low": row[end]} for row in ranges if row["open"] == end]
            shape = "triangle-left" if end == "low" else "triangle-right"
            yield mark("point", open_ends, at, shape=shape, size=160, **solid)
        points = [row for row in rows if row["low"] == row["high"]]
        edge: dict[str, Any] = {"stroke": "@background", "strokeWidth": 1, "shape": look["shape"], "size": look["size"]}
        yield mark("point", points, {**at, "tooltip": said}, **edge, **solid)

    def _rows(self, field: str) -> list[dict[str, Any]]:
        return [
            {
                "name": each.name,
                "y": y,
                "estimated": range_in_short(*each.estimated, self.currency),
                "actual": range_in_short(*each.actual, self.currency),
                **self._span(getattr(each, field)),
            }
            for each, y in zip(self.drawn, self.heights, strict=True)
        ]

    def _span(self, ends: Ends) -> dict[str, Any]:
        """Where a range lies; one that is open below begins at zero, one that is open above reaches over all others."""
        low, high = ends
        if low is None and high is None:
            return {"low": None, "high": None, "open": ""}
        least, most = min(Decimal(0), high or Decimal(0)), self.ends[1] * Decimal("1.4")
        return {
            "low": self.unit.of(least if low is None else low),
            "high": self.unit.of(most if high is None else high),
            "open": "low" if low is None else "high" if high is None else "",
        }

    def _names(self, y: Any) -> Specification:
        """The program of each line at its left, or above it where there is no room."""
        above, room = (17, self.room.width * 0.55) if self.narrow else (0, self.room.left - GAP)
        named = [
            {"words": shortened(each.name, FONT, room), "y": height - above}
            for each, height in zip(self.drawn, self.heights, strict=True)
        ]
        how: dict[str, Any] = {"align": "left", "x": 0} if self.narrow else {"align": "right", "x": -GAP}
        return text(named, {"y": y}, fontSize=FONT, color="@ink", **how)

    def _told(self, field: str, number: int, y: Any) -> Iterator[Specification]:
        """The amounts of each line in words: in a column at the right, or above the line where there is no room."""
        end = self.room.width if self.narrow else self.room.width + COLUMN * (number + 1)
        above = 30 - 13 * number if self.narrow else 0
        told = [
            {"words": range_in_short(*ends), "y": height - above}
            for ends, height in zip((getattr(each, field) for each in self.drawn), self.heights, strict=True)
            if ends != NOTHING
        ]
        how: dict[str, Any] = {"align": "right", "fontSize": SMALL, "color": f"@{field}"}
        yield text(told, {"y": y}, x=end, **how)
        if not self.narrow:
            yield text([{"words": _called()[field]}], fixed(x=end, y=-14), **how)


def leaving_panel(drawn: Sequence[Leaving], currency: str, size: Size) -> Specification:
    """The panel for a size."""
    names = max((width_of(each.name, FONT) for each in drawn), default=0)
    edges = (0.0, 12.0) if size.narrow else (min(names + GAP, MOST_NAME), 2.0 * COLUMN)
    known = [end for each in drawn for end in (*each.estimated, *each.actual) if end is not None]
    ends = min([*known, Decimal(0)]), max([*known, Decimal(1)])
    unit = axis_unit(max(map(abs, ends)), currency)
    return Lines(drawn, currency, unit, ends, Room.within(size.width, *edges), size.narrow).described()


def _called() -> dict[str, str]:
    return {"estimated": _("estimated"), "actual": _("paid so far")}


def _legend() -> Iterator[Specification]:
    left = 0.0
    for field, words in _called().items():
        how: dict[str, Any] = {"shape": LOOKS[field]["shape"], "size": 100, "filled": True, "opacity": 1}
        yield mark("point", [{"words": words}], fixed(x=left + 6, y=-14), color=f"@{field}", **how)
        yield text([{"words": words}], fixed(x=left + 18, y=-14), align="left", fontSize=FONT, color="@ink")
        left += 40 + width_of(words, FONT)
    yield text([{"words": _("arrow: open end")}], fixed(x=left, y=-14), align="left", fontSize=SMALL, color="@muted")
