"""What the panels of a program's chart share: the axis of days, and the room beside it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from procurement.charts.figure import Size
from procurement.charts.lettering import width_of
from procurement.charts.marks import Room
from procurement.charts.statuses import role_of
from procurement.charts.time_axis import TimeAxis
from procurement.charts.timeline.lanes import Lane, lanes, name_of
from procurement.charts.timeline.reading import History
from procurement.common.words import PROGRAM_STATUS
from procurement.programs.standing import Stop

#: The room beside the panels: names and amounts at the left, names of curves at the right.
LEAST_LEFT, MOST_LEFT, RIGHT = 60, 200, 104
NARROW_LEFT, NARROW_RIGHT = 40, 10
#: Letters of names, and the room between a name and the panels.
FONT, GAP = 11, 10
#: How far the axis goes on behind the last change, as a part of what is before it, and at least so many days.
BEHIND, LEAST = 0.12, 45


@dataclass(frozen=True)
class Frame:
    """The axis of days, and where panels begin and end."""

    axis: TimeAxis
    size: Size
    room: Room
    stops: tuple[Stop, ...] = ()
    #: whether the axis ends before the asked day
    is_cut: bool = False


def framed(history: History, size: Size) -> Frame:
    """The axis for a size: it ends soon after the last change, and at the asked day at the latest."""
    first, last, as_of = history.first, history.last_change, history.asked.as_of
    behind = dt.timedelta(days=max(LEAST, int(BEHIND * (last - first).days)))
    end = min(last + behind, max(as_of, last))
    if end - first < dt.timedelta(days=LEAST):
        first -= dt.timedelta(days=LEAST)
    left = NARROW_LEFT if size.narrow else _left(lanes(history.said, size.speakers))
    right = RIGHT if history.money and not size.narrow else NARROW_RIGHT
    room = Room.within(size.width, left, right)
    return Frame(TimeAxis(first, end, room.width), size, room, history.stops, is_cut=end < as_of)


def _left(spoken: Iterable[Lane]) -> float:
    """The room that the names of speakers take."""
    return min(max([LEAST_LEFT, *(width_of(name_of(each), FONT) + GAP for each in spoken)]), MOST_LEFT)


def status_colours() -> Any:
    """The colour of each status, the same in all panels and layers."""
    import altair as alt

    return alt.Scale(domain=list(PROGRAM_STATUS), range=[role_of(each) for each in PROGRAM_STATUS])


def pixels(height: float) -> Any:
    """A vertical axis whose numbers are pixels from the top."""
    import altair as alt

    return alt.Y("y:Q", scale=alt.Scale(domain=[height, 0], nice=False, zero=False), axis=None)
