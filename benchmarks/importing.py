"""How fast files become rows, beside COPY of those rows and beside reading the JSON; and in how much memory.

COPY puts the very rows that a file became into the same tables again, with their indexes and foreign keys and without
our triggers: organizations, contracts, their histories, parties, entries. Each file is read in a process of its own, so
that its memory is its own.
"""

import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import orjson
from django.db import connection
from django.test import override_settings
from psycopg import sql

from benchmarks import totals
from benchmarks.copying import fire_triggers, without_triggers
from benchmarks.exposure import main_questions
from benchmarks.import_files import awards, releases
from benchmarks.measuring import Measurement, most_memory, took
from benchmarks.progress import Progress
from benchmarks.size import TODAY, Size
from benchmarks.working import GoesOn, crew
from procurement.common.dates import Asked
from procurement.exposure.answering import answer
from procurement.imports.batches.kept_files import keep, pieces_of
from procurement.imports.batches.running import run_next, start
from procurement.imports.loading import Choice
from procurement.imports.models import BatchRows, ImportBatch

#: Lines of the long and of the short file, and releases.
LINES, FEW, RELEASES = 100_000, 10_000, 20_000
TAKEN, UNCHANGED, JSON = 0.5, 1.2, 0.06
#: The histories that triggers write beside rows that are edited, and in which column they name them.
HISTORY = "event"
#: Seconds within which answers are as quick as ever.
QUICK_AGAIN = 180


