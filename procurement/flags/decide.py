"""What a screening does to one flag: the stored flag and the finding in, one step out. Pure."""

import datetime as dt
from dataclasses import dataclass

from procurement.flags.rule import Finding, Movements, rank

OPEN, ACKNOWLEDGED, ACCEPTED, RESOLVED = "open", "acknowledged", "accepted", "resolved"

CONDITION_RETURNED = "the condition returned"
NEW_MOVEMENT = "a new payment or commitment arrived"
ACCEPTANCE_EXPIRED = "the acceptance expired"
CONDITION_ENDED = "the condition ended"


@dataclass(frozen=True)
class Stored:
    """The parts of a stored flag that the decision needs."""

    id: int
    key: tuple[str, int | None, int | None]
    state: str
    severity: str
    condition_since: dt.date
    condition_holds: bool
    digest: str
    accepted_until: dt.date | None
    movements: Movements


@dataclass(frozen=True)
class Step:
    """What to do: the event's kind and reason; an empty kind only records that the condition ended or holds."""

    kind: str
    reason: str = ""


def decide(stored: Stored | None, finding: Finding | None, *, each_movement: bool, today: dt.date) -> Step | None:
    """Open, refresh, escalate, resolve or reopen a flag; None when there is nothing to do.

    `each_movement` comes from the rule: one more movement then also reopens an acknowledged flag.
    """
    if finding is None:
        return _ended(stored)
    if stored is None:
        return Step("opened")
    why = reopens(stored, finding, each_movement=each_movement, today=today)
    if why:
        return Step("reopened", why)
    if stored.state == RESOLVED:
        return None
    if rank(finding.severity) > rank(stored.severity):
        return Step("escalated", f"from {stored.severity} to {finding.severity}")
    return Step("refreshed") if differs(stored, finding) else None


def _ended(stored: Stored | None) -> Step | None:
    """No finding: an unresolved flag is resolved; for one that somebody resolved, record that it may return."""
    if stored is None or not stored.condition_holds:
        return None
    return Step("" if stored.state == RESOLVED else "resolved", CONDITION_ENDED)


def reopens(stored: Stored, finding: Finding, *, each_movement: bool, today: dt.date) -> str:
    """Why an accepted or closed flag must be reopened; empty if it need not be."""
    if stored.state == RESOLVED and not stored.condition_holds:
        return CONDITION_RETURNED
    heeds_movements = stored.state in (ACCEPTED, RESOLVED) or (stored.state == ACKNOWLEDGED and each_movement)
    if heeds_movements and finding.movements.has_more_than(stored.movements):
        return NEW_MOVEMENT
    expired = stored.accepted_until is not None and stored.accepted_until < today
    return ACCEPTANCE_EXPIRED if stored.state == ACCEPTED and expired else ""


def differs(stored: Stored, finding: Finding) -> bool:
    """Whether the finding differs from the stored flag."""
    had = (stored.severity, stored.condition_since, stored.digest, stored.movements)
    return had != (
        finding.severity,
        finding.condition_since,
        finding.digest,
        finding.movements,
    )
