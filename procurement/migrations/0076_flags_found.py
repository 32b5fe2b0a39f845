"""Indexes by which flags are found by what is Japanese in their summaries, and by their owners."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Upper

#: As 0071 has them of other tables; summaries in ASCII take no room in it.
RUNS = """
CREATE INDEX CONCURRENTLY flag_letter_runs ON procurement_flag USING gin (letter_runs(searchable(summary)))
WHERE octet_length(searchable(summary)) <> char_length(searchable(summary))
"""


class Migration(migrations.Migration):
    atomic = False  # as the indexes are made while others write

    dependencies = [("procurement", "0075_delivery")]

    operations = [
        migrations.RunSQL(RUNS, "DROP INDEX flag_letter_runs"),
        AddIndexConcurrently(
            model_name="flag",
            index=models.Index(Upper("owner"), condition=~models.Q(owner=""), name="flag_by_owner"),
        ),
    ]
