"""A program is cancelled, and a contract of it lives on.

High: nobody decided to go on, so whatever is left is owed for nothing until somebody acts. Low where nobody has said
for long whether the contract still runs.
"""

from psycopg import sql

from procurement.flags.rule import HIGH, Parameters, Rule
from procurement.flags.selects.live_contracts import LIVES_ON, SETTLEMENT_CAP, left_under, say

_SELECT = sql.SQL("SELECT live.*, CASE WHEN presumed THEN 'low' END AS severity FROM ({live}) live")


def select(of: Parameters) -> sql.Composable:
    """The contracts left under cancelled programs."""
    return _SELECT.format(live=left_under(of, "cancelled"))


RULE = Rule(
    "cancelled-program-active-contract",
    "Contract lives on under a cancelled program",
    select,
    say,
    severity=HIGH,
    clocks=LIVES_ON,
    clauses=(SETTLEMENT_CAP,),
)
