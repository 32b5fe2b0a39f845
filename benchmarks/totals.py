"""What is kept beside the facts, as the worker keeps it: of the day on which all of the portfolio has happened."""

import datetime as dt
import time

from django.db import connection

from benchmarks.progress import Progress
from benchmarks.size import TODAY
from procurement.exposure.kept import rebuilding, refreshing


def rebuild(progress: Progress, day: dt.date = TODAY) -> None:
    """Make lines and totals anew, as after an import that no trigger saw."""
    began = time.monotonic()
    rebuilding.rebuild_totals(
        today=day,
        progress=lambda what, done, of: (
            progress.say(f"{what} {done}/{of}") if done in (0, of) or not done % 20 else None
        ),
    )
    progress.say(f"lines and totals made anew in {time.monotonic() - began:,.0f} s")


def are_there() -> bool:
    """Whether a kept database brought its lines and totals, of the day of most measurements."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM procurement_line), (SELECT day FROM procurement_keptday)")
        return bool(cursor.fetchone() == (True, TODAY))


def refresh() -> int:
    """Refresh what waits, as the worker does each time it is nudged; how many contracts that were."""
    return refreshing.refresh(today=TODAY)


def wait(contracts: int, spread: int) -> None:
    """Let so many contracts wait, spread over all of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procurement_stalemark (kind, key) "
            "SELECT 'contract', id FROM procurement_contract WHERE id %% %s = 0 ORDER BY id LIMIT %s",
            [max(spread // contracts, 1), contracts],
        )
