"""What was recorded before there were kept totals is not in them: say so, and the first fold puts it there."""

from django.db import migrations

MARK = """
INSERT INTO procurement_stalemark (kind, key)
SELECT 'everything', 0 WHERE EXISTS (SELECT FROM procurement_contract)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('procurement', '0010_totals'),
    ]

    operations = [
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
    ]
