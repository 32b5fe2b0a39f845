"""A commitment was made after the program was stopped, surely, and before the stop ended."""

from procurement.flags.rule import HIGH, Rule
from procurement.flags.selects.after_stop import after_stop, say

RULE = Rule(
    "commitment-after-stop",
    "Commitment after a stop",
    lambda _: after_stop("commitment", perhaps=False),
    say,
    severity=HIGH,
    each_movement=True,
)
