"""A commitment was made after the program was stopped."""

from collections.abc import Iterator

from procurement.flags.after_stop import AFTER, found, moved_after_stops
from procurement.flags.facts import ProgramFacts
from procurement.flags.rule import HIGH, Finding, Limits, Rule

CODE = "commitment-after-stop"


def find(facts: ProgramFacts, _limits: Limits) -> Iterator[Finding]:
    """Every contract with a commitment above zero that surely was made after a stop, and before it ended."""
    for contract in facts.contracts:
        moved = [each for each in moved_after_stops(facts, contract, "commitment") if each.when == AFTER]
        if moved:
            yield found(facts, contract, moved, rule=CODE, severity=HIGH)


RULE = Rule(CODE, "Commitment after a stop", find, each_movement=True)
