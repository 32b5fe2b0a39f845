"""How the facts of one moment changed a status. Pure.

A fact counts from the moment it was recorded or from the day it takes effect, whichever is later. The facts of one
transaction have one moment and change a status together: a correction (a reversal and a new revision) is no change, and
a whole history entered at once is one change. This depends on the facts alone, not on when they are processed.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from procurement.programs.standing import Said, standing

R = TypeVar("R")


class Held(NamedTuple):
    """A state of a contract; sorts in the order in which states count."""

    effective_on: dt.date
    public_order: dt.date
    id: int
    status: str


@dataclass(frozen=True)
class State:
    """A status and the row that set it."""

    status: str | None = None
    row_id: int | None = None


@dataclass(frozen=True)
class Entered(Generic[R]):
    """A row with the moment from which it counts, and when and by which row it was reversed."""

    id: int
    row: R
    counts_from: dt.datetime
    taken_back_at: dt.datetime | None = None
    taken_back_by: int | None = None

    def counted_before(self, moment: dt.datetime) -> bool:
        """Whether it counted just before the moment."""
        return self.counts_from < moment and not (self.taken_back_at is not None and self.taken_back_at < moment)

    def counted_after(self, moment: dt.datetime) -> bool:
        """Whether it counted from the moment on."""
        return self.counts_from <= moment and not (self.taken_back_at is not None and self.taken_back_at <= moment)


@dataclass(frozen=True)
class Change:
    """A status changed; `carrier` is the one row of that moment that represents the change."""

    before: State
    after: State
    carrier: int


def counts_from(
    recorded_at: dt.datetime, effective_on: dt.date, zone: dt.tzinfo, *, is_reversal: bool = False
) -> dt.datetime:
    """When a fact begins to count: a reversal at once, another fact when it takes effect."""
    return recorded_at if is_reversal else max(recorded_at, dt.datetime.combine(effective_on, dt.time.min, tzinfo=zone))


def program_state(said: list[Said], *, day: dt.date) -> State:
    """A program's standing status."""
    found = standing(said, day)
    return State(found.status, found.decision.id if found.decision else None)


def contract_state(held: list[Held], *, day: dt.date) -> State:
    """A contract's status: the latest."""
    latest = max((h for h in held if h.effective_on <= day), default=None)
    return State(latest.status, latest.id) if latest else State()


def change_at(
    moment: dt.datetime, entered: Iterable[Entered[R]], state_of: Callable[[list[R]], State]
) -> Change | None:
    """How the facts that began or ceased to count at the moment changed the status; None when they did not."""
    known = list(entered)
    before = state_of([e.row for e in known if e.counted_before(moment)])
    after = state_of([e.row for e in known if e.counted_after(moment)])
    if before.status == after.status:
        return None
    begun = {e.id for e in known if e.counts_from == moment}
    ended = {e.taken_back_by for e in known if e.taken_back_at == moment and e.taken_back_by is not None}
    if not begun | ended:
        return None
    carrier = after.row_id if after.row_id is not None and after.row_id in begun else max(begun | ended)
    return Change(before, after, carrier)
