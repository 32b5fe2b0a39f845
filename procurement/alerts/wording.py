"""The one line that says what happened. Pure."""

import datetime as dt
from collections.abc import Sequence

from procurement.common.texts import in_words

#: Kind of a flag event -> the beginning of the sentence.
FLAG_WORDS = {
    "flag.opened": "Flag opened",
    "flag.escalated": "Flag is more severe",
    "flag.reopened": "Flag reopened",
    "flag.resolved": "Flag resolved",
    "status.disputed": "Status disputed",
    "figure.disputed": "Figure disputed",
}


def status_changed(name: str, *, before: str | None, after: str | None, cause: str) -> str:
    """A status became another."""
    now = f"{name} is now {in_words(after)}" if after else f"The status of {name} is now {in_words(after)}"
    was = f" (was {in_words(before)})" if before else ""
    return f"{now}{was}, {cause}"


def decided(effective_on: dt.date) -> str:
    """The cause of a change that a decision made."""
    return f"by decision of {effective_on.isoformat()}"


def taken_back(effective_on: dt.date) -> str:
    """The cause of a change that a correction made."""
    return f"because the entry of {effective_on.isoformat()} was reversed"


def since(effective_on: dt.date) -> str:
    """The cause of a change of a contract, in the words of its own fact."""
    return f"since {effective_on.isoformat()}"


def flag_line(event: str, summary: str) -> str:
    """Something happened to a flag."""
    return f"{FLAG_WORDS[event]}: {summary}"


def payment_due(title: str, *, due_on: dt.date, amount: str) -> str:
    """A payment falls due."""
    return f"Payment of {amount} due {due_on.isoformat()} under {title}"


def flags_missed(count: int) -> str:
    """The nightly sweep found what the regular one should have."""
    flags = "1 flag" if count == 1 else f"{count:,} flags"
    return f"The regular sweep had missed {flags}, which are right now; the log names them. See docs/operations.md"


def totals_differ(checks: Sequence[str], *, seed: int) -> str:
    """A verification failed."""
    return (
        f"Verification failed: {'; '.join(checks)}. Repeat with manage.py verify --seed {seed}; see docs/operations.md"
    )
