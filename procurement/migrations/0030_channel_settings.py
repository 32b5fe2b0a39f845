"""What a channel needs beside its address, by name."""

import django.db.models.expressions
import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('procurement', '0029_noted_by_statement'),
    ]

    operations = [
        migrations.AddField(
            model_name='channel',
            name='settings',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddConstraint(
            model_name='channel',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.Exact(models.Func('settings', function='jsonb_typeof', output_field=models.TextField()), 'object'), name='channel_settings_have_names'),
        ),
    ]
