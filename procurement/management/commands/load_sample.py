"""Load the sample portfolio."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from procurement.common.errors import BadSource
from procurement.exposure.kept.refreshing import refresh
from procurement.imports.loading import load_folder
from procurement.imports.posting import Summary
from procurement.recorders import POSTING_ORDER


class Command(BaseCommand):
    """`manage.py load_sample`: exit status 1 when a row was refused."""

    help = "Load the portfolio files of a folder. Loading them again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The folder, and whether to look only."""
        parser.add_argument("--dir", type=Path, default=Path(settings.BASE_DIR) / "fixtures", help="folder of *.yaml")
        parser.add_argument("--check", action="store_true", help="say what would be refused, and store nothing")
        parser.add_argument("--no-rates", action="store_true", help="leave reference rates to load_ecb_rates")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Load, then print what was taken and what was refused; with reference rates where they are missing."""
        try:
            summary = load_folder(options["dir"], check=options["check"])
        except BadSource as error:
            raise CommandError(str(error)) from error
        for line in report(summary):
            self.stdout.write(line)
        if not options["no_rates"] and not options["check"]:
            self._load_rates()
        if not options["check"]:
            refresh()  # so that the first answers are fast; if this is killed, beat does it
        for issue in summary.issues:
            self.stderr.write(str(issue))
        if summary.issues:
            problems, rows = _many(len(summary.issues), "problem"), _many(summary.refused.total(), "row")
            raise CommandError(f"{problems}; {rows} refused")

    def _load_rates(self) -> None:
        """An unreadable cell of the packaged file is reported, but does not make the load fail."""
        try:
            call_command("load_ecb_rates", "--if-missing", stdout=self.stdout, stderr=self.stderr)
        except CommandError as error:
            self.stderr.write(str(error))


def _many(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def report(summary: Summary) -> list[str]:
    """One line per table, then the remarks."""
    counted = summary.taken + summary.repeated + summary.refused
    tables = [table for table in POSTING_ORDER if counted[table]]
    width = max((len(table) for table in tables), default=0)
    counts = [
        f"{table:<{width}}  {summary.taken[table]:>5} taken  {summary.repeated[table]:>5} repeated"
        f"  {summary.refused[table]:>5} refused"
        for table in tables
    ]
    return counts + [f"note: {remark}" for remark in summary.remarks]
