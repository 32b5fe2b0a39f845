"""How many messages some events make, by the manners of a subscription. Pure.

It follows what alerts/grouping.py does in the database: the first news of a subject go at once, and what follows while
it keeps changing is one message once it has settled, at the latest after ten windows. What comes in quiet hours waits
for their end, and so goes in one message. What goes out within a few seconds counts as one message, as it is drained or
packed together.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple
from zoneinfo import ZoneInfo

from procurement.alerts.periods import IMMEDIATE, STEPS, last_end
from procurement.alerts.quiet import Quiet

#: A subject that never settles is told of after so many windows all the same.
MOST_WINDOWS = 10
#: What is found by one sweep, or packed at one time, goes out together though its moments differ.
TOGETHER = dt.timedelta(seconds=5)


class News(NamedTuple):
    """When something happened, to what, and how severe the flag is, if it is one."""

    moment: dt.datetime
    subject: str = ""
    severity: str = ""


@dataclass(frozen=True)
class Manners:
    """When a subscription gets messages."""

    cadence: str
    local_time: dt.time
    zone: str
    #: so long a subject's news are grouped; zero: not at all
    window: dt.timedelta = dt.timedelta()
    quiet: Quiet | None = None


@dataclass(frozen=True)
class Messages:
    """How many messages there are, the most of one day, and the first day that has so many."""

    count: int = 0
    most_per_day: int = 0
    busiest_day: dt.date | None = None


@dataclass
class Window:
    """The window of a subject, and whether something waits for its end."""

    opened_at: dt.datetime
    ends_at: dt.datetime
    waits: bool = False

    def go_on(self, moment: dt.datetime, window: dt.timedelta) -> None:
        """Hold something that happened in it; it goes on for as long again, up to its bound."""
        self.ends_at = min(max(self.ends_at, moment + window), self.opened_at + MOST_WINDOWS * window)
        self.waits = True

    def ended(self, moment: dt.datetime, window: dt.timedelta) -> Iterator[dt.datetime]:
        """When the message went out that it held by a moment; with that another window begins."""
        if self.waits and self.ends_at <= moment:
            yield self.ends_at
            self.opened_at, self.ends_at, self.waits = self.ends_at, self.ends_at + window, False


def tally(news: Iterable[News], of: Manners) -> Messages:
    """The messages that news make; days are those of the subscription's zone."""
    told = sorted(news)
    sent = _at_once(told, of) if of.cadence == IMMEDIATE else _digests(told, of)
    per_day = Counter(moment.astimezone(ZoneInfo(of.zone)).date() for moment in _together(sent))
    if not per_day:
        return Messages()
    most = max(per_day.values())
    return Messages(per_day.total(), most, min(day for day, count in per_day.items() if count == most))


def _at_once(told: Iterable[News], of: Manners) -> Iterator[dt.datetime]:
    windows: dict[str, Window] = {}
    for moment, subject, severity in told:
        if of.quiet is not None and of.quiet.keeps(severity, moment):
            yield of.quiet.end_after(moment)
            continue
        window = windows.get(subject)
        if window is not None:
            yield from window.ended(moment, of.window)
        if window is None or window.ends_at <= moment:
            windows[subject] = Window(moment, moment + of.window)
            yield moment
        elif window.opened_at != moment:  # with what opened it, it is one message
            window.go_on(moment, of.window)
    yield from (window.ends_at for window in windows.values() if window.waits)


def _together(sent: Iterable[dt.datetime]) -> Iterator[dt.datetime]:
    first: dt.datetime | None = None
    for moment in sorted(sent):
        if first is None or moment - first > TOGETHER:
            first = moment
            yield first


def _digests(told: Iterable[News], of: Manners) -> Iterator[dt.datetime]:
    """About when each digest goes out that has something to say: clocks that change move it by an hour."""
    for each in told:
        began = last_end(each.moment, cadence=of.cadence, local_time=of.local_time, zone=of.zone)
        yield began + STEPS[of.cadence]
