"""The finished statements of flags, for `manage.py show_sql flags` and for the copies that tests compare."""

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from procurement.flags.evaluation.evaluate import ABOUT, ALL, DIFFERING, finished, frame
from procurement.flags.evaluation.tables import KEPT, LEDGER, NAMED, tables
from procurement.flags.rules import all_rules, rules_named


def add_arguments(parser: ArgumentParser) -> None:
    """Which rules, read how, and what is wanted of them."""
    parser.add_argument("rules", nargs="*", metavar="rule", help="its code; all if none is given")
    parser.add_argument("--read", choices=(LEDGER, NAMED, KEPT), default=NAMED, help="how contracts are valued")
    parser.add_argument("--everything", action="store_true", help="over everything, not some programs and contracts")
    parser.add_argument("--give", choices=(ALL, DIFFERING, ABOUT), default=ALL, help="every finding, or what differs")


def statement(options: Mapping[str, Any]) -> str:
    """The statement that was asked for. Raises Refused for a rule that there is not."""
    rules = rules_named(options["rules"] or None)
    return finished(rules, options["read"], scoped=not options["everything"], give=options["give"])


def copies() -> dict[str, str]:
    """The pieces of every statement by name: the tables, each rule, and what stands around them."""
    found = {f"rule-{rule.code}": rule.statement.as_string(None) for rule in all_rules()}
    for mode in (LEDGER, NAMED, KEPT):
        found[f"tables-{mode}"] = f"WITH {tables(mode, scoped=mode == NAMED).as_string(None)}"
    for give in (ALL, DIFFERING, ABOUT):
        found[f"frame-{give}"] = frame(give, scoped=give == DIFFERING)
    return found
