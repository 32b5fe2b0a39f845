"""How long answers about exposure take, beside one process that sums the amount column of the ledger."""

import datetime as dt
from collections.abc import Iterator
from functools import partial

from django.db import connection

from benchmarks.measuring import Measurement, seconds
from benchmarks.portfolio import TODAY
from procurement.common.dates import Asked
from procurement.exposure.answering import Question, answer

NOW = Asked(TODAY)
OTHER_DATES = Asked(TODAY, TODAY - dt.timedelta(days=700), dt.datetime(2100, 1, 1, tzinfo=dt.UTC))
#: What is asked, and how many yardsticks it may take.
QUESTIONS = {
    "every program": (Question(NOW, ("program",)), 0.05),
    "one program": (Question(NOW, ("program",), {"program": [2]}), 0.001),
    "total": (Question(NOW, ("none",)), 0.001),
    "by supplier": (Question(NOW, ("supplier",)), 0.15),
    "by buyer": (Question(NOW, ("buyer",)), 0.15),
    "by status of the program": (Question(NOW, ("program_status",)), 0.15),
    "by status of the contract": (Question(NOW, ("contract_status",)), 0.15),
    "by fiscal year": (Question(NOW, ("fiscal_year",)), 0.15),
    "every program, as known at other dates": (Question(OTHER_DATES, ("program",)), 2.0),
    "by method and domain, of one country": (Question(NOW, ("method", "domain"), {"country": ["JP"]}), 2.0),
}


def sum_the_ledger() -> None:
    """The yardstick."""
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        cursor.execute("SELECT sum(amount) FROM procurement_ledgerentry")
        cursor.fetchall()
        cursor.execute("RESET max_parallel_workers_per_gather")


def exposure() -> Iterator[Measurement]:
    """Each question in turn."""
    for name, (question, target) in QUESTIONS.items():
        ours, yardstick = seconds(partial(answer, question), sum_the_ledger)
        yield Measurement(f"exposure: {name}", ours * 1000, yardstick * 1000, "ms", target)
