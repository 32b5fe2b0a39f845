"""Applying a rule to all contracts without a program, as the work of a batch that reads no file."""

from procurement.common.errors import BadSource
from procurement.imports.account import Account
from procurement.imports.assignment.finding import Looking, fitting
from procurement.imports.assignment.models import AssignmentRule
from procurement.imports.models import ImportBatch
from procurement.imports.posting.attribution import Attribution
from procurement.imports.posting.post import post_assignments

#: How many contracts one portion assigns.
AT_ONCE = 1000


def assign_all(batch: ImportBatch, account: Account, attribution: Attribution) -> None:
    """Assign the contracts that a rule fits; what it has assigned before is unchanged, or corrected if it changed.

    Safe to kill and to repeat, as an import is. Raises BadSource when the rule is gone, Refused when it takes too long.
    """
    rule = AssignmentRule.objects.select_related("program", "source").filter(pk=batch.options["rule"]).first()
    if rule is None:
        raise BadSource(f"there is no rule {batch.options['rule']}")
    found = fitting(rule, Looking(again=True))
    for start in range(0, len(found), AT_ONCE):
        post_assignments(rule, found[start : start + AT_ONCE], account, attribution)
