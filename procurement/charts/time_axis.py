"""The axis of days that the panels of a chart share. Pure, but for the language of its labels."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from procurement.common.localized import in_japanese

#: From how many days on an axis has labels of years, or of months.
YEARS, MONTHS = 3 * 365, 70
#: How they are written in English, and in Japanese.
FORMATS = {
    "year": {False: "%Y", True: "%Y年"},
    "month": {False: "%b %Y", True: "%Y年%-m月"},
    "day": {False: "%-d %b", True: "%-m月%-d日"},
}
#: The room that a label needs, in pixels.
ROOM = {"year": 46, "month": 78, "day": 62}
STEPS = {"year": (1, 2, 5, 10, 20), "month": (1, 2, 3, 6, 12), "day": (1, 2, 7, 14, 28)}
LENGTHS = {"year": 365.25, "month": 30.44, "day": 1.0}


@dataclass(frozen=True)
class TimeAxis:
    """From the first to the last day, over so many pixels."""

    first: dt.date
    last: dt.date
    width: float

    def at(self, day: dt.date) -> float:
        """How many pixels from the left a day lies."""
        return self.width * (day - self.first).days / max((self.last - self.first).days, 1)

    def days(self, field: str = "day", *, labels: bool) -> Any:
        """The axis for an encoding, in UTC, so that a day is that day wherever it is read."""
        import altair as alt

        shown = alt.Axis(title=None, grid=False, labelOverlap=True, **self._labels()) if labels else None
        # as expressions: of a number Vega-Lite makes a call that Vega's interpreter does not know
        ends = [alt.ExprRef(str(moment(each))) for each in (self.first, self.last)]
        scale = alt.Scale(type="utc", domainMin=ends[0], domainMax=ends[1], nice=False)
        return alt.X(f"{field}:T", scale=scale, axis=shown)

    def _labels(self) -> dict[str, Any]:
        """Which days have labels, and how they are written."""
        days = (self.last - self.first).days
        unit = "year" if days >= YEARS else "month" if days >= MONTHS else "day"
        most = max(self.width / ROOM[unit], 1)
        steps = STEPS[unit]
        step = next((each for each in steps if days / (LENGTHS[unit] * each) <= most), steps[-1])
        return {"tickCount": {"interval": unit, "step": step}, "format": FORMATS[unit][in_japanese()]}


def moment(day: dt.date) -> int:
    """A day as Vega has it: milliseconds since 1970, in UTC."""
    return (day - dt.date(1970, 1, 1)).days * 86_400_000
