"""Load the sample portfolio."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from procurement.common.errors import BadSource, Refused
from procurement.exposure.kept.refreshing import refresh
from procurement.imports.account import REFUSED, TAKEN, UNCHANGED, WAITING, Account
from procurement.imports.formats import all_formats
from procurement.imports.loading import Choice, load_folder
from procurement.imports.own_data import has_own_data
from procurement.recorders import POSTING_ORDER


class Command(BaseCommand):
    """`manage.py load_sample`: exit status 1 when a row was refused."""

    help = "Load the files of a folder that have a known format. Loading them again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The folder, and whether to look only."""
        parser.add_argument("--dir", type=Path, default=Path(settings.BASE_DIR) / "fixtures", help="the folder")
        parser.add_argument("--check", action="store_true", help="say what would be refused, and store nothing")
        parser.add_argument(
            "--format", default="", help=f"read all files in this format, instead of recognising each; {known()}"
        )
        parser.add_argument(
            "--option", action="append", default=[], metavar="NAME=VALUE", help="an option of the format"
        )
        parser.add_argument("--unless-own", action="store_true", help="load nothing beside data of somebody's own")
        parser.add_argument("--no-rates", action="store_true", help="leave reference rates to load_ecb_rates")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Load, then print what was taken and what was refused; with reference rates where they are missing."""
        if options["unless_own"] and has_own_data(options["dir"]):
            self.stdout.write("the sample is not loaded: there are data of your own")
            return
        try:
            choice = Choice(options["format"], options_in(options["option"]))
            account = load_folder(options["dir"], check=options["check"], choice=choice)
        except (BadSource, Refused) as error:
            raise CommandError(str(error)) from error
        for line in report(account):
            self.stdout.write(line)
        if not options["no_rates"] and not options["check"]:
            self._load_rates()
        if not options["check"]:
            refresh()  # so that the first answers are fast; if this is killed, beat does it
        for issue in account.issues:
            self.stderr.write(str(issue))
        if account.issues:
            problems, rows = _many(len(account.issues), "problem"), _many(account.refused.total(), "row")
            raise CommandError(f"{problems}; {rows} refused")

    def _load_rates(self) -> None:
        """An unreadable cell of the packaged file is reported, but does not make the load fail."""
        try:
            call_command("load_ecb_rates", "--if-missing", stdout=self.stdout, stderr=self.stderr)
        except CommandError as error:
            self.stderr.write(str(error))


def known() -> str:
    """The formats with their options."""
    options = {each.name: ", ".join(option.name for option in each.options) or "no options" for each in all_formats()}
    return "; ".join(f"{each.name}: {each.title}, {options[each.name]}" for each in all_formats())


def options_in(given: list[str]) -> dict[str, str]:
    """NAME=VALUE as a mapping. Raises Refused."""
    pairs = [each.partition("=") for each in given]
    if wrong := [name for name, equals, _ in pairs if not equals]:
        raise Refused({"option": f"“{wrong[0][:60]}” is not of the form NAME=VALUE"})
    return {name: value for name, _, value in pairs}


def _many(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def report(account: Account) -> list[str]:
    """One line per table, then the remarks."""
    tables = [table for table in POSTING_ORDER if account.read[table]]
    width = max((len(table) for table in tables), default=0)
    counts = [
        f"{table:<{width}}  {account.taken[table]:>5} taken  {account.unchanged[table]:>5} unchanged"
        f"  {account.refused[table]:>5} refused"
        + (f"  {waiting:>5} waiting" if (waiting := account.waiting[table]) else "")
        for table in tables
    ]
    total = sum(account.records.values())
    outcomes = (TAKEN, UNCHANGED, *([WAITING] if account.records[WAITING] else []), REFUSED)
    became = ", ".join(f"{account.records[outcome]} {outcome}" for outcome in outcomes)
    return [*counts, f"{_many(total, 'record')} read: {became}", *(f"note: {remark}" for remark in account.remarks)]
