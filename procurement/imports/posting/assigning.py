"""The allocations that a rule makes, as rows of a file are: so they are recorded, counted, refused and taken back."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from django.db import models
from django.db.models import Min

from procurement.contracts.models import Contract
from procurement.imports.assignment.models import AssignmentRule
from procurement.imports.rows import Ref, Row, Value
from procurement.recorders import FACT_TABLES
from procurement.sources.facts import Fact, is_about, rows_of

#: The kinds of remarks on contracts that a rule has assigned, and on rules that could not be applied.
ASSIGNED, NOT_APPLIED = "assigned by a rule", "rule not applied"


def allocations_by(
    rule: AssignmentRule, rows: Mapping[int, Row | None]
) -> Iterator[tuple[Row, Mapping[Ref, models.Model]]]:
    """The allocation of each contract, by its id, with the stored rows that it names.

    `rows` are those of the file that made a contract, to which its allocation is counted.
    """
    contracts = Contract.objects.select_related("source").in_bulk(rows)
    first = _first_days(contracts.values())
    for pk, contract in sorted(contracts.items()):
        named: dict[str, tuple[Ref, models.Model]] = {
            "contract": (Ref("contracts", f"#{pk}"), contract),
            "program": (Ref("programs", rule.program.code), rule.program),
            "source": (Ref("documents", rule.key), rule.source),
        }
        refs = {column: ref for column, (ref, _) in named.items()}
        made, ref = rows[pk], Ref("allocations", rule.key, f"#{pk}")
        file, line, record = (made.file, made.line, made.record) if made else ("", 0, f"contract {pk}")
        label = f"allocation of contract “{contract.reference}” by {rule}"
        values = _dated(rule, contract, first.get(pk)) | {"share": Decimal(1), "note": str(rule)}
        yield Row(ref, file, line, label, values, refs, record=record), dict(named.values())


def _first_days(contracts: Iterable[Contract]) -> dict[int, dt.date]:
    """The first day of which anything is said, of contracts of which no signature, document or start tells one."""
    ids = [row.pk for row in contracts if not (row.signed_on or row.source.dated or row.starts_on)]
    found: dict[int, dt.date] = {}
    for table in FACT_TABLES if ids else ():
        if is_about(table.model, "contract"):
            rows = rows_of(table.model).filter(contract__in=ids).values_list("contract")
            for pk, day in rows.annotate(first=Min("effective_on")):
                found[pk] = min(found.get(pk, day), day)
    return found


def _dated(rule: AssignmentRule, contract: Contract, first: dt.date | None) -> dict[str, Value]:
    """The day from which a contract is the program's: that of its signature, or of the rule if that is later.

    Without a signature that of its document, its start, or the first day on which it is known.
    """
    since, precision = contract.signed_on, contract.signed_precision
    if since is None:
        since, precision = contract.source.dated or contract.starts_on or first, Fact.Precision.BY
    if rule.from_on and (since is None or since < rule.from_on):
        since, precision = rule.from_on, Fact.Precision.DAY
    return {"effective_on": since, "effective_precision": str(precision)} if since else {}
