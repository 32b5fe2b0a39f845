"""Quiet hours: when a subscription waits with news that it would else send at once. Pure."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from procurement.flags.rule import SEVERITIES, rank


@dataclass(frozen=True)
class Quiet:
    """The quiet hours of a subscription, by the clocks of its zone; none if they have no ends."""

    begins: dt.time | None
    ends: dt.time | None
    zone: str
    #: flags at least this severe are told all the same; none if empty
    passes: str = ""

    def keeps(self, severity: str, now: dt.datetime) -> bool:
        """Whether news of this severity (empty: of none) wait."""
        return self.is_on(now) and not self._lets_through(severity)

    def is_on(self, now: dt.datetime) -> bool:
        """Whether it is quiet: as long as clocks show a time between the two, also one that they show twice."""
        if self.begins is None or self.ends is None:
            return False
        shown = now.astimezone(ZoneInfo(self.zone)).time()
        if self.begins < self.ends:
            return self.begins <= shown < self.ends
        return shown >= self.begins or shown < self.ends

    def end_after(self, moment: dt.datetime) -> dt.datetime:
        """When it is over next, after a moment at which it is on."""
        local = moment.astimezone(ZoneInfo(self.zone))
        end = dt.datetime.combine(local.date(), self.ends or dt.time.min, tzinfo=local.tzinfo)
        return end if end > local else end + dt.timedelta(days=1)

    def _lets_through(self, severity: str) -> bool:
        return bool(self.passes) and severity in SEVERITIES and rank(severity) >= rank(self.passes)
