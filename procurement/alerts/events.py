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
DELIVERY_DUE = "delivery.due"
EXPIRING = "expiring"
STILL_OPEN = "flag.still_open"
TOTALS_DIFFER = "totals.differ"
PASSWORDS_GUESSED = "passwords.guessed"

#: Kind of a flag event -> the event for subscribers; kinds not named here (refreshed, acknowledged, accepted) are none.
FLAG_EVENTS = {
    "opened": "flag.opened",
    "escalated": "flag.escalated",
    "reopened": "flag.reopened",
    "resolved": "flag.resolved",
}
#: What happened, and payments that fall due.
NEWS = (
    STATUS_CHANGED,
    STATUS_DISPUTED,
    *FLAG_EVENTS.values(),
    CONTRACT_STATUS_CHANGED,
    FIGURE_DISPUTED,
    PAYMENT_DUE,
)
#: What is still so, or soon will be. Subscriptions that are older than these events do not have them.
REMINDERS = (DELIVERY_DUE, EXPIRING, STILL_OPEN)
EVENTS = (*NEWS, *REMINDERS)
#: Events of the service itself, for administrators; a subscription to all events does not include them.
SERVICE_EVENTS = (TOTALS_DIFFER, PASSWORDS_GUESSED)
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
    PAYMENT_DUE: "A payment falls due",
    DELIVERY_DUE: "A delivery falls due",
    EXPIRING: "A contract, a guarantee or the acceptance of a flag is about to end",
    STILL_OPEN: "Flag is still open, and nobody has acknowledged it",
    TOTALS_DIFFER: "Kept totals differ from the facts",
    PASSWORDS_GUESSED: "Somebody guesses passwords",
}

#: How a filter names the status of what has none on record.
NO_STATUS = "unknown"


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
    #: of a changed status: the status before and after
    turned: tuple[str, str] | None = None
    late: bool = False
    #: of a reminder: the day on which it is due, or on which something ends; the row has one for each
    day: dt.date | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def identity(self) -> tuple[str, str, int]:
        """The key under which a row is alerted once per event."""
        return (self.event, self.origin_table, self.origin_id)
