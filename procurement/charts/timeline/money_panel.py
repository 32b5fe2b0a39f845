"""The panel of a program's money in one currency: step curves of what was committed, paid and outstanding."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from procurement.charts.figure import Specification
from procurement.charts.lettering import shortened, spread, width_of
from procurement.charts.marks import fixed, mark, text, tooltip
from procurement.charts.time_axis import moment
from procurement.charts.timeline.curves import FIGURES, Piece, pieces
from procurement.charts.timeline.frame import Frame
from procurement.charts.timeline.reading import Move, Value
from procurement.charts.timeline.telling import moved_in_words
from procurement.charts.units import Unit, axis_unit, number_format
from procurement.common.localized import day, in_short
from procurement.common.words import word

HEIGHT, NARROW_HEIGHT, FONT, SMALL = 200, 180, 11.5, 11
#: The height of a line of words above the panel.
EVENT = 15
#: How wide each curve is, and its dashes; those that are not sure are dotted.
STYLES: dict[str, dict[str, Any]] = {
    "committed": {"strokeWidth": 2.2},
    "paid": {"strokeWidth": 3.4},
    "outstanding": {"strokeWidth": 2.2, "strokeDash": [7, 3]},
}
DOTTED = {"strokeDash": [1.5, 3]}
#: How much higher the axis is than the highest value.
HEADROOM = 1.06


@dataclass(frozen=True)
class Panel:
    """What its numbers count, which are at its foot and at its top, and how high it is."""

    unit: Unit
    low: float
    top: float
    height: int
    #: how many lines of words stand above it
    lines: int

    def at(self, amount: Decimal | None) -> float:
        """How many pixels from the top an amount lies; what is unknown is named at the foot."""
        number = self.low if amount is None else self.unit.of(amount)
        return self.height * (self.top - number) / (self.top - self.low)

    def amounts(self) -> Any:
        """The axis of amounts."""
        import altair as alt

        place: dict[str, Any] = {
            "titleAngle": 0,
            "titleAlign": "right",
            "titleAnchor": "end",
            "titleX": -7,
            "titleY": -10,
        }
        lines: dict[str, Any] = {"domain": False, "ticks": False, "labelPadding": 6}
        axis = alt.Axis(title=self.unit.name, tickCount=5, format=number_format(), **place, **lines)
        return alt.Y("amount:Q", scale=alt.Scale(domain=[self.low, self.top], nice=False), axis=axis)


def money_panel(
    frame: Frame, currency: str, values: Sequence[Value], moves: Sequence[Move] = (), *, labels: bool
) -> Specification:
    """The panel."""
    seen = [each for each in values if each.day <= frame.axis.last]
    drawn = [piece for figure in FIGURES for piece in pieces(seen, figure, frame.axis.last)]
    inside = _inside(frame, drawn, currency, len(moves) + len(frame.stops))
    days, y = frame.axis.days(labels=labels), inside.amounts()
    layers = [
        _stops(frame, inside, days),
        *(_curve(piece, inside.unit, {"x": days, "y": y}) for piece in drawn),
        *_events(frame, moves, inside, days),
        _hover(seen, currency, days, frame.axis.last),
        *_names(frame, values[-1], currency, inside),
    ]
    return frame.room.layered(layers, inside.height)


def _inside(frame: Frame, drawn: Sequence[Piece], currency: str, lines: int) -> Panel:
    amounts = [amount for piece in drawn for _day, amount in piece.points] or [Decimal(1)]
    unit = axis_unit(max(amounts), currency)
    low, top = min(unit.of(min(amounts)), 0) * HEADROOM, max(unit.of(max(amounts)), 0.001) * HEADROOM
    return Panel(unit, low, top, NARROW_HEIGHT if frame.size.narrow else HEIGHT, lines)


def _stops(frame: Frame, inside: Panel, days: Any) -> Specification:
    """The time during which the program was stopped, shaded."""
    last = frame.axis.last
    stopped = [{"day": moment(each.began_on), "end": moment(min(each.until or last, last))} for each in frame.stops]
    return mark("rect", stopped, {"x": days, "x2": "end:T", **fixed(y=0, y2=inside.height)}, color="@shade")


def _events(frame: Frame, moves: Sequence[Move], inside: Panel, days: Any) -> Iterator[Specification]:
    """Words for what a reader would ask about: since when it is stopped, and why contracts left or came."""
    events = [(stop.began_on, _("stopped %(day)s") % {"day": day(stop.by.dated)}) for stop in frame.stops]
    events += [(move.day, moved_in_words(move)) for move in moves]
    for line, (on, words) in enumerate(reversed(events)):
        behind, before = frame.axis.width + frame.room.right - frame.axis.at(on), frame.axis.at(on)
        align = "left" if behind >= min(width_of(words, SMALL), before) else "right"
        row = {"day": moment(on), "words": shortened(words, SMALL, behind if align == "left" else before)}
        top, dx = -8 - EVENT * line, 3 if align == "left" else -3
        rule = {"x": days, **fixed(y=top - 5, y2=inside.height)}
        yield mark("rule", [row], rule, color="@rule", strokeDash=[3, 3])
        yield text([row], {"x": days, **fixed(y=top)}, align=align, dx=dx, fontSize=SMALL, color="@muted")


def _curve(piece: Piece, unit: Unit, at: dict[str, Any]) -> Specification:
    points = [{"day": moment(on), "amount": unit.of(amount)} for on, amount in piece.points]
    style = STYLES[piece.figure] | ({} if piece.sure else DOTTED)
    return mark("line", points, at, interpolate="step-after", color=f"@{piece.figure}", **style)


def _hover(values: Sequence[Value], currency: str, days: Any, last: dt.date) -> Specification:
    """What is not seen, and says the values of a day where somebody points between it and the next one."""
    ends = [*(each.day for each in values[1:]), last]
    told = [
        {"day": moment(each.day), "end": moment(end), "on": day(each.day)}
        | {name: in_short(getattr(each, name), currency) for name in FIGURES}
        for each, end in zip(values, ends, strict=True)
    ]
    said = tooltip(on=_("Day"), **{name: word("figure", name) for name in FIGURES})
    return mark("rect", told, {"x": days, "x2": "end:T", "tooltip": said}, opacity=0)


def _names(frame: Frame, value: Value, currency: str, inside: Panel) -> Iterator[Specification]:
    """The name of each curve and its last value: at its end, or above the panel where there is no room beside it."""
    last = [(figure, getattr(value, figure)) for figure in FIGURES]
    at = spread([inside.at(amount) for _figure, amount in last], 30, 10, inside.height - 14)
    for number, ((figure, amount), place) in enumerate(zip(last, at, strict=True)):
        words = [word("figure", figure), in_short(amount, currency)]
        how: dict[str, Any] = {"align": "left", "fontSize": FONT, "baseline": "alphabetic"}
        how |= {"color": f"@{figure}" if amount is not None else "@muted"}
        if frame.size.narrow:
            spot = fixed(x=0, y=-EVENT * (len(last) - number + inside.lines))
            yield text([{"words": " ".join(words)}], spot, **how)
        else:
            spot = fixed(x=frame.axis.width + 8, y=place)
            yield text([{"words": "\n".join(words)}], spot, lineBreak="\n", lineHeight=13, **how)
