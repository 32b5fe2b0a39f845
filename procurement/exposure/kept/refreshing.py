"""Bringing what is kept in step with what was posted and with the day, a batch of contracts at a time."""

import datetime as dt
import logging
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import DatabaseError, OperationalError, connection, transaction
from django.utils import timezone
from psycopg import sql

from procurement.common.dates import Asked
from procurement.contracts.models import Contract, ProgramAllocation
from procurement.contracts.presuming import Presumption
from procurement.exposure.kept.lines import fresh_tables
from procurement.exposure.kept.models import KeptDay
from procurement.exposure.kept.settling import settle
from procurement.exposure.kept.sums import LINE, changes, take_in
from procurement.exposure.kept.waiting import dated, touched, turn_to
from procurement.exposure.line_columns import names
from procurement.exposure.valuing import parameters
from procurement.programs.reading import standings
from procurement.sources.models import StaleMark

log = logging.getLogger(__name__)

#: How many contracts one transaction takes, and of how many marks: half a second, as it writes, and no answer can be
#: asked for as recorded later than an open writer began.
BATCH, MARKS_AT_ONCE = 4_000, 40_000
#: Whoever refreshes holds this advisory lock of its session, so that two never add the same change.
LOCK = "exposure:refresh"
#: So many marks taken away are cleared from their table at once: every answer looks there, and autovacuum comes late.
MANY_MARKS = 1_000
#: With fewer waiting contracts than this nothing is made anew, however few contracts there are.
VERY_MANY = 50_000

_TAKE = """
WITH oldest AS (
    SELECT id, key FROM procurement_stalemark
     WHERE kind = 'contract' AND key <> ALL (%(unfit)s::bigint[]) ORDER BY id LIMIT %(marks)s
), chosen AS (
    SELECT key FROM oldest GROUP BY key ORDER BY min(id) LIMIT %(contracts)s
)
SELECT array_agg(id), array_agg(DISTINCT key) FROM oldest JOIN chosen USING (key)
"""
_VERY_MANY = """
SELECT waiting > %(many)s AND waiting > (SELECT count(*) FROM procurement_contract) / 3
  FROM (SELECT CASE WHEN EXISTS (SELECT FROM procurement_stalemark WHERE kind = 'everything')
                    THEN (SELECT count(*) FROM procurement_contract)
                    ELSE (SELECT count(DISTINCT key) FROM procurement_stalemark WHERE kind = 'contract') END AS waiting
       ) marked
"""
#: A mark of more than one contract becomes one of each. Those that come to it later leave marks of their own.
_SPREAD = sql.SQL(
    """
WITH wide AS (DELETE FROM procurement_stalemark WHERE kind <> 'contract' RETURNING kind, key)
INSERT INTO procurement_stalemark (kind, key) SELECT 'contract', contract_id FROM ({touched}) touched"""
)
#: Takes the lines of the contracts in scope out, puts in what the facts say, and adds the difference to the totals: one
#: statement, so one moment of the facts.
_REFRESH = sql.SQL(
    """
WITH {fresh}, gone AS (
    DELETE FROM procurement_line WHERE contract_id IN (SELECT contract_id FROM scope) RETURNING {line}
), came AS (
    INSERT INTO procurement_line ({line}) SELECT {line} FROM fresh RETURNING {line}
), change AS (
    SELECT 1 AS sign, {line} FROM came UNION ALL SELECT -1, {line} FROM gone
), {changes}
{take_in}"""
)


@contextmanager
def refreshing_alone(*, wait: bool) -> Iterator[bool]:
    """Hold the lock of whoever refreshes for the session; gives whether it was had."""
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
    """What one transaction refreshed."""

    contracts: int = 0
    marks: int = 0


def refresh(*, today: dt.date | None = None, batches: int | None = None, batch: int = BATCH) -> int:
    """Refresh the contracts that wait, up to a number of batches; returns how many were.

    First what is kept turns to today. A transaction per batch, so it must not run inside one that others wait for. Safe
    to repeat and to kill: lines are replaced and not added to, and a mark goes in the transaction that refreshed its
    contract. Safe to race: the second one finds the lock taken and leaves the work to the first, or to whoever looks
    next. A contract that cannot be refreshed stops no other: it is logged, keeps its marks, and is read from the facts.
    """
    done: list[Batch] = []
    unfit: set[int] = set()
    with refreshing_alone(wait=False) as alone:
        if alone:
            turn(today or timezone.localdate())
        while alone and (batches is None or len(done) < batches):
            taken = _refresh_next(batch, unfit)
            if not taken.marks:
                break
            done.append(taken)
        if alone:
            settle()
        _clear_away(sum(each.marks for each in done))
    return sum(each.contracts for each in done)


