"""The panel of statuses: a band for each, with its word in it, or above it where it is too short for that."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from procurement.charts.figure import Specification
from procurement.charts.lettering import width_of
from procurement.charts.marks import mark, text, tooltip
from procurement.charts.statuses import status_in_words
from procurement.charts.time_axis import moment
from procurement.charts.timeline.frame import Frame, pixels, status_colours
from procurement.charts.timeline.lanes import speaker_of
from procurement.charts.timeline.reading import Band
from procurement.common.localized import day

BAND, LINE, FONT = 24, 15, 11.5
#: The room between a word and the edge of its band.
EDGE = 6


def status_panel(frame: Frame, bands: Sequence[Band], *, labels: bool) -> Specification:
    """The panel."""
    drawn = [_row(frame, band) for band in bands]
    above = _lines_above(drawn)
    top = LINE * max(above.values(), default=0)
    rows = [
        row | {"foot": top, "y": top + BAND / 2 if place not in above else top - LINE * above[place] + LINE / 2}
        for place, row in enumerate(drawn)
    ]
    inside, outside = (
        [row for place, row in enumerate(rows) if (place in above) == is_out] for is_out in (False, True)
    )
    at = {"x": frame.axis.days(labels=labels), "y": pixels(top + BAND)}
    how = {"align": "left", "fontSize": FONT, "fontWeight": 600}
    layers = [
        _bars([row | {"y": top, "foot": top + BAND} for row in rows], at),
        text(inside, at, dx=EDGE, color="@on_band", **how),
        mark("rule", outside, {**at, "y2": "foot:Q"}, color="@rule"),
        text(outside, at, dx=4, color="@ink", **how),
    ]
    return frame.room.layered(layers, top + BAND)


def _bars(rows: Sequence[dict[str, Any]], at: dict[str, Any]) -> Specification:
    import altair as alt

    colour = alt.Color("status:N", scale=status_colours(), legend=None)
    said = tooltip(words=_("Status"), since=_("Since"), who=_("Who"), term=_("Their word"))
    encoding = {**at, "x2": "end:T", "y2": "foot:Q", "color": colour, "tooltip": said}
    return mark("rect", rows, encoding, stroke="@background", strokeWidth=1)


def _row(frame: Frame, band: Band) -> dict[str, Any]:
    until = min(band.until or frame.axis.last, frame.axis.last)
    return {
        "day": moment(band.decision.effective_on),
        "end": moment(until),
        "status": band.status,
        "words": status_in_words(band.status),
        "since": day(band.decision.dated),
        "who": speaker_of(band.decision),
        "term": band.decision.term,
        "left": frame.axis.at(band.decision.effective_on),
        "room": frame.axis.at(until) - frame.axis.at(band.decision.effective_on),
    }


def _lines_above(drawn: Sequence[dict[str, Any]]) -> dict[int, int]:
    """For each band that is too short for its word, on which line above the bands the word stands."""
    found: dict[int, int] = {}
    ends: list[float] = []
    for place, row in reversed(list(enumerate(drawn))):
        room = width_of(row["words"], FONT) + 2 * EDGE
        if room <= row["room"]:
            continue
        # from the right to the left: a word must end before those that begin behind it on its line
        line = next((each for each, left in enumerate(ends) if row["left"] + room <= left), len(ends))
        if line == len(ends):
            ends.append(0.0)
        ends[line], found[place] = row["left"], line + 1
    return found
