"""Fill in the keys by which local names and near names of organizations are looked for."""

from typing import Any

from django.db import migrations

from procurement.parties.naming import bare_key, match_key

ROWS = 2000


def fill(apps: Any, schema_editor: Any) -> None:
    """Give every organization its keys; history looks away, as nothing that it knows of changes."""
    model = apps.get_model("procurement", "Organization")
    table = schema_editor.quote_name(model._meta.db_table)
    schema_editor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    rows = []
    for row in model.objects.only("name", "local_name").iterator(chunk_size=ROWS):
        row.local_key, row.bare_key = match_key(row.local_name), bare_key(row.name)
        rows.append(row)
        if len(rows) == ROWS:
            model.objects.bulk_update(rows, ["local_key", "bare_key"])
            rows = []
    model.objects.bulk_update(rows, ["local_key", "bare_key"])
    schema_editor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


class Migration(migrations.Migration):

    dependencies = [
        ("procurement", "0045_later_news"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
