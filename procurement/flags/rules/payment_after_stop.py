"""A payment was made after the program was stopped, or may have been: in a period that overlaps the stop."""

from procurement.flags.rule import MEDIUM, Rule
from procurement.flags.selects.after_stop import after_stop, say

RULE = Rule(
    "payment-after-stop",
    "Payment after a stop",
    lambda _: after_stop("payment", perhaps=True),
    say,
    severity=MEDIUM,
    each_movement=True,
)
