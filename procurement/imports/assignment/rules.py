"""Entering rules, trying them on what is loaded, and having them applied."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from django.contrib.auth.models import User
from django.db import transaction

from procurement.common.errors import Complaints
from procurement.common.validation import complain_of_fields, missing_references
from procurement.imports.assignment.finding import Looking, fitting, rule_fault
from procurement.imports.assignment.models import AssignmentRule
from procurement.imports.models import ImportBatch

#: The format of batches that apply a rule, and read no file.
FORMAT = "assignment rule"
#: How many contracts a trial names.
LISTED = 100


@dataclass(frozen=True)
class Trial:
    """What a rule would assign: the contracts without a program that it fits, and which of them others fit as well."""

    contracts: Sequence[int]
    #: Of these the ones that another rule would assign that is on, by rule.
    contested: dict[int, list[int]]


def refuse_bad_rule(row: AssignmentRule) -> None:
    """Raise Refused when a rule has invalid values."""
    complaints = Complaints()
    for name in missing_references(row):
        complaints.add(name, "must be given")
    complain_of_fields(row, complaints)
    if not complaints.errors and (fault := rule_fault(row)):
        complaints.add("text", fault)
    complaints.refuse_if_any()


@transaction.atomic
def create_rule(row: AssignmentRule) -> AssignmentRule:
    """Store a new rule. Raises Refused."""
    row.text = row.text.strip()
    refuse_bad_rule(row)
    row.save(force_insert=True)
    return row


def tried(rule: AssignmentRule) -> Trial:
    """Try a rule on all contracts without a program; nothing is stored. Raises Refused when that takes too long."""
    found = fitting(rule)
    others = AssignmentRule.objects.active().exclude(pk=rule.pk) if found else ()
    contested = {other.pk: fitting(other, Looking(found)) for other in others if other.program_id != rule.program_id}
    return Trial(found, {pk: ids for pk, ids in contested.items() if ids})


def request_assignment(rule: AssignmentRule, *, by: User | None) -> ImportBatch:
    """Note that a rule is to be applied to all contracts without a program; a worker does that, as a batch.

    The batch is undone as any other is. Safe to repeat: a contract is assigned by a rule once.
    """
    told = {"rule": rule.pk, "field": rule.field, "test": rule.test, "text": rule.text, "program": rule.program.code}
    content = orjson.dumps(told)
    return ImportBatch.objects.create(
        file_name=f"assignment rule {rule.pk}",
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        format=FORMAT,
        options=told,
        by=by,
    )
