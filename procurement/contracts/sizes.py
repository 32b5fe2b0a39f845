"""Reads the amounts that an amount of a contract is compared with (contracts/plausible.py).

The ledger is an area above contracts and cannot be imported here, so its tables are read by name, as in
contracts/currency.py.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from procurement.common.prepared_statements import Question, Rows, any_of, ask, ids
from procurement.contracts.plausible import Ledger, Sums
from procurement.sources.facts import Fact

#: Each contract's rows are read once, and the few reversals among them looked for there.
ENTRIES = f"""
WITH f AS MATERIALIZED (
    SELECT id, contract_id, measure, amount, rounding, reverses_id FROM procurement_ledgerentry
     WHERE contract_id = {any_of(1)}
)
SELECT f.contract_id, f.measure, sum(f.amount), sum(f.rounding),
       (array_agg(abs(f.amount) ORDER BY abs(f.amount) DESC))[1:2]
  FROM f
 WHERE f.reverses_id IS NULL AND f.id NOT IN (SELECT b.reverses_id FROM f b WHERE b.reverses_id IS NOT NULL)
 GROUP BY f.contract_id, f.measure
""".encode()  # noqa: S608
COMPLETE = f"""
SELECT f.contract_id FROM procurement_completeness f
 WHERE f.contract_id = {any_of(1)} AND f.measure = 'commitment' AND f.reverses_id IS NULL
       AND NOT EXISTS (SELECT FROM procurement_completeness b WHERE b.reverses_id = f.id)
""".encode()  # noqa: S608


def entries(contract_ids: Iterable[int]) -> Question:
    """What the ledgers of contracts hold."""
    return ENTRIES, [ids(contract_ids)]


def ledgers(contract_ids: Iterable[int], read: Rows) -> dict[int, Ledger]:
    """The ledger of each contract; `read` answers `entries`. One query where one has no commitment."""
    found: dict[int, dict[str, Sums]] = {each: {} for each in contract_ids}
    for contract_id, measure, *sums in read:
        found[contract_id][measure] = Sums(*sums)
    uncommitted = [each for each, sums in found.items() if "commitment" not in sums]
    complete = {each for (each,) in ask([(COMPLETE, [ids(uncommitted)])])[0]} if uncommitted else set()
    return {each: Ledger(sums, each in complete) for each, sums in found.items()}


Kind = tuple[Any, ...]


def sizes(facts: Sequence[Fact], kind: Sequence[str], columns: Sequence[str]) -> Question:
    """Which amounts there are in standing rows of some facts' contracts."""
    model = type(facts[0])
    return _sizes(model, (*kind, *columns)), [ids(getattr(fact, "contract_id") for fact in facts)]  # noqa: B009


def sizes_of_others(kind: Sequence[str], read: Rows) -> Mapping[Kind, Mapping[int, list[Decimal]]]:
    """The amounts by kind (the contract first) and by row; `read` answers `sizes`."""
    found: dict[Kind, dict[int, list[Decimal]]] = {}
    for pk, *values in read:
        key, amounts = tuple(values[: 1 + len(kind)]), values[1 + len(kind) :]
        found.setdefault(key, {})[pk] = [each for each in amounts if each is not None]
    return found


@cache
def _sizes(model: type[Fact], columns: tuple[str, ...]) -> bytes:
    table = model._meta.db_table
    return f"""
        SELECT f.id, f.contract_id{"".join(f', f."{column}"' for column in columns)} FROM "{table}" f
         WHERE f.contract_id = {any_of(1)} AND f.reverses_id IS NULL
               AND NOT EXISTS (SELECT FROM "{table}" b WHERE b.reverses_id = f.id)
    """.encode()  # noqa: S608


def but(rows: Mapping[int, list[Decimal]], pk: int) -> Iterable[Decimal]:
    """The amounts of all rows but one."""
    return [each for other, amounts in rows.items() if other != pk for each in amounts]
