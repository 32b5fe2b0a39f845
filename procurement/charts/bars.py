"""Horizontal bars of amounts in one currency: a name, a bar in one or more parts, and the amount in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from procurement.charts.asking import total
from procurement.charts.figure import Size, Specification
from procurement.charts.lettering import shortened, width_of
from procurement.charts.marks import Room, fixed, mark, text, tooltip
from procurement.charts.units import Unit, axis_unit, number_format
from procurement.common.localized import in_short

#: The height of a bar's line, that of a bar, letters, and the room between words and bars.
LINE, NARROW_LINE, BAR, FONT, GAP = 26, 40, 15, 11.5, 8
MOST_NAME = 250


@dataclass(frozen=True)
class Part:
    """What a part of each bar is: its name, that for people, and the role of its colour."""

    name: str
    title: str
    colour: str


@dataclass(frozen=True)
class Bar:
    """A bar: the amounts of its parts, None where unknown."""

    name: str
    amounts: Mapping[str, Decimal | None]

    @property
    def amount(self) -> Decimal:
        """All parts together."""
        return total(*self.amounts.values()) or Decimal(0)


def bars(shown: Sequence[Bar], parts: Sequence[Part], currency: str, size: Size) -> Specification:
    """The panel, below what its colours mean."""
    import altair as alt

    names = max((width_of(each.name, FONT) for each in shown), default=0)
    left = 0 if size.narrow else min(names + GAP, MOST_NAME)
    amounts = [in_short(each.amount, currency) for each in shown]
    right = max((width_of(each, FONT) for each in amounts), default=0) + GAP
    room, line = Room.within(size.width, left, right), NARROW_LINE if size.narrow else LINE
    height = max(line * len(shown), 1)
    unit = axis_unit(max((each.amount for each in shown), default=Decimal(1)), currency)
    rows = [row for place, each in enumerate(shown) for row in _parts(each, parts, unit, line * place + line - BAR)]
    ends = [
        {"words": words, "end": max(unit.of(each.amount), 0), "y": line * (place + 1) - BAR / 2}
        for place, (each, words) in enumerate(zip(shown, amounts, strict=True))
    ]
    y = alt.Y("y:Q", scale=alt.Scale(domain=[height, 0], nice=False, zero=False), axis=None)
    layers = [
        _bars(rows, parts, unit, y),
        text(ends, {"x": alt.X("end:Q"), "y": y}, align="left", dx=GAP / 2, fontSize=FONT, color="@ink"),
        _names(shown, size, room, y),
        *_legend(parts if len(parts) > 1 else ()),
    ]
    return room.layered(layers, height)


def _parts(bar: Bar, parts: Sequence[Part], unit: Unit, y: float) -> list[dict[str, Any]]:
    """The parts of a bar, one behind the other."""
    found, end = [], 0.0
    for part in parts:
        amount = bar.amounts.get(part.name)
        begin, end = end, end + unit.of(amount or Decimal(0))
        if amount:
            found.append({"part": part.name, "begin": begin, "end": end, "y": y, "foot": y + BAR, "name": bar.name})
            found[-1] |= {"title": part.title, "amount": in_short(amount, "")}
    return found


def _bars(rows: Sequence[dict[str, Any]], parts: Sequence[Part], unit: Unit, y: Any) -> Specification:
    import altair as alt

    axis = alt.Axis(title=unit.name, tickCount=4, format=number_format(), domain=False, ticks=False)
    colour = alt.Scale(domain=[each.name for each in parts], range=[each.colour for each in parts])
    encoding = {
        "x": alt.X("begin:Q", axis=axis, scale=alt.Scale(nice=False, zero=True)),
        "x2": "end:Q",
        "y": y,
        "y2": "foot:Q",
        "color": alt.Color("part:N", scale=colour, legend=None),
        "tooltip": tooltip(name="", title="", amount=unit.name),
    }
    return mark("rect", rows, encoding)


def _names(shown: Sequence[Bar], size: Size, inside: Room, y: Any) -> Specification:
    """What each bar is, at its left, or above it where there is no room."""
    line = NARROW_LINE if size.narrow else LINE
    room = inside.width if size.narrow else inside.left - GAP
    named = [
        {"words": shortened(each.name, FONT, room), "y": line * (place + 1) - BAR / 2 - (17 if size.narrow else 0)}
        for place, each in enumerate(shown)
    ]
    how: dict[str, Any] = {"align": "left", "x": 0} if size.narrow else {"align": "right", "x": -GAP}
    return text(named, {"y": y}, fontSize=FONT, color="@ink", **how)


def _legend(parts: Sequence[Part]) -> list[Specification]:
    """What the colours mean: a square and a word for each, above the bars."""
    found, left = [], 0.0
    for part in parts:
        square = fixed(x=left, x2=left + 11, y=-20, y2=-9)
        found.append(mark("rect", [{"part": part.name}], square, color=part.colour))
        found.append(
            text([{"words": part.title}], fixed(x=left + 16, y=-14), align="left", fontSize=FONT, color="@ink")
        )
        left += 34 + width_of(part.title, FONT)
    return found
