"""The ways of posting that are measured, as a worker's process runs them; each statement or list is a transaction."""

import datetime as dt
import os
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from itertools import count, islice

import psycopg
from django.db import connection

from benchmarks.size import DAYS, FIRST_DAY, TODAY
from benchmarks.working import GoesOn
from procurement.contracts.models import Contract, ProgramAllocation
from procurement.ledger.models import LedgerEntry
from procurement.ledger.recording import ledger_entries
from procurement.sources.models import Document

INSERT = """
INSERT INTO procurement_ledgerentry (contract_id, measure, amount, rounding, in_kind, reason, effective_on,
    effective_precision, published_on, source_id, source_key, revision, note)
VALUES (%s, %s, %s, 0, false, 'other', %s, 'day', %s, %s, %s, 1, '')
"""
#: The share of facts that is about contracts of the hot program, and how many of its contracts take part.
HOT, HOT_CONTRACTS = 0.2, 2_000
#: The share of facts that is of the last month; the others are back-dated.
RECENT = 0.5
MEASURES = ("payment", "payment", "payment", "commitment", "delivery", "funding")


@dataclass(frozen=True)
class Movement:
    """One fact to post."""

    contract: int
    measure: str
    amount: Decimal
    day: dt.date
    key: str


def insert(worker: int, goes_on: GoesOn) -> int:
    """Plain INSERTs, prepared once; whether triggers see them is the table's matter."""
    raw = connection.connection
    raw.prepare_threshold = 5
    done = 0
    with psycopg.Cursor(raw) as cursor:
        for each in movements(worker):
            if not goes_on(done):
                break
            cursor.execute(INSERT, [each.contract, each.measure, each.amount, each.day, TODAY, source(), each.key])
            done += 1
    return done


def post(worker: int, goes_on: GoesOn) -> int:
    """The verb, one fact a transaction; it reads the contract and the source itself."""
    done = 0
    for each in movements(worker):
        if not goes_on(done):
            break
        ledger_entries.record(entry(each))
        done += 1
    return done


def entry(each: Movement) -> LedgerEntry:
    """A movement as the verb takes it."""
    return ledger_entries.draft(
        contract_id=each.contract,
        measure=each.measure,
        amount=each.amount,
        effective_on=each.day,
        published_on=TODAY,
        source_id=source(),
        source_key=each.key,
    )


def in_order(facts: int, per_contract: int = 10) -> Iterator[Movement]:
    """So many facts as a file has them: those of one contract after one another."""
    drawn = movements(0)
    chance = random.Random(time.monotonic_ns())  # noqa: S311  (facts, not secrets)
    _, last = targets()
    for contract in (chance.randint(1, last) for _ in range(-(-facts // per_contract))):
        for each in islice(drawn, min(per_contract, facts)):
            yield replace(each, contract=contract)


def movements(worker: int) -> Iterator[Movement]:
    """Facts without end, on many contracts and a fifth on those of one program, half of them back-dated."""
    chance = random.Random(worker)  # noqa: S311  (facts, not secrets)
    hot, last = targets()
    run = f"{os.getpid()}-{time.monotonic_ns()}"
    for number in count():
        contract = chance.choice(hot) if chance.random() < HOT else chance.randint(1, last)
        ago = chance.randrange(30) if chance.random() < RECENT else chance.randrange(DAYS)
        day = max(TODAY - dt.timedelta(days=ago), FIRST_DAY)
        amount = Decimal(chance.randrange(1, 10**9)).scaleb(-2)
        yield Movement(contract, chance.choice(MEASURES), amount, day, f"posted-{run}-{number}")


@cache
def targets() -> tuple[list[int], int]:
    """Contracts of the largest program, and the id up to which there are contracts."""
    of_hot = ProgramAllocation.objects.filter(program=1).values_list("contract", flat=True)[:HOT_CONTRACTS]
    return list(of_hot), Contract.objects.latest("pk").pk


@cache
def source() -> int:
    """The document that everything posted cites: the last day's."""
    return Document.objects.latest("pk").pk
