"""What a program's status is, since when, and who disputes it (DESIGN.md section 4). Pure."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

STOPPED = frozenset({"suspended", "cancelled"})
#: A decision about a part shows on the whole only as `reduced`, and only when the part loses something.
CUTS = frozenset({"suspended", "cancelled", "reduced"})
#: How long a statement counts as its speaker's position.
POSITION_DAYS = 90


@dataclass(frozen=True)
class Said:
    """One decision or statement in view."""

    id: int
    kind: str
    status: str
    effective_on: dt.date
    published_on: dt.date | None
    sequence: int = 0
    scope: str = "whole"
    side: str = "buyer"
    speaker: str = ""
    role: str = ""
    organization_id: int | None = None
    organization: str = ""
    term: str = ""
    quotation: str = ""
    revokes_id: int | None = None
    source_id: int | None = None
    casts_doubt: bool = False
    effective_precision: str = "day"

    @property
    def order(self) -> tuple[dt.date, dt.date, int, int]:
        """The order in which decisions and statements count."""
        return (self.effective_on, self.published_on or self.effective_on, self.sequence, self.id)

    @property
    def who(self) -> tuple[str, int | None]:
        """Whose position this is: a named person, whatever the office; else the body that spoke."""
        return (self.speaker, None) if self.speaker else ("", self.organization_id)


@dataclass(frozen=True)
class Stop:
    """One unbroken run of suspended and cancelled; `until` is the day of the decision that ended it."""

    began_on: dt.date
    by: Said
    until: dt.date | None = None


@dataclass(frozen=True)
class Standing:
    """A program's status at a day."""

    status: str | None = None
    since: dt.date | None = None
    decision: Said | None = None
    stop: Stop | None = None
    disputed: bool = False
    positions: tuple[Said, ...] = ()

    @property
    def stopped_on(self) -> dt.date | None:
        """The day the running stop began; None when the program is not stopped."""
        return self.stop.began_on if self.stop else None

    @property
    def stopped_by(self) -> str | None:
        """The side whose decision began the running stop."""
        return self.stop.by.side if self.stop else None

    @property
    def is_stopped(self) -> bool:
        """Whether the standing status is suspended or cancelled."""
        return self.stop is not None


@dataclass(frozen=True)
class Step:
    """The standing status from one decision on."""

    status: str
    decision: Said


def steps(said: Iterable[Said], day: dt.date) -> list[Step]:
    """The standing statuses in order up to the day, one for each decision that set one."""
    decisions = sorted((s for s in said if s.kind == "decision" and s.effective_on <= day), key=lambda s: s.order)
    revoked = _revoked(decisions)
    found: list[Step] = []
    for decision in decisions:
        if decision.id in revoked or not decision.status:
            continue
        if decision.scope == "whole":
            found.append(Step(decision.status, decision))
        elif decision.status in CUTS and (not found or found[-1].status not in STOPPED):
            found.append(Step("reduced", decision))
    return found


def _revoked(decisions: list[Said]) -> set[int]:
    """The ids of revoked decisions, which revoke nothing any more themselves."""
    found: set[int] = set()
    for decision in reversed(decisions):
        if decision.revokes_id is not None and decision.id not in found:
            found.add(decision.revokes_id)
    return found


def stops(said: Iterable[Said], day: dt.date) -> list[Stop]:
    """Every stop that began up to the day, the last one perhaps still running."""
    found: list[Stop] = []
    running: Said | None = None
    for step in steps(said, day):
        if step.status in STOPPED:
            running = running or step.decision
        elif running is not None:
            found.append(Stop(running.effective_on, running, step.decision.effective_on))
            running = None
    return [*found, Stop(running.effective_on, running)] if running else found


def standing(said: Iterable[Said], day: dt.date) -> Standing:
    """The standing status at a day, from the rows in view. Statements never set it."""
    rows = list(said)
    taken = steps(rows, day)
    positions = positions_at(rows, day)
    if not taken:
        return Standing(positions=positions)
    last = taken[-1]
    run = _unbroken_run(taken)
    latest_stop = stops(rows, day)[-1] if last.status in STOPPED else None
    return Standing(
        status=last.status,
        since=run[0].decision.effective_on,
        decision=last.decision,
        stop=latest_stop,
        disputed=any(position.status != last.status for position in _buyers_positions_after(last.decision, rows, day)),
        positions=positions,
    )


def _unbroken_run(taken: list[Step]) -> list[Step]:
    start = len(taken) - 1
    while start > 0 and taken[start - 1].status == taken[-1].status:
        start -= 1
    return taken[start:]


def _buyers_positions_after(decision: Said, rows: list[Said], day: dt.date) -> tuple[Said, ...]:
    return positions_at([s for s in rows if s.side == "buyer" and s.order > decision.order], day)


def positions_at(said: Iterable[Said], day: dt.date) -> tuple[Said, ...]:
    """Each speaker's latest statement with a status within the 90 days up to the day, side by side in order."""
    earliest = day - dt.timedelta(days=POSITION_DAYS)
    latest: dict[tuple[str, int | None], Said] = {}
    for s in sorted(said, key=lambda s: s.order):
        if s.kind == "statement" and s.status and earliest <= s.effective_on <= day:
            latest[s.who] = s
    return tuple(sorted(latest.values(), key=lambda s: s.order))
