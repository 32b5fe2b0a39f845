"""Reads the amounts that an amount of a contract is compared with (contracts/plausible.py).

The ledger is an area above contracts and cannot be imported here, so its tables are read by name, as in
contracts/currency.py.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import connection

from procurement.contracts.plausible import Ledger, Sums
from procurement.sources.facts import Fact, rows_of

ENTRIES = """
SELECT f.contract_id, f.measure, sum(f.amount), sum(f.rounding),
       (array_agg(abs(f.amount) ORDER BY abs(f.amount) DESC))[1:2]
  FROM procurement_ledgerentry f
 WHERE f.contract_id = ANY(%(ids)s) AND f.reverses_id IS NULL
       AND NOT EXISTS (SELECT FROM procurement_ledgerentry b WHERE b.reverses_id = f.id)
 GROUP BY f.contract_id, f.measure
"""
COMPLETE = """
SELECT f.contract_id FROM procurement_completeness f
 WHERE f.contract_id = ANY(%(ids)s) AND f.measure = 'commitment' AND f.reverses_id IS NULL
       AND NOT EXISTS (SELECT FROM procurement_completeness b WHERE b.reverses_id = f.id)
"""


def ledgers(contract_ids: Collection[int]) -> dict[int, Ledger]:
    """The ledger of each contract. One query, and one more if one has no commitment."""
    found: dict[int, dict[str, Sums]] = {each: {} for each in contract_ids}
    with connection.cursor() as cursor:
        cursor.execute(ENTRIES, {"ids": sorted(found)})
        for contract_id, measure, *sums in cursor.fetchall():
            found[contract_id][measure] = Sums(*sums)
        uncommitted = sorted(each for each, sums in found.items() if "commitment" not in sums)
        if uncommitted:
            cursor.execute(COMPLETE, {"ids": uncommitted})
        complete = {contract_id for (contract_id,) in cursor.fetchall()} if uncommitted else set()
    return {each: Ledger(sums, each in complete) for each, sums in found.items()}


Kind = tuple[Any, ...]


def sizes_of_others(
    facts: Sequence[Fact], kind: Sequence[str], columns: Sequence[str]
) -> Mapping[Kind, Mapping[int, list[Decimal]]]:
    """The amounts of standing rows of some facts' contracts, by kind (the contract first) and by row. One query."""
    rows = rows_of(type(facts[0])).filter(contract__in={getattr(fact, "contract_id", None) for fact in facts})
    names = ("contract_id", *kind)
    found: dict[Kind, dict[int, list[Decimal]]] = {}
    for pk, *values in rows.filter(reverses__isnull=True, reversed_by__isnull=True).values_list("pk", *names, *columns):
        key, amounts = tuple(values[: len(names)]), values[len(names) :]
        found.setdefault(key, {})[pk] = [each for each in amounts if each is not None]
    return found


def but(rows: Mapping[int, list[Decimal]], pk: int) -> Iterable[Decimal]:
    """The amounts of all rows but one."""
    return [each for other, amounts in rows.items() if other != pk for each in amounts]
