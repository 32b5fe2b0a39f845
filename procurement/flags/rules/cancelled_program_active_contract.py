"""A program is cancelled, and a contract of it lives on.

Always high: nobody decided to go on, so whatever is left is owed for nothing until somebody acts.
"""

from procurement.flags.live_contracts import LIVE_CONTRACTS, SETTLEMENT_CAP, say
from procurement.flags.rule import HIGH, Rule

RULE = Rule(
    "cancelled-program-active-contract",
    "Contract lives on under a cancelled program",
    LIVE_CONTRACTS.replace("{status}", "cancelled"),
    say,
    severity=HIGH,
    clauses=(SETTLEMENT_CAP,),
)
