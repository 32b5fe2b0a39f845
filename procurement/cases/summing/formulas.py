"""What each figure of exposure sums: which rows, with which sign (DESIGN.md section 5). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

_PAID = {"payment": 1, "refund": -1}
_LEFT = {"commitment": 1, "payment": -1, "refund": 1}


@dataclass(frozen=True)
class Formula:
    """A figure as a sum of rows of one contract, times the share that counts."""

    #: the measures of ledger entries that count, and their signs; none where other rows are summed
    signs: Mapping[str, int] = field(default_factory=dict)
    #: of payments only those that settle or terminate
    of_leaving: bool = False
    #: only what happened after the program stopped, at the share of that day
    since_the_stop: bool = False
    #: only the part of the share that the program no longer has
    rehomed: bool = False
    #: only what happened by a day, on an unknown earlier one
    uncertain: bool = False
    #: a contract counts with nothing where its rows come to less
    not_below_zero: bool = False
    #: the figure that must be unknown for the rows to count; where it is known, the contract counts with nothing
    unless_known: str = ""

    def of(self, total: Decimal, share: Decimal) -> Decimal:
        """The figure of a contract whose rows come to a total."""
        return (max(total, Decimal(0)) if self.not_below_zero else total) * share


#: Figures in the order of the answer, but for ranges, which no rows add up to.
FORMULAS: Mapping[str, Formula] = {
    "ceiling": Formula({"ceiling": 1}),
    "committed": Formula({"commitment": 1}),
    "funded": Formula({"funding": 1}),
    "paid": Formula(_PAID),
    "paid_uncommitted": Formula(_PAID, unless_known="committed"),
    "outstanding": Formula(_LEFT),
    "unaccounted": Formula(_LEFT, unless_known="outstanding"),
    "delivered": Formula({"delivery": 1}),
    "payable_now": Formula({"delivery": 1, "payment": -1, "refund": 1}, not_below_zero=True),
    "advance_at_risk": Formula({"payment": 1, "refund": -1, "delivery": -1}, not_below_zero=True),
    "exit_paid": Formula({"compensation": 1, "payment": 1}, of_leaving=True),
    "guarantees_held": Formula(),
    "committed_since": Formula({"commitment": 1}, since_the_stop=True),
    "paid_since": Formula(_PAID, since_the_stop=True),
    "paid_since_rehomed": Formula(_PAID, since_the_stop=True, rehomed=True),
    "paid_since_uncertain": Formula(_PAID, since_the_stop=True, uncertain=True),
}
GUARANTEES = "guarantees_held"
