"""More that subscriptions select by, and reminders. What is stored goes on to hear of what it heard of."""

import django.contrib.postgres.fields
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('procurement', '0076_flags_found'),
    ]

    operations = [
        migrations.AddField(
            model_name='subscription',
            name='domains',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, db_default=[], default=list, help_text='only events about programs of these domains, e.g. missile_defence', size=None),
        ),
        migrations.AddField(
            model_name='subscription',
            name='from_statuses',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=26), blank=True, db_default=[], default=list, help_text='only changes of a status that was one of these before; other events are not affected', size=None),
        ),
        migrations.AddField(
            model_name='subscription',
            name='to_statuses',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=26), blank=True, db_default=[], default=list, help_text='only changes of a status that is one of these now; other events are not affected', size=None),
        ),
        migrations.AddField(
            model_name='subscription',
            name='with_group',
            field=models.BooleanField(db_default=False, default=True, help_text='also the other organizations of their groups', verbose_name='with their groups'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='with_related',
            field=models.BooleanField(db_default=False, default=True, help_text='also their parts and successors, and the parts and successors of those', verbose_name='with parts and successors'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='words',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, db_default=[], default=list, help_text='only events that mention one of these in their summary, the names of their programs, the reference or title of their contract, or what was said', size=None),
        ),
        migrations.AlterField(
            model_name='alert',
            name='event',
            field=models.CharField(choices=[('status.changed', 'Status of a program changed'), ('status.disputed', 'Status of a program is disputed'), ('flag.opened', 'Flag opened'), ('flag.escalated', 'Flag became more severe'), ('flag.reopened', 'Flag reopened'), ('flag.resolved', 'Flag resolved'), ('contract.status_changed', 'State of a contract changed'), ('figure.disputed', 'Reported totals differ'), ('payment.due', 'A payment falls due'), ('delivery.due', 'A delivery falls due'), ('expiring', 'A contract, a guarantee or the acceptance of a flag is about to end'), ('flag.still_open', 'Flag is still open, and nobody has acknowledged it'), ('totals.differ', 'Kept totals differ from the facts')], max_length=30),
        ),
        migrations.AlterField(
            model_name='subscription',
            name='events',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('status.changed', 'status.changed'), ('status.disputed', 'status.disputed'), ('flag.opened', 'flag.opened'), ('flag.escalated', 'flag.escalated'), ('flag.reopened', 'flag.reopened'), ('flag.resolved', 'flag.resolved'), ('contract.status_changed', 'contract.status_changed'), ('figure.disputed', 'figure.disputed'), ('payment.due', 'payment.due'), ('delivery.due', 'delivery.due'), ('expiring', 'expiring'), ('flag.still_open', 'flag.still_open'), ('totals.differ', 'totals.differ')], max_length=30), size=None),
        ),
        migrations.AlterField(
            model_name='subscription',
            name='min_outstanding',
            field=models.DecimalField(blank=True, decimal_places=4, help_text='only if so much is outstanding; other currencies are converted by the newest rates, and what is unknown or has no rate is not filtered out', max_digits=24, null=True),
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.CharField(choices=[('expiring', 'A contract, a guarantee or the acceptance of a flag is about to end'), ('flag.still_open', 'Flag is still open, and nobody has acknowledged it')], max_length=30)),
                ('origin_table', models.CharField(help_text='the table of the row that it is about', max_length=63)),
                ('origin_id', models.BigIntegerField()),
                ('day', models.DateField(help_text='the day on which it is due, or on which something ends')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('origin_table', 'origin_id', 'event', 'day'), name='reminder_once_per_row_and_day')],
            },
        ),
    ]
