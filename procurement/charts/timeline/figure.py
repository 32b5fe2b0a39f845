"""The chart of one program through time."""

from functools import partial

from procurement.charts.figure import SHEET, Figure
from procurement.charts.languages import language
from procurement.charts.timeline import telling
from procurement.charts.timeline.describing import described
from procurement.charts.timeline.frame import framed
from procurement.charts.timeline.lanes import lanes
from procurement.charts.timeline.reading import History, history
from procurement.common.dates import Asked
from procurement.programs.models import Program


def timeline(program: Program, asked: Asked) -> Figure:
    """The chart of a program at the asked dates, in the active language."""
    return figure_of(history(program, asked))


def figure_of(found: History) -> Figure:
    """A history as a chart."""
    until = telling.no_later_change(found) if framed(found, SHEET).is_cut else ""
    others = sum(lane.speakers for lane in lanes(found.said, SHEET.speakers) if not lane.name)
    return Figure(
        name="timeline",
        title=telling.title(found),
        alternative=telling.alternative(found),
        notes=telling.notes(found, others=others, until=until),
        table=telling.table(found),
        asked=found.asked,
        language=language(),
        describe=partial(described, found),
        program=found.code,
    )
