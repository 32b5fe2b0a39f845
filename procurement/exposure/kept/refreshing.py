"""Folding what was posted into the kept totals, a batch of contracts at a time."""

import datetime as dt
import logging
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, OperationalError, connection, transaction
from django.utils import timezone

from procurement.common.dates import Asked
from procurement.exposure.kept.spans import fold_statement
from procurement.exposure.valuing import fiscal_parameters
from procurement.programs.reading import said_by_program
from procurement.programs.standing import stops

log = logging.getLogger(__name__)

#: How many contracts one transaction takes: small, as it writes, and no answer can be asked for as recorded later
#: than an open writer began.
BATCH = 500
#: Whoever folds holds this advisory lock of its session, so that two never add the same change.
LOCK = "exposure:fold"
#: So many marks taken away are cleared from their table at once: every answer looks there, and autovacuum comes late.
MANY_MARKS = 1_000

_TAKE = """
SELECT array_agg(id), array_agg(DISTINCT key)
  FROM (SELECT id, key FROM procurement_stalemark
         WHERE kind = 'contract' AND key <> ALL (%s::bigint[]) ORDER BY id LIMIT %s) mark
"""
#: A mark of more than one contract becomes one of each. Those that come to it later leave marks of their own.
_SPREAD = """
WITH wide AS (DELETE FROM procurement_stalemark WHERE kind <> 'contract' RETURNING kind, key)
INSERT INTO procurement_stalemark (kind, key)
SELECT 'contract', contract_id FROM (
    SELECT a.contract_id FROM wide JOIN procurement_programallocation a ON a.program_id = wide.key
     WHERE wide.kind = 'program'
    UNION
    SELECT c.id FROM wide JOIN procurement_contract c ON c.source_id = wide.key WHERE wide.kind = 'document'
    UNION
    SELECT c.id FROM wide JOIN procurement_contract c ON c.buyer_id = wide.key WHERE wide.kind = 'organization'
    UNION
    SELECT p.contract_id FROM wide JOIN procurement_contractparty p ON p.organization_id = wide.key
     WHERE wide.kind = 'organization'
    UNION
    SELECT c.id FROM procurement_contract c WHERE EXISTS (SELECT FROM wide WHERE kind = 'everything')
) touched
"""


@contextmanager
def folding_alone(*, wait: bool) -> Iterator[bool]:
    """Hold the lock of whoever folds for the session; gives whether it was had."""
    with connection.cursor() as cursor:
        verb = "pg_advisory_lock" if wait else "pg_try_advisory_lock"
        cursor.execute(f"SELECT {verb}(hashtextextended(%s, 0))", [LOCK])
        had = wait or bool(cursor.fetchone()[0])
        try:
            yield had
        finally:
            if had:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [LOCK])


@dataclass(frozen=True)
class Batch:
    """What one transaction folded."""

    contracts: int = 0
    marks: int = 0


def fold(*, batches: int | None = None, batch: int = BATCH) -> int:
    """Fold the marked contracts, up to a number of batches; returns how many contracts were folded.

    A transaction per batch, so it must not run inside one that others wait for. Safe to repeat and to kill: spans are
    replaced and not added to, and a mark goes in the transaction that folded its contract. Safe to race: the second
    one finds the lock taken and leaves the work to the first, or to whoever looks next. A contract that cannot be
    folded stops no other: it is logged, keeps its marks, and is read from the ledger.
    """
    folded: list[Batch] = []
    unfit: set[int] = set()
    with folding_alone(wait=False) as alone:
        while alone and (batches is None or len(folded) < batches):
            taken = _fold_next(batch, unfit)
            if not taken.marks:
                break
            folded.append(taken)
        _clear_away(sum(each.marks for each in folded))
    return sum(each.contracts for each in folded)


def _fold_next(batch: int, unfit: set[int]) -> Batch:
    """Fold a batch; where that fails, each of its contracts on its own, and remember those that are unfit."""
    try:
        return _fold_batch(batch, unfit)
    except OperationalError:
        raise  # the database is away or undid a deadlock: nothing is wrong with the contracts
    except DatabaseError:
        log.exception("a batch could not be folded; each contract is tried on its own")
    contracts = [_fold_one(unfit) for _ in range(batch)]
    return Batch(sum(each.contracts for each in contracts), sum(each.marks for each in contracts) + len(unfit))


def _fold_one(unfit: set[int]) -> Batch:
    """Fold the contract of the oldest mark, or remember that it is unfit."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [list(unfit), 1])
        _, contracts = cursor.fetchone()
    try:
        return _fold_batch(1, unfit)
    except OperationalError:
        raise
    except DatabaseError:
        log.exception("a contract could not be folded", extra={"contract": contracts})
        unfit.update(contracts)
        return Batch()


@transaction.atomic
def _fold_batch(batch: int, unfit: Collection[int]) -> Batch:
    """Fold the contracts of the oldest marks, but for those that are unfit.

    The marks are read before the facts: a fact that is committed in between is folded too, and its mark waits for a
    next time, which then changes nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SPREAD)
        cursor.execute(_TAKE, [list(unfit), batch])
        marks, contracts = cursor.fetchone()
        if not marks:
            return Batch()
        cursor.execute(fold_statement(), fold_parameters(contracts))
        cursor.execute("DELETE FROM procurement_stalemark WHERE id = ANY (%s)", [marks])
    return Batch(len(contracts), len(marks))


def _clear_away(marks: int) -> None:
    """Give back the room of many marks; in a transaction, which VACUUM refuses, leave that to autovacuum."""
    if marks < MANY_MARKS or connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (SKIP_LOCKED) procurement_stalemark")
    log.info("marks cleared away", extra={"marks": marks})


def fold_parameters(contracts: Sequence[int]) -> dict[str, Any]:
    """What the statement about a contract's own days needs to know of programs and fiscal years."""
    named = {"contracts": list(contracts), "zone": timezone.get_default_timezone_name()}
    return named | stop_parameters() | fiscal_parameters()


def stop_parameters() -> dict[str, Any]:
    """Every stop of every program, as everything recorded has it; `until` is the day of what ended it."""
    said = said_by_program(Asked(dt.date.max))
    rows = [(program, stop) for program, each in said.items() for stop in stops(each, dt.date.max)]
    return {
        "stop_programs": [program for program, _ in rows],
        "stop_begins": [stop.began_on for _, stop in rows],
        "stop_ends": [stop.until for _, stop in rows],
    }
