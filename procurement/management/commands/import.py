"""Import files."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from procurement.common.errors import BadSource, Refused, TryAgain
from procurement.imports.account import OUTCOMES, REFUSED, TAKEN, UNCHANGED, WAITING
from procurement.imports.batches.kept_files import keep, pieces_of
from procurement.imports.batches.running import run_next, start
from procurement.imports.loading import Choice
from procurement.imports.models import ImportBatch, ImportIssue
from procurement.management.commands.load_sample import known, options_in
from procurement.recorders import POSTING_ORDER
from procurement.tasks import nudge

#: Seconds between two looks at a batch.
LOOK_EVERY = 0.5
#: The outcomes of rows, in the order in which they are printed; rows that wait are counted only where there are any.
COUNTED = (TAKEN, UNCHANGED, WAITING, REFUSED)
#: So many refusals are printed of each file.
SHOWN = 50


class Command(BaseCommand):
    """`manage.py import FILE...`: exit status 1 when a file failed or a row was refused."""

    help = "Hand in files, each as a batch of its own, and read them here or wait for the worker that does."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--format", default="", help=f"instead of recognising each; {known()}")
        parser.add_argument(
            "--option", action="append", default=[], metavar="NAME=VALUE", help="an option of the format"
        )
        parser.add_argument("--check", action="store_true", help="preview: say what would change, and store nothing")
        parser.add_argument("--user", help="who hands the files in")
        parser.add_argument("--no-wait", action="store_true", help="leave them to a worker, and end at once")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            batches = self._started(options)
        except (BadSource, Refused, TryAgain, OSError) as error:
            raise CommandError(str(error)) from error
        if options["no_wait"]:
            nudge("imports")
            return
        failed = [batch for batch in batches if not self._read(batch)]
        if failed:
            raise CommandError(f"not all was taken of {', '.join(batch.file_name for batch in failed)}")

    def _started(self, options: dict[str, Any]) -> list[ImportBatch]:
        by = None
        if options["user"]:
            by = User.objects.filter(username=options["user"]).first()
            if by is None:
                raise Refused({"user": f"there is no user “{options['user']}”"})
        choice = Choice(options["format"], options_in(options["option"]))
        found = []
        for path in options["files"]:
            kept = keep(pieces_of(path))
            found.append(start(kept, name=path.name, choice=choice, by=by, dry_run=options["check"]))
            self.stdout.write(f"import {found[-1].pk}: {path.name}, {found[-1].format}, {kept.size} bytes")
        return found

    def _read(self, batch: ImportBatch) -> bool:
        """Work on what waits until this batch has ended, print its account; returns whether all was taken."""
        while batch.state in ImportBatch.WORK:
            if not run_next(lambda: nudge("refresh")):
                time.sleep(LOOK_EVERY)  # a worker is at it
            batch.refresh_from_db()
        for line in report(batch):
            self.stdout.write(line)
        for issue in batch.issues.exclude(kind=ImportIssue.Kind.WARNING).order_by("id")[:SHOWN]:
            self.stderr.write(f"{batch.file_name}:{issue}")
        if batch.refusals + batch.queued > SHOWN:
            self.stderr.write(f"and more: /api/v1/imports/{batch.pk}/issues/ has all {batch.refusals + batch.queued}")
        nudge("drain")
        return batch.state == ImportBatch.State.DONE and not batch.refusals + batch.queued


def report(batch: ImportBatch) -> list[str]:
    """What became of a batch, one line per table, then the warnings by kind."""
    tables = [table for table in POSTING_ORDER if table in batch.tables]
    width = max((len(table) for table in tables), default=0)
    counts = [
        f"{table:<{width}}"
        + "".join(f"  {batch.tables[table][each]:>7} {each}" for each in COUNTED if each in batch.tables[table])
        for table in tables
    ]
    total = sum(batch.records.values())
    outcomes = [each for each in reversed(OUTCOMES) if each != WAITING or batch.records.get(each)]
    became = ", ".join(f"{batch.records.get(outcome, 0)} {outcome}" for outcome in outcomes)
    warned = [f"warning: {number} × {kind}" for kind, number in sorted(batch.warnings.items())]
    preview = [] if batch.preview is None else [f"preview: {batch.preview['flags']} flags would open"]
    preview += ["preview: cut; the rest of the file was not read"] if (batch.preview or {}).get("is_cut") else []
    failed = [f"failed: {batch.failure}"] if batch.failure else []
    return [*counts, f"{total} records read: {became}", *warned, *preview, *failed]
