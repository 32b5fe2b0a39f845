"""Write full exports, and check them."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from procurement.access.auditing import note_written
from procurement.api.exports.making import ignore, make_export, nightly_export
from procurement.common.dated_folders import MANIFEST, InUse, all_in
from procurement.common.errors import BadSource, Refused
from procurement.exports.folder import faults_of
from procurement.management.arguments import moment


class Command(BaseCommand):
    """`manage.py export FOLDER`, `manage.py export --check FOLDER`: exit status 1 where a file is not as exported."""

    help = "Write every list as CSV and JSON Lines, all of one moment, with a manifest of hashes; or check exports."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="where exports are, each in a folder of its own")
        parser.add_argument("--recorded-by", type=moment, help="a moment with an offset, instead of now")
        parser.add_argument("--check", action="store_true", help="compare the files with their manifest; write nothing")
        parser.add_argument(
            "--nightly", type=int, metavar="KEEP", help="unless there is one of today; keep only so many, the newest"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"].resolve()
        told = self.stdout.write if options["verbosity"] else ignore
        try:
            if options["check"]:
                self._check(folder)
            elif options["nightly"] is not None:
                told(_said(nightly_export(folder, keep=max(options["nightly"], 1), told=told)))
            else:
                told(_said(make_export(folder, recorded_by=options["recorded_by"], told=told)))
        except (BadSource, InUse, OSError, Refused) as error:
            raise CommandError(str(error)) from error

    def _check(self, folder: Path) -> None:
        """One export, or all in a folder of exports."""
        exports = [folder] if (folder / MANIFEST).is_file() else all_in(folder)
        if not exports:
            raise BadSource(f"there is no export in {folder}")
        faults = [f"{export.name}/{fault}" for export in exports for fault in faults_of(export)]
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} files are not as they were exported")
        self.stdout.write(f"{len(exports)} exports: every file is as it was exported")


def _said(made: Path | None) -> str:
    if made is None:
        return "there is an export of today already, or another process is writing one"
    note_written(made, bytes=sum(each.stat().st_size for each in made.iterdir() if each.is_file()))
    return f"written: {made}"
