"""The panels of exposure by status: for each figure the amounts of statuses, stacked upon each other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from procurement.charts.by_status.reading import FIGURES, Point
from procurement.charts.figure import Size, Specification
from procurement.charts.lettering import spread, width_of, wrapped
from procurement.charts.marks import Room, fixed, mark, text, tooltip
from procurement.charts.statuses import role_of, status_in_words
from procurement.charts.time_axis import TimeAxis, moment
from procurement.charts.units import Unit, axis_unit, number_format
from procurement.common.localized import day, in_short
from procurement.common.words import PROGRAM_STATUS

#: The statuses in the order in which they are stacked: what stopped lies lowest.
STACKED = ("cancelled", "suspended", "reduced", "under_review", "active", "approved", "planned", "completed", "")
HEIGHT, FONT, HEADING, LINE = 150, 11.5, 12, 15
LEFT, NARROW_RIGHT = 48, 12
#: How much wider bold letters are.
BOLD = 1.08
HEADROOM = 1.05


@dataclass(frozen=True)
class Panel:
    """One figure over the days."""

    points: Sequence[Point]
    figure: str
    currency: str
    unit: Unit
    axis: TimeAxis
    room: Room
    narrow: bool
    #: whether the labels of days stand below it
    labels: bool

    @cached_property
    def stacks(self) -> list[dict[str, tuple[float, float]]]:
        """For each day from where to where each status reaches; what is unknown has no height."""
        return [self._stack(each.amounts[self.figure]) for each in self.points]

    def _stack(self, amounts: Mapping[str, Decimal | None]) -> dict[str, tuple[float, float]]:
        found, end = {}, 0.0
        for status in STACKED:
            begin, end = end, end + max(self.unit.of(amounts.get(status) or Decimal(0)), 0)
            found[status] = begin, end
        return found

    @cached_property
    def used(self) -> list[str]:
        """The statuses that have any height."""
        return [status for status in STACKED if any(stack[status][1] > stack[status][0] for stack in self.stacks)]

    @cached_property
    def top(self) -> float:
        """The number at the top of the panel."""
        return (max((stack[""][1] for stack in self.stacks), default=0) or 1) * HEADROOM

    def described(self) -> Specification:
        """The panel."""
        above = -5 - LINE * (len(self.used) if self.narrow else 0)
        lines = wrapped(
            _headings()[self.figure], HEADING, self.axis.width if self.narrow else self.room.width + self.room.right
        )
        heading = {"align": "left", "fontSize": HEADING, "fontWeight": 600, "color": "@ink", "baseline": "bottom"}
        layers = [
            self._areas(),
            *(
                text([{"words": line}], fixed(x=0, y=above - LINE * place), **heading)
                for place, line in enumerate(reversed(lines))
            ),
            *self._names(),
            self._hover(),
        ]
        return self.room.layered(layers, HEIGHT)

    def _areas(self) -> Specification:
        import altair as alt

        rows = [
            {"day": moment(each.day), "low": stack[status][0], "high": stack[status][1], "status": status or "none"}
            for each, stack in zip(self.points, self.stacks, strict=True)
            for status in self.used
        ]
        place: dict[str, Any] = {
            "titleAngle": 0,
            "titleAlign": "right",
            "titleAnchor": "end",
            "titleX": -7,
            "titleY": -10,
        }
        lines: dict[str, Any] = {"tickCount": 4, "domain": False, "ticks": False}
        axis = alt.Axis(title=self.unit.name, format=number_format(), **place, **lines)
        named = [*PROGRAM_STATUS, "none"]
        colours = alt.Scale(domain=named, range=[role_of(each) for each in named])
        encoding = {
            "x": self.axis.days(labels=self.labels),
            "y": alt.Y("low:Q", scale=alt.Scale(domain=[0, self.top], nice=False), axis=axis, stack=None),
            "y2": "high:Q",
            "color": alt.Color("status:N", scale=colours, legend=None),
        }
        return mark("area", rows, encoding, interpolate="step-after", stroke="@background", strokeWidth=0.6)

    def _names(self) -> Iterator[Specification]:
        """The name of each status and its last amount: beside its area, or above the panel."""
        last = self.points[-1].amounts[self.figure]
        middle = [HEIGHT * (1 - sum(self.stacks[-1][status]) / 2 / self.top) for status in self.used]
        for line, (status, place) in enumerate(zip(self.used, spread(middle, LINE, 4, HEIGHT - 4), strict=True)):
            if self.narrow:
                square = fixed(x=0, x2=11, y=-17 - LINE * line, y2=-6 - LINE * line)
                yield mark("rect", [{"status": status}], square, color=role_of(status))
            spot = fixed(x=16, y=-12 - LINE * line) if self.narrow else fixed(x=self.axis.width + 8, y=place)
            words = _named(status, last.get(status), self.currency)
            yield text([{"words": words}], spot, align="left", fontSize=FONT, fontWeight=600, color=role_of(status))

    def _told(self, point: Point, status: str) -> str:
        """The amount of a status in words; a dash where no program has it that day."""
        amounts = point.amounts[self.figure]
        return in_short(amounts[status], self.currency) if status in amounts else "–"

    def _hover(self) -> Specification:
        """What is not seen, and says the amounts of a day where somebody points between it and the next one."""
        shown = {f"s{place}": status for place, status in enumerate(reversed(self.used))}
        ends = [*(each.day for each in self.points[1:]), self.axis.last]
        rows = [
            {"day": moment(each.day), "end": moment(end), "on": day(each.day)}
            | {field: self._told(each, status) for field, status in shown.items()}
            for each, end in zip(self.points, ends, strict=True)
        ]
        said = tooltip(on=_("Day"), **{field: status_in_words(status) for field, status in shown.items()})
        encoding = {"x": self.axis.days(labels=self.labels), "x2": "end:T", "tooltip": said}
        return mark("rect", rows, encoding, opacity=0)


def panels(points: Sequence[Point], currency: str, size: Size) -> list[Specification]:
    """The panels below one another."""
    if not points:
        return []
    last = points[-1].amounts.values()
    names = [_named(status, amount, currency) for amounts in last for status, amount in amounts.items()]
    right = NARROW_RIGHT if size.narrow else BOLD * max((width_of(each, FONT) for each in names), default=0) + 8
    room = Room.within(size.width, LEFT, right)
    axis = TimeAxis(points[0].day, points[-1].day, room.width)
    units = {name: _unit(points, name, currency) for name in FIGURES}
    return [
        Panel(points, name, currency, unit, axis, room, size.narrow, name == FIGURES[-1]).described()
        for name, unit in units.items()
    ]


def _named(status: str, amount: Decimal | None, currency: str) -> str:
    return f"{status_in_words(status)} {in_short(amount, currency)}"


def _unit(points: Sequence[Point], name: str, currency: str) -> Unit:
    sums = (sum((amount for amount in each.amounts[name].values() if amount), Decimal(0)) for each in points)
    return axis_unit(max(sums, default=Decimal(1)), currency)


def _headings() -> dict[str, str]:
    return {
        "outstanding": _("Outstanding: committed and known not to be paid"),
        "unaccounted": _("Unaccounted: committed, and not on record whether it was paid"),
    }
