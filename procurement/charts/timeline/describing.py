"""The description of a program's chart: panels of statuses, speakers and money over one axis of days.

Pure, but for the language of its words.
"""

from collections.abc import Callable, Iterator
from functools import partial

from procurement.charts.asking import dates_in_words
from procurement.charts.figure import Size, Specification
from procurement.charts.marks import specified
from procurement.charts.timeline import telling
from procurement.charts.timeline.curves import FIGURES
from procurement.charts.timeline.frame import Frame, framed
from procurement.charts.timeline.lanes import lanes
from procurement.charts.timeline.money_panel import money_panel
from procurement.charts.timeline.reading import History
from procurement.charts.timeline.speaker_panel import speaker_panel
from procurement.charts.timeline.status_panel import status_panel

#: Makes a panel, with or without the labels of the axis of days.
Panel = Callable[..., Specification]


def described(history: History, size: Size) -> Specification:
    """The specification of a program's chart."""
    found = list(_panels(history, framed(history, size)))
    panels = [panel(labels=panel is found[-1]) for panel in found]
    lines = [telling.standing(history), dates_in_words(history.asked)]
    return specified(panels, telling.title(history), lines, size)


def _panels(history: History, frame: Frame) -> Iterator[Panel]:
    if history.bands:
        yield partial(status_panel, frame, history.bands)
    if history.said:
        yield partial(speaker_panel, frame, lanes(history.said, frame.size.speakers))
    for place, (currency, values) in enumerate(history.money.items()):
        if not any(getattr(value, figure) is not None for value in values for figure in FIGURES):
            continue  # the words say that nothing is known
        yield partial(money_panel, frame, currency, values, history.moves if place == 0 else ())
