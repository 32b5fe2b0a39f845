"""Restore a backup."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from procurement.common.errors import BadSource, Refused
from procurement.management.arguments import above_zero
from procurement.recovery.restoring import checked, restore


class Command(BaseCommand):
    """`manage.py restore BACKUP`: exit status 1 where it was refused, failed or does not verify (docs/recovery.md)."""

    help = "Restore a backup into an empty database, migrate, make totals anew, and verify. Stop the service first."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("backup", type=Path, help="the folder of one backup")
        parser.add_argument("--replace", action="store_true", help="first DROP ALL that the database holds")
        parser.add_argument("--check", action="store_true", help="compare the files with their sums; change nothing")
        parser.add_argument("--jobs", type=above_zero, default=2, help="connections that work at once (2)")

    def handle(self, *args: Any, backup: Path, **options: Any) -> None:
        backup = backup.resolve()
        try:
            if options["check"]:
                self.stdout.write(f"{len(checked(backup).files)} files are as they were written")
            else:
                restore(backup, replace=options["replace"], jobs=options["jobs"], told=self.stdout.write)
                self.stdout.write(f"restored: {backup}")
        except (BadSource, OSError, Refused) as error:
            raise CommandError(str(error)) from error
