"""The events that subscriptions select (DESIGN.md section 7), and which of them are late. Pure."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

STATUS_CHANGED = "status.changed"
STATUS_DISPUTED = "status.disputed"
CONTRACT_STATUS_CHANGED = "contract.status_changed"
FIGURE_DISPUTED = "figure.disputed"
PAYMENT_DUE = "payment.due"
TOTALS_DIFFER = "totals.differ"

#: Kind of a flag event -> the event for subscribers; kinds not named here (refreshed, acknowledged, accepted) are none.
FLAG_EVENTS = {
    "opened": "flag.opened",
    "escalated": "flag.escalated",
    "reopened": "flag.reopened",
    "resolved": "flag.resolved",
}
#: Rules whose flags are an event of their own when they open or reopen.
RULE_EVENTS = {"disputed-status": STATUS_DISPUTED, "disputed-figure": FIGURE_DISPUTED}
BEGINNINGS = frozenset({"opened", "reopened"})

EVENTS = (
    STATUS_CHANGED,
    STATUS_DISPUTED,
    *FLAG_EVENTS.values(),
    CONTRACT_STATUS_CHANGED,
    FIGURE_DISPUTED,
    PAYMENT_DUE,
)
#: Events of the service itself, for administrators; a subscription to all events does not include them.
SERVICE_EVENTS = (TOTALS_DIFFER,)
ALL_EVENTS = (*EVENTS, *SERVICE_EVENTS)

#: A fact that took effect longer before it was recorded is history: only digests mention it.
LATE_AFTER = dt.timedelta(days=30)


@dataclass(frozen=True)
class Happening:
    """Something to alert about: which event, of which row, about what, and in which words."""

    event: str
    origin_table: str
    origin_id: int
    happened_at: dt.datetime
    summary: str
    program_id: int | None = None
    contract_id: int | None = None
    #: every program that it concerns: a contract may be shared
    programs: frozenset[int] = frozenset()
    organizations: frozenset[int] = frozenset()
    rule: str = ""
    severity: str = ""
    late: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def identity(self) -> tuple[str, str, int]:
        """The key under which a row is alerted once per event."""
        return (self.event, self.origin_table, self.origin_id)

    @property
    def origin(self) -> tuple[str, int]:
        """The row that it is about."""
        return (self.origin_table, self.origin_id)


def flag_events(kind: str, rule: str) -> tuple[str, ...]:
    """The events for a change of a flag, the most specific first."""
    own = (RULE_EVENTS[rule],) if kind in BEGINNINGS and rule in RULE_EVENTS else ()
    return own + ((FLAG_EVENTS[kind],) if kind in FLAG_EVENTS else ())


def is_late(effective_on: dt.date, recorded_on: dt.date) -> bool:
    """Whether a fact was recorded too long after it took effect to be news."""
    return recorded_on - effective_on > LATE_AFTER
