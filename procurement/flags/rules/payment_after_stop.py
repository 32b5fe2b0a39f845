"""A payment was made after the program was stopped, or may have been."""

from collections.abc import Iterator

from procurement.flags.after_stop import found, moved_after_stops
from procurement.flags.facts import ProgramFacts
from procurement.flags.rule import MEDIUM, Finding, Limits, Rule

CODE = "payment-after-stop"


def find(facts: ProgramFacts, _limits: Limits) -> Iterator[Finding]:
    """Every contract with a payment after a stop, or in a period that overlaps it."""
    for contract in facts.contracts:
        moved = moved_after_stops(facts, contract, "payment")
        if moved:
            yield found(facts, contract, moved, rule=CODE, severity=MEDIUM)


RULE = Rule(CODE, "Payment after a stop", find, each_movement=True)
