"""Events for an acceptance that is given another last day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("procurement", "0023_how_old_it_is"),
    ]

    operations = [
        migrations.AlterField(
            model_name="flagevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("opened", "Opened"),
                    ("refreshed", "Refreshed"),
                    ("escalated", "Escalated"),
                    ("acknowledged", "Acknowledged"),
                    ("accepted", "Accepted"),
                    ("acceptance_prolonged", "Acceptance prolonged"),
                    ("acceptance_shortened", "Acceptance shortened"),
                    ("resolved", "Resolved"),
                    ("reopened", "Reopened"),
                ],
                max_length=24,
            ),
        ),
    ]
