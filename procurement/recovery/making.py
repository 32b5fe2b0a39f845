"""Making a backup: one moment of the database, and the kept files that its rows name."""

import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from procurement.common.dated_folders import all_in, new_in
from procurement.common.disk import sha256_of, sync_names
from procurement.exposure.kept.rebuilding import NEW
from procurement.recovery.clients import connect, program, run, server_major
from procurement.recovery.kept import KINDS, KeptKind
from procurement.recovery.manifest import DUMP, FORMAT, File, Manifest
from tracker.version import VERSION

Told = Callable[[str], object]
#: Tables whose rows a restore makes anew, and sessions: nobody is to be logged in by a stolen backup.
LEFT_OUT = ("procurement_keptday", "procurement_line", "procurement_loginsession", "procurement_total")
TABLES = """
SELECT relname FROM pg_class
 WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace
   AND relname <> ALL (%s) AND relname NOT LIKE %s ORDER BY 1
"""
MIGRATIONS = "SELECT app || '.' || name FROM django_migrations ORDER BY app, name"

Session = psycopg.Connection[Any]


def make_backup(folder: Path, *, told: Told = lambda _: None) -> Path:
    """Write a backup to a folder of its own in the folder; returns its path.

    It has its name only when it is whole and on the disk: a process killed meanwhile leaves what the next one removes.
    Runs beside everything else, and takes no lock that stops anybody but a change of tables. Raises InUse, Refused and
    BadSource.
    """
    with only_for_us(), _one_moment() as (session, snapshot, moment):
        dump = program("pg_dump", server_major(session))
        name = f"{moment:%Y%m%dT%H%M%SZ}"
        earlier = next(iter(all_in(folder)), None)
        with new_in(folder, name, "backup", mode=0o700) as making:
            kept = _kept_files(session, making, earlier)
            told(f"{len(kept.files)} kept files copied")
            run(dump, *_options(making, snapshot))
            dumped = File(DUMP, (making / DUMP).stat().st_size, sha256_of(making / DUMP))
            told(f"the database is dumped: {dumped.bytes} bytes")
            _manifest(session, moment, dumped, kept).write(making)
            _sync(making)
    return folder / name


@contextmanager
def only_for_us() -> Iterator[None]:
    """What is written in this block is readable by this user alone: files 0600 in folders 0700."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def _one_moment() -> Iterator[tuple[Session, str, dt.datetime]]:
    """A session whose moment pg_dump reads too, so that counts and names of files are those of the dump."""
    with connect() as session:
        session.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        session.read_only = True
        row = session.execute("SELECT pg_export_snapshot(), now()").fetchone()
        assert row is not None
        snapshot, moment = row
        yield session, str(snapshot), moment.astimezone(dt.UTC)  # type: ignore[attr-defined]
        session.rollback()


def _options(making: Path, snapshot: str) -> list[str]:
    left_out = [f"--exclude-table-data=public.{table}" for table in LEFT_OUT]
    half_made = f"--exclude-table=public.*{NEW}"
    form = ["--format=custom", "--compress=3", f"--file={making / DUMP}"]
    return [*form, f"--snapshot={snapshot}", "--no-owner", "--no-privileges", half_made, *left_out]


def _manifest(session: Session, moment: dt.datetime, dumped: File, kept: "KeptFiles") -> Manifest:
    applied = [name for (name,) in session.execute(MIGRATIONS)]
    return Manifest(
        format=FORMAT,
        version=VERSION,
        taken_at=moment.isoformat(),
        postgresql=server_major(session),
        migrations=applied,
        rows=rows_of_tables(session, LEFT_OUT),
        left_out=list(LEFT_OUT),
        files=[dumped, *kept.files],
        missing=kept.missing,
        rescued=kept.rescued,
    )


def rows_of_tables(session: Session, left_out: Iterable[str]) -> dict[str, int]:
    """How many rows each table has, but for those that a backup leaves out."""
    tables = [name for (name,) in session.execute(TABLES, [list(left_out), f"%{NEW}"])]
    count = sql.SQL("SELECT count(*) FROM {}")
    return {name: session.execute(count.format(sql.Identifier(name))).fetchone()[0] for name in tables}  # type: ignore[index]


# kept files


@dataclass
class KeptFiles:
    """Those that a backup has, those that it lacks, and those that only the backup before had."""

    files: list[File] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    rescued: list[str] = field(default_factory=list)


def _kept_files(session: Session, making: Path, earlier: Path | None) -> KeptFiles:
    """Copy what rows of this moment name. A file is in its folder before a row names it, so it is there now."""
    kept = KeptFiles()
    for kind in KINDS:
        for (sha256,) in session.execute(kind.named, kind.values).fetchall():
            inside = Path(kind.name) / sha256[:2] / sha256
            is_sound = kind.shelf().sound(sha256)
            if _copied(kind, sha256, making / inside, earlier and earlier / inside):
                kept.files.append(File(str(inside), (making / inside).stat().st_size, sha256))
            if not is_sound and _still_named(kind, sha256):
                (kept.rescued if (making / inside).exists() else kept.missing).append(str(inside))
    return kept


def _copied(kind: KeptKind, sha256: str, to: Path, earlier: Path | None) -> bool:
    """Copy a file that has the content of its name; one that the backup before has is linked, and takes no room."""
    to.parent.mkdir(parents=True, exist_ok=True)
    if earlier is not None and earlier.is_file() and sha256_of(earlier) == sha256:
        os.link(earlier, to)
        return True
    try:
        shutil.copyfile(kind.shelf().path_of(sha256), to)
    except FileNotFoundError:
        return False
    if sha256_of(to) == sha256:
        return True
    to.unlink()
    return False


def _still_named(kind: KeptKind, sha256: str) -> bool:
    """Whether a file is missed: an imported file may have been deleted since, and its batches say so."""
    with connect() as session:
        return (sha256,) in session.execute(kind.named, kind.values).fetchall()


def _sync(making: Path) -> None:
    for path in making.rglob("*"):
        if path.is_file():
            with path.open("rb") as opened:
                os.fsync(opened.fileno())
        else:
            sync_names(path)
