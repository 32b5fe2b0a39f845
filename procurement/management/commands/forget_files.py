"""Delete kept files of imports that ended long ago."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from procurement.common.clock import database_now
from procurement.imports.batches.forgetting import forget_files


class Command(BaseCommand):
    """`manage.py forget_files [--days N]`."""

    help = "Delete the kept files of which every import ended more than IMPORT_KEEP_DAYS days ago."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, help="instead of the setting IMPORT_KEEP_DAYS")

    def handle(self, *args: Any, **options: Any) -> None:
        days = settings.IMPORT_KEEP_DAYS if options["days"] is None else options["days"]
        if days <= 0:
            raise CommandError("imported files are kept for ever; set IMPORT_KEEP_DAYS, or give --days 1 or more")
        self.stdout.write(f"{forget_files(days=days, now=database_now())} files deleted")
