"""Making what is kept anew from the facts, beside what is in use, and putting it in its place.

Answers stay exact throughout: nobody refreshes meanwhile, so what is posted leaves marks, and what has a mark is read
from the facts, before the change of tables as after it.
"""

import datetime as dt
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from itertools import count
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from psycopg import sql
from psycopg.errors import LockNotAvailable

from procurement.common.dates import Asked
from procurement.contracts.models import Contract
from procurement.contracts.presuming import Presumption
from procurement.exposure.kept.lines import fresh_tables
from procurement.exposure.kept.models import SUMS, KeptDay, Line, Total
from procurement.exposure.kept.refreshing import refreshing_alone
from procurement.exposure.kept.sums import EXTREMES, LINE, summed
from procurement.exposure.line_columns import names
from procurement.exposure.valuing import parameters
from procurement.programs.reading import standings
from procurement.sources.models import StaleMark

#: How many contracts a statement takes, so that progress is seen and memory stays flat.
CHUNK = 5_000
NEW = "_anew"
#: How long the change of tables may wait for who reads them, as all who come later wait behind it; and before it tries
#: again, milliseconds and seconds.
PATIENCE, PAUSE = 500, 1.0
KEPT = (Line, Total)

Progress = Callable[[str, int, int], None]


def rebuild_totals(
    *,
    today: dt.date | None = None,
    jobs: int = 2,
    wait: bool = True,
    progress: Progress = lambda _what, _done, _of: None,
) -> int:
    """Make the lines and totals of today anew; returns of how many contracts.

    Waits until nobody refreshes, or else leaves it to whoever does. `jobs` connections work at once. Safe to kill: what
    is in use is replaced in one transaction at the end, and what was left behind is thrown away by the next one. Must
    not run in a transaction.
    """
    with refreshing_alone(wait=wait) as alone:
        if not alone:
            return 0
        marks = list(StaleMark.objects.values_list("pk", flat=True))
        kept = KeptDay(pk=1, day=today or timezone.localdate(), presumed_after=Presumption.objects.get().days)
        _execute(["SELECT procurement_make_anew()"])
        last = Contract.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        values = _values(kept)
        lines = [partial(_fill_lines, start, start + CHUNK, values) for start in range(1, last + 1, CHUNK)]
        _work(lines, jobs, partial(progress, "lines"))
        _analyze(Line)
        _work([partial(_fill_totals, int(each)) for each in Total.Dimension], jobs, partial(progress, "totals"))
        _analyze(Total)
        making = [partial(_make_index, name) for model in KEPT for name in _indexes(model._meta.db_table)]
        _work(making, jobs, partial(progress, "indexes"))
        _execute([f'VACUUM "{model._meta.db_table}{NEW}"' for model in KEPT])  # before 17 that is left to autovacuum
        progress("tables", 0, 1)
        while not _put_in_place(marks, kept):
            time.sleep(PAUSE)
        progress("tables", 1, 1)
    return Contract.objects.count()


def _work(steps: Sequence[Callable[[], None]], jobs: int, progress: Callable[[int, int], None]) -> None:
    """Do independent steps, several at once, each worker on a connection of its own."""
    progress(0, len(steps))
    waiting, done = iter(steps), count(1)

    def work() -> None:
        try:
            for step in waiting:  # two threads never get the same step from one list's iterator
                step()
                progress(next(done), len(steps))
        finally:
            if jobs > 1:
                connection.close()

    if jobs == 1:
        work()
        return
    with ThreadPoolExecutor(jobs) as pool:
        for worker in [pool.submit(work) for _ in range(jobs)]:
            worker.result()


def _execute(statements: Iterable[str], values: dict[str, Any] | None = None) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, values)


def _analyze(model: type[Line | Total]) -> None:
    """Let the planner know the new table. By the owner, as all that changes tables: see migration 0082."""
    _execute(["SELECT procurement_analyze(%(table)s)"], {"table": model._meta.db_table + NEW})


def _values(kept: KeptDay) -> dict[str, Any]:
    asked = Asked(kept.day)
    return parameters(asked, standings(asked)) | {"presumed_after": kept.presumed_after}


def _fill_lines(start: int, end: int, values: dict[str, Any]) -> None:
    contracts = list(Contract.objects.filter(pk__gte=start, pk__lt=end).values_list("pk", flat=True))
    if contracts:
        _execute([_lines_statement()], values | {"contracts": contracts})


@cache
def _lines_statement() -> str:
    text = sql.SQL("WITH {fresh} INSERT INTO {table} ({columns}) SELECT {columns} FROM fresh")
    table = sql.Identifier(Line._meta.db_table + NEW)
    return text.format(fresh=sql.SQL(",").join(fresh_tables()), table=table, columns=names(LINE)).as_string(None)


def _fill_totals(dimension: int) -> None:
    columns = names(("dimension", "key", "currency", "lines", *SUMS, *EXTREMES))
    text = sql.SQL("INSERT INTO {table} ({columns}) {summed}").format(
        table=sql.Identifier(Total._meta.db_table + NEW),
        columns=columns,
        summed=summed(dimension, Line._meta.db_table + NEW),
    )
    _execute([text.as_string(None)])


def _indexes(table: str) -> list[str]:
    """The names of the indexes of a table in use."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = %s::regclass ORDER BY 1", [table]
        )
        return [name for (name,) in cursor.fetchall()]


def _make_index(name: str) -> None:
    """The same index on the new table, under a name of its own."""
    _execute(["SELECT procurement_index_anew(%(name)s)"], {"name": name})


def _put_in_place(marks: Collection[int], kept: KeptDay) -> bool:
    """Change the tables, or give up soon where a long answer still reads them; whether they were changed.

    A reader with a snapshot from before the change would find the new tables empty. So whoever reads at REPEATABLE READ
    locks them first (snapshot.py), and is waited for here.
    """
    try:
        _change_tables(marks, kept)
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        return False
    return True


@transaction.atomic
def _change_tables(marks: Collection[int], kept: KeptDay) -> None:
    """What had a mark before the lines were made is in them; marks that came since stay."""
    _execute([f"SET LOCAL lock_timeout = {PATIENCE}", "SELECT procurement_put_anew_in_place()"])
    KeptDay.objects.update_or_create(pk=1, defaults={"day": kept.day, "presumed_after": kept.presumed_after})
    StaleMark.objects.filter(pk__in=marks).delete()
