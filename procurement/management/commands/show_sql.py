"""Print the SQL that the service runs, as it is run."""

from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from django.core.management.base import BaseCommand, CommandError

import procurement
from procurement.common.errors import Refused


class Command(BaseCommand):
    """`manage.py show_sql AREA ...`: one finished statement; `--write tests` renews the copies that tests compare.

    An area shows its statements in a module `shown_sql.py`: `add_arguments`, `statement` of the options, and `copies`,
    texts by name, of which there is a file each in `tests/AREA/statements/`.
    """

    help = "Print a finished statement of an area as it is sent to the database, with the names of its values."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--write", type=Path, metavar="TESTS", help="renew the copies under this folder instead")
        areas = parser.add_subparsers(dest="area", metavar="area")
        for name, module in shown_areas().items():
            module.add_arguments(areas.add_parser(name, help=f"of {name}"))

    def handle(self, *args: Any, **options: Any) -> None:
        if options["write"]:
            for path, text in copies(options["write"]):
                path.parent.mkdir(exist_ok=True)
                path.write_text(text)
        elif options["area"]:
            self.stdout.write(self._statement(options))
        else:
            raise CommandError(f"name an area; accepted: {', '.join(shown_areas())}")

    def _statement(self, options: Mapping[str, Any]) -> str:
        try:
            return tidy(shown_areas()[options["area"]].statement(options))
        except Refused as refused:
            raise CommandError("; ".join(said for each in refused.errors.values() for said in each)) from refused


def shown_areas() -> dict[str, ModuleType]:
    """The areas that show their statements, by name."""
    names = [f"procurement.{area.name}.shown_sql" for area in iter_modules(procurement.__path__) if area.ispkg]
    return {name.split(".")[1]: import_module(name) for name in names if find_spec(name)}


def copies(tests: Path) -> Iterator[tuple[Path, str]]:
    """Every copy: its file, and its text as it is now."""
    for area, module in shown_areas().items():
        for name, text in module.copies().items():
            yield tests / area / "statements" / f"{name}.sql", tidy(text)


def tidy(text: str) -> str:
    """A statement without blank lines and without blanks at the ends of lines."""
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip()) + "\n"
