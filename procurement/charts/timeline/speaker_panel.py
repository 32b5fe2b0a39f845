"""The panel of speakers: a lane for each, a mark on each day on which they decided or spoke, and their words."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from procurement.charts.figure import Specification
from procurement.charts.lettering import shortened, width_of
from procurement.charts.marks import mark, text, tooltip
from procurement.charts.statuses import status_in_words
from procurement.charts.time_axis import moment
from procurement.charts.timeline.frame import FONT, GAP, Frame, pixels, status_colours
from procurement.charts.timeline.lanes import THEN, Lane, name_of, speaker_of
from procurement.common.localized import day
from procurement.common.words import word
from procurement.programs.standing import Said

LANE, NARROW_LANE = 21, 34
#: Shapes of decisions and statements, and how large they are.
SHAPES = {"statement": ("circle", 60), "decision": ("diamond", 150)}


def speaker_panel(frame: Frame, lanes: Sequence[Lane], *, labels: bool) -> Specification:
    """The panel."""
    lane = NARROW_LANE if frame.size.narrow else LANE
    height = lane * len(lanes) + 4
    heights = [lane * place + (lane - 10 if frame.size.narrow else lane / 2) + 2 for place in range(len(lanes))]
    at = {"x": frame.axis.days(labels=labels), "y": pixels(height)}
    marks = [_mark(said, y) for each, y in zip(lanes, heights, strict=True) for said in each.said]
    words = [_words(frame, each, y) for each, y in zip(lanes, heights, strict=True)]
    layers = [
        mark("rule", [{"y": each} for each in heights], {"y": at["y"]}, color="@grid"),
        _names(frame, lanes, heights, at["y"]),
        *(_marks(marks, kind, at, named=named) for kind in SHAPES for named in (False, True)),
        *(_texts(words, align, at, halo=halo) for halo in (True, False) for align in ("left", "right")),
    ]
    return frame.room.layered(layers, height)


def _names(frame: Frame, lanes: Sequence[Lane], heights: Sequence[float], y: Any) -> Specification:
    """Who spoke, at the left of each lane, or above it where there is no room."""
    narrow = frame.size.narrow
    room = frame.axis.width if narrow else frame.room.left - GAP
    named = [
        {"y": each - (15 if narrow else 0), "words": shortened(name_of(lane), FONT, room)}
        for lane, each in zip(lanes, heights, strict=True)
    ]
    how: dict[str, Any] = {"align": "left", "x": 0} if narrow else {"align": "right", "x": -GAP}
    return text(named, {"y": y}, fontSize=FONT, color="@muted", **how)


def _mark(said: Said, y: float) -> dict[str, Any]:
    role = f" ({said.role})" if said.role and said.role != speaker_of(said) else ""
    return {
        "day": moment(said.effective_on),
        "y": y,
        "code": said.status,
        "kind": said.kind,
        "on": day(said.dated),
        "what": word("kind", said.kind),
        "who": speaker_of(said) + role,
        "status": status_in_words(said.status) if said.status else _("names no status"),
        "term": said.term,
        "quotation": said.quotation,
    }


def _marks(marks: Sequence[dict[str, Any]], kind: str, at: dict[str, Any], *, named: bool) -> Specification:
    """Those that name a status are filled with its colour, the others are rings."""
    import altair as alt

    shape, size = SHAPES[kind]
    chosen = [each for each in marks if each["kind"] == kind and bool(each["code"]) == named]
    said = tooltip(on=_("Day"), what=_("What"), who=_("Who"), status=_("Status"), term=_("Their word"))
    if not named:
        ring = {"filled": False, "strokeWidth": 1.2, "stroke": "@rule"}
        return mark("point", chosen, {**at, "tooltip": said}, shape=shape, size=size * 0.6, opacity=1, **ring)
    colour = {"fill": alt.Fill("code:N", scale=status_colours(), legend=None)}
    full = {"filled": True, "stroke": "@background", "strokeWidth": 1}
    return mark("point", chosen, {**at, **colour, "tooltip": said}, shape=shape, size=size, opacity=1, **full)


def _words(frame: Frame, lane: Lane, y: float) -> dict[str, Any]:
    """The words of a lane, behind its last mark that has any, or before its first one where that is roomier."""
    worded = [each.effective_on for each in lane.said if each.term or each.status]
    if not worded or not lane.name:
        return {"align": ""}
    spots = [frame.axis.at(each.effective_on) for each in lane.said]
    first, last = frame.axis.at(worded[0]), frame.axis.at(worded[-1])
    end = frame.axis.width + (0 if frame.size.narrow else frame.room.right)
    behind = min((each for each in spots if each > last), default=end) - last - 2 * GAP
    before = first - max((each for each in spots if each < first), default=0) - 2 * GAP
    to_the_right = behind >= min(width_of(THEN.join(lane.words), FONT), before)
    return {
        "day": moment(worded[-1] if to_the_right else worded[0]),
        "y": y,
        "align": "left" if to_the_right else "right",
        "words": lane.told(FONT, behind if to_the_right else before),
    }


def _texts(words: Sequence[dict[str, Any]], align: str, at: dict[str, Any], *, halo: bool) -> Specification:
    """The words, and below them the same in the colour of the background, so that no line runs through them."""
    chosen = [each for each in words if each["align"] == align and each["words"]]
    how: dict[str, Any] = {"stroke": "@background", "strokeWidth": 4} if halo else {"color": "@ink"}
    return text(chosen, at, align=align, dx=GAP if align == "left" else -GAP, fontSize=FONT, **how)