def imports(
    size: Size, progress: Progress, *, lines: int = LINES, count: int = RELEASES
) -> Iterator[Measurement | str]:
    """Files of awards and of releases, as large as the portfolio at most; then how soon answers are as quick again."""
    lines, count = min(lines, size.contracts), min(count, max(size.contracts // 10, 1))
    with tempfile.TemporaryDirectory(prefix="imports-") as folder:
        place = Path(folder)
        before = {name: took(partial(answer, question)) for name, question, _ in main_questions(size, Asked(TODAY))}
        yield from _awards(place, lines, progress)
        yield from _releases(place, count, progress)
    began = took(totals.refresh)
    progress.say(f"refreshed in {began:,.0f} s")
    after = {name: took(partial(answer, question)) for name, question, _ in main_questions(size, Asked(TODAY))}
    for name, seconds in after.items():
        yield Measurement(f"after imports: {name}", seconds * 1000, before[name] * 1000, "ms")
    yield f"After the imports lines and totals followed in {began:,.0f} s (limit {QUICK_AGAIN} s)."


def _awards(folder: Path, lines: int, progress: Progress) -> Iterator[Measurement | str]:
    awards(folder / "few.csv", max(lines // (LINES // FEW), 1), seed=1)
    awards(folder / "awards.csv", lines, seed=2)
    few = _read_in(folder, "few.csv", progress)
    taken = _read_in(folder, "awards.csv", progress)
    unchanged = _read_in(folder, "awards.csv", progress)
    rows, seconds = _copied(taken.batch)
    progress.say(f"COPY of the {rows:,} rows of {lines:,} awards: {seconds:,.1f} s")
    copy = lines / seconds
    name = f"importing {lines:,} awards (CSV), beside COPY of their {rows:,} rows"
    yield Measurement(name, lines / taken.seconds, copy, "lines/s", TAKEN, more_is_better=True)
    yield Measurement(
        "the same file again, unchanged", lines / unchanged.seconds, copy, "lines/s", UNCHANGED, more_is_better=True
    )
    yield Measurement("memory, beside that of a tenth of the lines", taken.megabytes, few.megabytes, "MB", 1.1)


def _releases(folder: Path, count: int, progress: Progress) -> Iterator[Measurement | str]:
    releases(folder / "releases.jsonl", count, seed=3)
    taken = _read_in(folder, "releases.jsonl", progress)
    lines = (folder / "releases.jsonl").read_bytes().splitlines()
    parsed = took(lambda: [orjson.loads(line) for line in lines])
    name = f"importing {count:,} OCDS releases, beside orjson.loads"
    yield Measurement(name, count / taken.seconds, count / parsed, "releases/s", JSON, more_is_better=True)


class _Taken:
    """One file that was read: how long that took, in how much memory, and as which batch."""

    def __init__(self, seconds: float, kilobytes: int) -> None:
        self.seconds, self.megabytes = seconds, kilobytes / 2**10
        self.batch = ImportBatch.objects.latest("pk")


def _read_in(folder: Path, name: str, progress: Progress) -> _Taken:
    with crew(1) as reader:
        stint = reader.start(partial(import_one, str(folder / name)), 1)[0].result()
    found = _Taken(stint.ended - stint.began, stint.done)
    progress.say(
        f"{name}: {found.batch.state}, {found.batch.records} in {found.seconds:,.1f} s and {found.megabytes:,.0f} MB"
    )
    return found


def import_one(path: str, number: int, goes_on: GoesOn) -> int:  # noqa: ARG001  (as a worker is called)
    """Import a file in this process; returns the most memory that it held, in kB."""
    file = Path(path)
    with override_settings(IMPORT_FOLDER=file.parent / "kept"):
        start(keep(pieces_of(file)), name=file.name, choice=Choice(), by=None)
        run_next()
    return most_memory()


# the yardstick


def _copied(batch: ImportBatch) -> tuple[int, float]:
    """Take out what a batch put in, and COPY it back: how many rows, in how many seconds."""
    chosen = _rows_of(batch)
    texts = [(table, list(_text_of(table, where, ids))) for table, where, ids in chosen]
    with without_triggers(*(table for table, _, _ in chosen)), connection.cursor() as cursor:
        fire_triggers(fire=False)
        for table, where, ids in chosen:
            cursor.execute(_about("DELETE FROM {} WHERE {} = ANY (%s)", table, where), [ids])
        fire_triggers(fire=True)
        seconds = sum(took(partial(_copy, table, text)) for table, text in texts)
    return sum(piece.count(b"\n") for _, text in texts for piece in text), seconds


def _rows_of(batch: ImportBatch) -> list[tuple[str, str, list[int]]]:
    """The tables that a batch filled, in the order in which rows refer to one another, with its rows in each."""
    found: dict[str, list[int]] = {}
    for each in BatchRows.objects.filter(batch=batch).order_by("id"):
        found.setdefault(each.table_name, []).extend(each.ids)
    tables = set(connection.introspection.table_names())
    chosen = []
    for table, ids in found.items():
        chosen.append((table, "id", ids))
        if table + HISTORY in tables:
            chosen.append((table + HISTORY, "pgh_obj_id", ids))
    return chosen


def _text_of(table: str, where: str, ids: Sequence[int]) -> Iterator[bytes]:
    columns = sql.SQL(", ").join(map(sql.Identifier, _stored_columns(table)))
    rows = sql.SQL("SELECT {} FROM {} WHERE {} = ANY (%s)").format(columns, *map(sql.Identifier, (table, where)))
    with connection.cursor() as cursor:
        statement = sql.SQL("COPY ({}) TO STDOUT").format(rows)
        with cursor.copy(statement, [list(ids)]) as copy:
            yield from (bytes(each) for each in copy)


def _stored_columns(table: str) -> list[str]:
    """The columns that COPY takes: all but those that the database makes itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = %s AND table_schema = current_schema AND is_generated = 'NEVER'"
            " ORDER BY ordinal_position",
            [table],
        )
        return [name for (name,) in cursor.fetchall()]


def _copy(table: str, text: Sequence[bytes]) -> None:
    with connection.cursor() as cursor, cursor.copy(_about("COPY {} FROM STDIN", table)) as copy:
        for each in text:
            copy.write(each)


def _about(statement: str, *names: str) -> sql.Composed:
    return sql.SQL(statement).format(*map(sql.Identifier, names))
