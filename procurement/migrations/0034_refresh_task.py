"""The task that keeps totals in step is called what it does."""

from django.db import migrations

RENAME = """
UPDATE django_celery_beat_periodictask SET name = 'refresh-totals', task = 'procurement.tasks.refresh'
 WHERE task = 'procurement.tasks.fold'
   AND NOT EXISTS (SELECT FROM django_celery_beat_periodictask WHERE name = 'refresh-totals')
"""
BACK = """
UPDATE django_celery_beat_periodictask SET name = 'fold-totals', task = 'procurement.tasks.fold'
 WHERE task = 'procurement.tasks.refresh'
   AND NOT EXISTS (SELECT FROM django_celery_beat_periodictask WHERE name = 'fold-totals')
"""


class Migration(migrations.Migration):

    dependencies = [
        ('procurement', '0033_lines_of_a_day'),
        ('django_celery_beat', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL(RENAME, BACK),
    ]
