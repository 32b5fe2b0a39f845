"""Write our own templates for files that analysts fill in."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import models

from procurement.common.csv_lines import MARK, harmless, line
from procurement.contracts.models import Contract
from procurement.imports.blank_tables import blanks
from procurement.imports.files.sheet_writing import workbook
from procurement.imports.tables import TABLES
from procurement.parties.models import Organization
from procurement.programs.models import Program
from procurement.recorders import FACT_TABLES
from procurement.sources.models import Document

MODELS: dict[str, type[models.Model]] = {
    "organizations": Organization,
    "documents": Document,
    "programs": Program,
    "contracts": Contract,
    **{table.name: table.model for table in FACT_TABLES},
}


class Command(BaseCommand):
    """`manage.py write_templates FOLDER`."""

    help = (
        "Write a template for each table (TABLE.csv), and all of them as one workbook (templates.xlsx), into a folder."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="made if it is not there")

    def handle(self, *_args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        folder.mkdir(parents=True, exist_ok=True)
        sheets = blanks({name: choices(name) for name in TABLES})
        for name, rows in sheets.items():
            lines = [line([harmless(cell) for cell in cells]) for cells in rows]
            (folder / f"{name}.csv").write_bytes(MARK + b"".join(lines))
        (folder / "templates.xlsx").write_bytes(workbook(sheets))
        self.stdout.write(f"{len(sheets)} templates, and templates.xlsx with all of them, are in {folder}")


def choices(table: str) -> dict[str, list[str]]:
    """The values that the coded fields of a table accept, by field."""
    columns = {name: field.column or name for name, field in TABLES[table].fields.items()}
    stored = {field.name: field for field in MODELS[table]._meta.get_fields() if isinstance(field, models.Field)}
    return {
        name: [value for value, _ in stored[column].flatchoices if value]
        for name, column in columns.items()
        if column in stored and stored[column].choices
    }