@transaction.atomic
def turn(day: dt.date) -> None:
    """Let what is kept be of a day: whatever is dated between gets marks in the same transaction, so it waits.

    Where nothing is kept yet, everything waits. Hold the lock of refreshing.
    """
    Presumption.objects.select_for_update().first()  # another number of days waits, or is seen
    turned = turn_to(day)
    if turned is None:
        days = Presumption.objects.values_list("days", flat=True).get()
        KeptDay.objects.create(pk=1, day=day, presumed_after=days)
        if Contract.objects.exists():
            StaleMark.objects.create(kind=StaleMark.Kind.EVERYTHING)
    elif not turned.is_none:
        with connection.cursor() as cursor:
            cursor.execute(_mark_dated(), {"most": None} | turned.parameters)
        KeptDay.objects.update(day=day, presumed_after=turned.presumed_after)


@cache
def _mark_dated() -> str:
    return (
        f"INSERT INTO procurement_stalemark (kind, key) "  # noqa: S608  (composed of constants)
        f"SELECT 'contract', unnest(contracts) FROM ({dated()}) found (contracts, number)"
    )


def very_many_wait() -> bool:
    """Whether so many contracts wait that making everything anew takes less time than refreshing them."""
    with connection.cursor() as cursor:
        cursor.execute(_VERY_MANY, {"many": VERY_MANY})
        return bool(cursor.fetchone()[0])


def _refresh_next(batch: int, unfit: set[int]) -> Batch:
    """Refresh a batch; where that fails, each of its contracts on its own, and remember those that are unfit."""
    try:
        return _refresh_batch(batch, unfit)
    except OperationalError:
        raise  # the database is away or undid a deadlock: nothing is wrong with the contracts
    except DatabaseError:
        log.exception("a batch could not be refreshed; each contract on its own")
    contracts = [_refresh_one(unfit) for _ in range(batch)]
    return Batch(sum(each.contracts for each in contracts), sum(each.marks for each in contracts) + len(unfit))


def _refresh_one(unfit: set[int]) -> Batch:
    """Refresh the contract of the oldest mark, or remember that it is unfit."""
    _, contracts = _taken(1, unfit)
    try:
        return _refresh_batch(1, unfit)
    except OperationalError:
        raise
    except DatabaseError:
        log.exception("a contract could not be refreshed", extra={"contract": contracts})
        unfit.update(contracts)
        return Batch()


def _taken(batch: int, unfit: Collection[int]) -> tuple[list[int], list[int]]:
    """The oldest marks, of as many contracts, and those contracts; none that are unfit."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"unfit": list(unfit), "marks": MARKS_AT_ONCE, "contracts": batch})
        marks, contracts = cursor.fetchone()
    return marks or [], contracts or []


@transaction.atomic
def _refresh_batch(batch: int, unfit: Collection[int]) -> Batch:
    """Refresh the contracts of the oldest marks, but for those that are unfit.

    The marks are read before the facts: a fact that is committed in between is seen too, and its mark waits for a next
    time, which then changes nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(_spread())
    marks, contracts = _taken(batch, unfit)
    if not marks:
        return Batch()
    with connection.cursor() as cursor:
        cursor.execute(refresh_statement(), kept_parameters(contracts))
        cursor.execute("DELETE FROM procurement_stalemark WHERE id = ANY (%s)", [marks])
    return Batch(len(contracts), len(marks))


@cache
def _spread() -> str:
    return _SPREAD.format(touched=touched(sql.Identifier("wide"))).as_string(None)


@cache
def refresh_statement() -> str:
    """The statement that brings the lines of the named contracts, and the totals, in step with their facts."""
    return _REFRESH.format(
        fresh=sql.SQL(",").join(fresh_tables()), line=names(LINE), changes=changes(), take_in=take_in()
    ).as_string(None)


def kept_parameters(contracts: Sequence[int]) -> dict[str, Any]:
    """What the statement about contracts on the kept day takes. Four queries."""
    kept = KeptDay.objects.get()
    asked = Asked(kept.day)
    known = standings(asked, ProgramAllocation.objects.programs_of(contracts))
    return parameters(asked, known) | {"contracts": list(contracts), "presumed_after": kept.presumed_after}


def _clear_away(marks: int) -> None:
    """Give back the room of many marks; in a transaction, which VACUUM refuses, leave that to autovacuum."""
    if marks < MANY_MARKS or connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (SKIP_LOCKED) procurement_stalemark")
    log.info("marks cleared away", extra={"marks": marks})
