"""A program is cancelled, and a contract of it lives on.

High: nobody decided to go on, so whatever is left is owed for nothing until somebody acts. Low where nobody has said
for long whether the contract still runs.
"""

from procurement.flags.rule import HIGH, Rule
from procurement.flags.selects.live_contracts import LIVE_CONTRACTS, SETTLEMENT_CAP, say

SELECT = "SELECT live.*, CASE WHEN presumed THEN 'low' END AS severity FROM ({live}) live".replace(
    "{live}", LIVE_CONTRACTS.replace("{status}", "cancelled")
)

RULE = Rule(
    "cancelled-program-active-contract",
    "Contract lives on under a cancelled program",
    SELECT,
    say,
    severity=HIGH,
    clauses=(SETTLEMENT_CAP,),
)
