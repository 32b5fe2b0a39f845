"""The layers of charts: marks for rows, with Altair's encodings. Altair is imported only by who describes a chart.

Altair describes each layer, and layers are put together as plain Vega-Lite: its own way copies them several times.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from procurement.charts.figure import Size, Specification
from procurement.charts.lettering import wrapped

Rows = Sequence[Mapping[str, Any]]
#: The schema that specifications are held to by tests; checking takes longer than drawing.
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
#: Letters of a title and of the lines below it, and the room at the edges of a picture.
TITLE, LINE, PADDING = 17, 12.5, 12


def mark(kind: str, rows: Rows, encoding: Mapping[str, Any], **how: Any) -> Specification:
    """A layer: a mark of a kind (text, rule, rect, ...) for each row."""
    import altair as alt

    made: Any = getattr(alt.Chart(), f"mark_{kind}")(**how).encode(**encoding)
    found = made.to_dict(validate=False)
    return {"data": {"values": [dict(row) for row in rows]}, "mark": found["mark"], "encoding": found["encoding"]}


def text(rows: Rows, encoding: Mapping[str, Any], **how: Any) -> Specification:
    """The words of rows."""
    return mark("text", rows, {"text": "words:N", **encoding}, **{"baseline": "middle"} | how)


def fixed(**places: Any) -> dict[str, Any]:
    """Encodings that are the same for each row: pixels, or a colour."""
    import altair as alt

    return {name: getattr(alt, f"{name.capitalize()}Value")(value) for name, value in places.items()}


def tooltip(**titles: str) -> list[Any]:
    """What is said where somebody points: fields with their titles."""
    import altair as alt

    return [alt.Tooltip(f"{field}:N", title=title) for field, title in titles.items()]


@dataclass(frozen=True)
class Room:
    """How wide a panel is, and what stands at its left and at its right."""

    width: float
    left: float = 0
    right: float = 0

    @classmethod
    def within(cls, total: float, left: float, right: float) -> "Room":
        """What is left of a picture's width."""
        return cls(total - 2 * PADDING - left - right, left, right)

    def layered(self, layers: Iterable[Specification], height: float) -> Specification:
        """Layers as a panel, those without rows left out; with what is not seen, and gives a picture its width."""
        ends = fixed(x=-self.left, x2=self.width + self.right, y=0)
        edges = mark("rule", [{"edge": 0}], ends, opacity=0)
        return {
            "layer": [edges, *(each for each in layers if each["data"]["values"])],
            "width": self.width,
            "height": height,
        }


def specified(panels: Sequence[Specification], title: str, lines: Iterable[str], size: Size) -> Specification:
    """Panels below one another, with a title and lines below it, broken so that they fit."""
    room = size.width - 2 * PADDING
    below = [part for line in lines if line for part in wrapped(line, LINE, room)]
    head = {"text": wrapped(title, TITLE, room), "subtitle": below} if size.titled else _heads(below)
    drawn = list(panels) or [_nothing(room)]
    return {"$schema": SCHEMA, "title": head, "padding": PADDING, "spacing": 10, "vconcat": drawn}


def _nothing(width: float) -> Specification:
    """The panel of a chart without data."""
    said = text(
        [{"words": _("Nothing is on record of which this chart could be drawn.")}], fixed(x=0, y=14), align="left"
    )
    return Room(width).layered([said], 28)


def _heads(lines: Sequence[str]) -> Specification:
    """Lines without a title above them."""
    return {"text": list(lines), "fontSize": LINE, "fontWeight": "normal", "lineHeight": 17, "color": "@muted"}
