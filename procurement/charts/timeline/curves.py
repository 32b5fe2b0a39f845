"""The curves of a program's money in one currency: steps from one known value to the next. Pure."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from procurement.charts.timeline.reading import Value

FIGURES = ("committed", "paid", "outstanding")
#: Those of which nobody can say that they stayed as they were after payments were last known.
FADING = frozenset({"paid", "outstanding"})


@dataclass(frozen=True)
class Piece:
    """A part of a curve without a gap; not sure where payments are no longer known."""

    figure: str
    points: tuple[tuple[dt.date, Decimal], ...]
    sure: bool = True


def pieces(values: Sequence[Value], figure: str, end: dt.date) -> list[Piece]:
    """The parts of the curve of a figure up to a day: where it is unknown there is none."""
    found: list[Piece] = []
    for run, until in _runs(values, figure, end):
        points = (*run, (until, run[-1][1]))
        found += _faded(figure, points, values[-1].known_through) if until == end else [Piece(figure, points)]
    return found


def _runs(
    values: Sequence[Value], figure: str, end: dt.date
) -> Iterator[tuple[tuple[tuple[dt.date, Decimal], ...], dt.date]]:
    """Unbroken runs of known values, each with the day on which it ends."""
    run: list[tuple[dt.date, Decimal]] = []
    for value in values:
        amount: Decimal | None = getattr(value, figure)
        if amount is not None:
            run.append((value.day, amount))
        elif run:
            yield tuple(run), value.day
            run = []
    if run:
        yield tuple(run), end


def _faded(figure: str, points: tuple[tuple[dt.date, Decimal], ...], through: dt.date | None) -> list[Piece]:
    """A curve as it is, or in two parts: what is known, and what is only not known to have changed."""
    if figure not in FADING or through is None or through >= points[-1][0]:
        return [Piece(figure, points)]
    before = tuple(each for each in points if each[0] <= through)
    if not before:
        return [Piece(figure, points, sure=False)]
    turn = (through, before[-1][1])
    after = tuple(each for each in points if each[0] > through)
    return [Piece(figure, (*before, turn)), Piece(figure, (turn, *after), sure=False)]
