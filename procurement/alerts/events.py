"""The events that subscriptions select (DESIGN.md section 7). Pure."""

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
#: What people call them.
NAMES: Mapping[str, str] = {
    STATUS_CHANGED: "Status of a program changed",
    STATUS_DISPUTED: "Status of a program is disputed",
    FLAG_EVENTS["opened"]: "Flag opened",
    FLAG_EVENTS["escalated"]: "Flag became more severe",
    FLAG_EVENTS["reopened"]: "Flag reopened",
    FLAG_EVENTS["resolved"]: "Flag resolved",
    CONTRACT_STATUS_CHANGED: "State of a contract changed",
    FIGURE_DISPUTED: "Reported totals differ",
    PAYMENT_DUE: "A payment falls due under a stop",
    TOTALS_DIFFER: "Kept totals differ from the facts",
}


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
