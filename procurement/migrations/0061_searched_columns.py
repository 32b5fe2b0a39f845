"""What tables with many rows are searched by, folded, in a column that the database makes."""

from typing import ClassVar

from django.db import migrations

#: Tables, and what their column is made of.
SEARCHED = {
    "procurement_contract": ("reference", "title", "local_title", "ocid"),
    "procurement_organization": ("name", "local_name"),
    "procurement_organizationidentifier": ("value",),
    "procurement_document": ("title", "publisher", "url"),
}


def _added(table: str, columns: tuple[str, ...]) -> str:
    """The columns in lines, so that no word is found across two of them."""
    lines = " || E'\\n' || ".join(columns)
    return f"ALTER TABLE {table} ADD COLUMN searched text GENERATED ALWAYS AS (searchable({lines})) STORED"


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("procurement", "0060_search_folds")]
    operations: ClassVar[list[migrations.RunSQL]] = [
        migrations.RunSQL(_added(table, columns), f"ALTER TABLE {table} DROP COLUMN searched")
        for table, columns in SEARCHED.items()
    ]
