"""Indexes of runs of three letters, which find a word inside a text."""

from typing import ClassVar

from django.db import migrations

TABLES = ("contract", "organization", "organizationidentifier", "document")


class Migration(migrations.Migration):
    atomic = False  # as the indexes are made while others write
    dependencies: ClassVar[list[tuple[str, str]]] = [("procurement", "0061_searched_columns")]
    operations: ClassVar[list[migrations.RunSQL]] = [
        migrations.RunSQL(
            f"CREATE INDEX CONCURRENTLY {name}_searched ON procurement_{name} USING gin (searched gin_trgm_ops)",
            f"DROP INDEX {name}_searched",
        )
        for name in TABLES
    ]
