"""List the facts whose publication date was only a default, before a migration makes it unknown."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from procurement.common.csv_lines import harmless, line
from procurement.sources.defaulted import Defaulted, defaulted_dates
from procurement.sources.facts import fact_models


class Command(BaseCommand):
    """`manage.py list_defaulted_dates`: reads only, also from a database that is not migrated yet."""

    help = (
        "List, as CSV, every fact whose publication date is only the day its source was retrieved or it was recorded. "
        "The migration unknown_publication makes these dates unknown; run this before it."
    )
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """None: it lists all."""

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        self.stdout.write(line(Defaulted._fields).decode(), ending="")
        for model in fact_models():
            for row in defaulted_dates(model):
                self.stdout.write(line([harmless(str(value)) for value in row]).decode(), ending="")
                count += 1
        self.stderr.write(f"{count} facts whose publication date was only a default")
