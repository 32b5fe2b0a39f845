"""A program is cancelled, and a contract of it lives on."""

from procurement.flags.facts import ProgramFacts
from procurement.flags.live_contracts import LiveContract, findings
from procurement.flags.rule import HIGH, Finding, Limits, Rule

CODE = "cancelled-program-active-contract"


def severity(_live: LiveContract) -> str:
    """Always high: nobody decided to go on, so whatever is left is owed for nothing until somebody acts."""
    return HIGH


def find(facts: ProgramFacts, _limits: Limits) -> list[Finding]:
    """Every live contract of a cancelled program with something left under it, or with no value known."""
    return findings(facts, CODE, "cancelled", severity)


RULE = Rule(CODE, "Contract lives on under a cancelled program", find)
