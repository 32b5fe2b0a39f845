"""Which states of a contract are live and which have ended (DESIGN.md section 3). Pure."""

from decimal import Decimal

#: A contract in one of these is live; a pending one is live once a commitment above zero is in view.
LIVE = ("active", "stop_work", "suspended", "partially_terminated")
PENDING = "pending"
ENDED = ("terminated", "completed", "cancelled_before_signature")
#: Measures whose movements show a contract alive, where they do not close its account.
MOVING = ("commitment", "funding", "delivery", "payment", "refund")
#: Reasons of ledger entries that close a contract's account.
CLOSING = ("de_obligation", "termination", "settlement", "close_out")


def is_live(status: str | None, committed: Decimal | None) -> bool:
    """Whether a contract is live; `committed` counts only while it is pending."""
    return status in LIVE or (status == PENDING and committed is not None and committed > 0)
