"""What a program's status is, since when, and who disputes it (DESIGN.md section 4). Pure."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from procurement.common.dating import Dated
from procurement.parties.naming import match_key

STOPPED = frozenset({"suspended", "cancelled"})
#: A decision about a part shows on the whole only as `reduced`, and only when the part loses something.
CUTS = frozenset({"suspended", "cancelled", "reduced"})
#: Statuses that cast doubt, whether decided or stated; after a decision for any other status the program is sound.
DOUBTS = frozenset({*CUTS, "under_review"})

#: Cached, because a name is compared for each of its statements, in each answer.
_speaker = lru_cache(maxsize=10_000)(match_key)


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
    #: the organization that remains of it, where it was merged
    remains_id: int | None = None
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
        """Who made the statement: a named person, in any spelling and whatever the office; else the body that spoke."""
        return (_speaker(self.speaker), None) if self.speaker else ("", self.remains_id or self.organization_id)

    @property
    def dated(self) -> Dated:
        """The effective day, as its source gives it."""
        return Dated(self.effective_on, self.effective_precision)


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
    positions: tuple[Said, ...] = ()
    #: the decision that began the unbroken run of the status
    began: Said | None = None
    #: the latest statements of the buyer's side that differ from the standing status
    disputing: tuple[Said, ...] = ()
    #: when the unbroken dispute began
    dispute_began: Dated | None = None

    @property
    def disputed(self) -> bool:
        """Whether the buyer's own side does not agree on the status."""
        return bool(self.disputing)

    @property
    def disputed_since(self) -> dt.date | None:
        """The first day of the unbroken dispute."""
        return self.dispute_began.on if self.dispute_began else None

    @property
    def last_said(self) -> Dated | None:
        """The latest statement of the buyer's side that differs and was not withdrawn."""
        latest = max(self.disputing, key=lambda said: said.order, default=None)
        return latest.dated if latest else None

    @property
    def last_said_on(self) -> dt.date | None:
        """The day of that."""
        return self.last_said.on if self.last_said else None

    @property
    def stopped_on(self) -> dt.date | None:
        """The day the running stop began; None when the program is not stopped."""
        return self.stop.began_on if self.stop else None

    @property
    def stopped_as(self) -> str | None:
        """The status with which the running stop began, which may differ from today's."""
        return self.stop.by.status if self.stop else None

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
    """The ids of revoked decisions. A decision that is itself revoked revokes nothing."""
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
    last, began = taken[-1], _unbroken_run(taken)[0].decision
    disputing = _disputing(rows, taken, day)
    return Standing(
        status=last.status,
        since=began.effective_on,
        decision=last.decision,
        stop=stops(rows, day)[-1] if last.status in STOPPED else None,
        positions=positions,
        began=began,
        disputing=disputing,
        dispute_began=_dispute_began(rows, day) if disputing else None,
    )


def _unbroken_run(taken: list[Step]) -> list[Step]:
    start = len(taken) - 1
    while start > 0 and taken[start - 1].status == taken[-1].status:
        start -= 1
    return taken[start:]


def _disputing(rows: Sequence[Said], taken: Sequence[Step], day: dt.date) -> tuple[Said, ...]:
    """The positions of the buyer's side since it last decided about the whole that differ from the standing status."""
    whole = [s.order for s in rows if s.kind == "decision" and s.scope == "whole" and s.effective_on <= day]
    settled = max(whole, default=taken[0].decision.order)
    since = [s for s in rows if s.side == "buyer" and s.order > settled]
    return tuple(position for position in _latest(since, day) if position.status != taken[-1].status)


def _dispute_began(rows: Sequence[Said], day: dt.date) -> Dated:
    """The first day of the unbroken dispute that runs on the day.

    A dispute can only begin or end on a day on which somebody spoke or decided.
    """
    began = Dated(day)
    for turn in sorted({s.effective_on for s in rows if s.effective_on <= day}, reverse=True):
        taken = steps(rows, turn)
        said = _disputing(rows, taken, turn) if taken else ()
        if not said:
            break
        began = next((s.dated for s in said if s.effective_on == turn), Dated(turn))
    return began


def positions_at(said: Iterable[Said], day: dt.date) -> tuple[Said, ...]:
    """Each speaker's latest statement with a status since the program was last sound, side by side in order."""
    rows = list(said)
    sound = last_sound(rows, day)
    return _latest([s for s in rows if sound is None or s.order > sound.order], day)


def _latest(said: Iterable[Said], day: dt.date) -> tuple[Said, ...]:
    """The latest statement with a status of each speaker for each side; statements do not lapse."""
    latest: dict[tuple[str, str, int | None], Said] = {}
    for s in sorted(said, key=lambda s: s.order):
        if s.kind == "statement" and s.status and s.effective_on <= day:
            latest[s.side, *s.who] = s
    return tuple(sorted(latest.values(), key=lambda s: s.order))


def last_sound(said: Iterable[Said], day: dt.date) -> Said | None:
    """The latest decision up to the day that made the whole program sound: by its status, or by revoking a doubt."""
    decisions = sorted((s for s in said if s.kind == "decision" and s.effective_on <= day), key=lambda s: s.order)
    for place, decision in reversed(list(enumerate(decisions))):
        if decision.scope != "whole":
            continue
        taken = [] if decision.status else steps(decisions[: place + 1], day)
        status = decision.status or (taken[-1].status if taken else "")
        if status and status not in DOUBTS:
            return decision
    return None
