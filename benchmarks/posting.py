"""How many facts a second are posted through the verb, beside plain INSERTs into the same table with its triggers.

Every fact is a transaction of its own, for both.
"""

from collections.abc import Iterator
from decimal import Decimal
from itertools import count

from django.db import connection, transaction

from benchmarks.measuring import Measurement, seconds
from benchmarks.portfolio import FIRST_DAY
from procurement.contracts.models import Contract
from procurement.ledger.models import LedgerEntry
from procurement.ledger.posting import ledger_entries
from procurement.sources.models import Document

FACTS = 300
PLAIN = """
INSERT INTO procurement_ledgerentry (contract_id, measure, amount, rounding, in_kind, reason, effective_on,
    effective_precision, published_on, source_id, source_key, revision, note)
VALUES (%s, 'payment', %s, 0, false, 'other', %s, 'day', %s, %s, %s, 1, '')
"""

_keys = count(1)


def insert_plainly() -> None:
    """The yardstick."""
    with connection.cursor() as cursor:
        for _ in range(FACTS):
            key = next(_keys)
            cursor.execute(PLAIN, [1 + key % 100, Decimal(key), FIRST_DAY, FIRST_DAY, 1, f"plain-{key}"])


def post() -> None:
    """Ours: the contract and the source are read by the caller, as a request would."""
    for _ in range(FACTS):
        key = next(_keys)
        with transaction.atomic():
            contract, source = Contract.objects.get(pk=1 + key % 100), Document.objects.get(pk=1)
            entry = LedgerEntry(
                contract=contract, measure="payment", amount=Decimal(key), effective_on=FIRST_DAY, source=source
            )
            entry.source_key = f"posted-{key}"
            ledger_entries.record(entry)


def posting() -> Iterator[Measurement]:
    """Both, on one connection."""
    ours, plain = seconds(post, insert_plainly)
    yield Measurement("posting on one connection", FACTS / ours, FACTS / plain, "facts/s", 0.6, more_is_better=True)
