"""Where a migration keeps the publication dates that it makes unknown, and facts in order of publication."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('procurement', '0020_match_keys_unique'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DefaultedDate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fact_table', models.CharField(max_length=63)),
                ('fact_id', models.BigIntegerField()),
                ('published_on', models.DateField()),
            ],
        ),
        migrations.AddIndex(
            model_name='completeness',
            index=models.Index(fields=['published_on', 'id'], name='completeness_pub'),
        ),
        migrations.AddIndex(
            model_name='contractparty',
            index=models.Index(fields=['published_on', 'id'], name='contractparty_pub'),
        ),
        migrations.AddIndex(
            model_name='contractstatuschange',
            index=models.Index(fields=['published_on', 'id'], name='contractstatuschange_pub'),
        ),
        migrations.AddIndex(
            model_name='guarantee',
            index=models.Index(fields=['published_on', 'id'], name='guarantee_pub'),
        ),
        migrations.AddIndex(
            model_name='ledgerentry',
            index=models.Index(fields=['published_on', 'id'], name='ledgerentry_pub'),
        ),
        migrations.AddIndex(
            model_name='liabilityestimate',
            index=models.Index(fields=['published_on', 'id'], name='liabilityestimate_pub'),
        ),
        migrations.AddIndex(
            model_name='milestone',
            index=models.Index(fields=['published_on', 'id'], name='milestone_pub'),
        ),
        migrations.AddIndex(
            model_name='programallocation',
            index=models.Index(fields=['published_on', 'id'], name='programallocation_pub'),
        ),
        migrations.AddIndex(
            model_name='programlink',
            index=models.Index(fields=['published_on', 'id'], name='programlink_pub'),
        ),
        migrations.AddIndex(
            model_name='reportedfigure',
            index=models.Index(fields=['published_on', 'id'], name='figure_published'),
        ),
        migrations.AddIndex(
            model_name='statuschange',
            index=models.Index(fields=['published_on', 'id'], name='statuschange_pub'),
        ),
        migrations.AddConstraint(
            model_name='defaulteddate',
            constraint=models.UniqueConstraint(fields=('fact_table', 'fact_id'), name='defaulteddate_once_per_fact'),
        ),
    ]
