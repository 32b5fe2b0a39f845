"""A commitment was made after the program was stopped, surely, and before the stop ended."""

from procurement.flags.after_stop import after_stop, say
from procurement.flags.rule import HIGH, Rule

RULE = Rule(
    "commitment-after-stop",
    "Commitment after a stop",
    after_stop("commitment", perhaps=False),
    say,
    severity=HIGH,
    each_movement=True,
)
