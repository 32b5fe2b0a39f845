"""Make a backup."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from procurement.common.dated_folders import InUse, all_in
from procurement.common.errors import BadSource, Refused
from procurement.management.arguments import above_zero
from procurement.recovery.folder import keep_newest, lack_of, note_failed_trial
from procurement.recovery.making import make_backup
from procurement.recovery.manifest import Manifest
from procurement.recovery.restoring import try_backup
from procurement.signs.noting import note_work


class Command(BaseCommand):
    """`manage.py backup FOLDER`: exit status 1 where it failed, or is not whole (docs/recovery.md)."""

    help = "Write a backup: a dump of one moment and the kept files that its rows name, while the service runs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="where backups are, each in a folder of its own")
        parser.add_argument(
            "--keep", type=above_zero, metavar="N", help="afterwards keep the N newest and remove others"
        )
        parser.add_argument(
            "--verify", action="store_true", help="restore it into a server of its own, and verify that"
        )
        parser.add_argument("--list", action="store_true", help="list the backups of the folder; write nothing")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        folder = folder.resolve()
        if options["list"]:
            self._list(folder)
            return
        try:
            self._make(folder, keep=options["keep"], on_trial=options["verify"])
        except (BadSource, InUse, OSError, Refused) as error:
            note_work("backup", is_well=False)
            raise CommandError(str(error)) from error

    def _make(self, folder: Path, *, keep: int | None, on_trial: bool) -> None:
        """Older backups are removed only when the new one is whole and, where that is asked for, was restored."""
        made = make_backup(folder, told=self.stdout.write)
        if on_trial:
            self._try(made)
        self.stdout.write(f"written: {made}")
        manifest = Manifest.read(made)
        wrong = manifest.missing + manifest.rescued
        note_work("backup", is_well=not wrong)
        if wrong:
            said = f"{len(wrong)} kept files are missing or damaged, so no backup was removed: {', '.join(wrong[:5])}"
            if manifest.rescued:
                said += f"; {len(manifest.rescued)} of them are in this backup: copy them back from there"
            raise CommandError(said)
        for name in keep_newest(folder, keep) if keep else ():
            self.stdout.write(f"removed: {name}")

    def _try(self, made: Path) -> None:
        try:
            try_backup(made, told=self.stdout.write)
        except BadSource as error:
            note_failed_trial(made, str(error))
            raise

    def _list(self, folder: Path) -> None:
        for each in all_in(folder):
            lack = lack_of(each)
            try:
                found = Manifest.read(each)
            except BadSource:
                self.stdout.write(f"{each.name}  NOT WHOLE: {lack}")
                continue
            rows = sum(found.rows.values())
            end = f"  NOT WHOLE: {lack}" if lack else ""
            self.stdout.write(f"{each.name}  version {found.version}  {rows} rows  {found.bytes} bytes{end}")
