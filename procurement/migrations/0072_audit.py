"""The audit log, and names for events."""

import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


EVENTS = [
    ("status.changed", "Status of a program changed"),
    ("status.disputed", "Status of a program is disputed"),
    ("flag.opened", "Flag opened"),
    ("flag.escalated", "Flag became more severe"),
    ("flag.reopened", "Flag reopened"),
    ("flag.resolved", "Flag resolved"),
    ("contract.status_changed", "State of a contract changed"),
    ("figure.disputed", "Reported totals differ"),
    ("payment.due", "A payment falls due under a stop"),
    ("totals.differ", "Kept totals differ from the facts"),
]


class Migration(migrations.Migration):

    dependencies = [
        ('procurement', '0071_finding'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(choices=[('login', 'Logged in'), ('login_failed', 'Failed to log in'), ('logout', 'Logged out'), ('refused', 'Was refused a page'), ('export', 'Took rows as a file'), ('account_made', 'Made an account'), ('rights_changed', 'Changed the rights of an account'), ('password_set', 'Set a password'), ('group_changed', 'Changed what a group may do'), ('token_made', 'Made a token'), ('token_changed', 'Changed a token'), ('token_revoked', 'Revoked a token')], max_length=20)),
                ('about', models.CharField(blank=True, default='', help_text='the account, token, group or file', max_length=200)),
                ('details', models.JSONField(default=dict)),
                ('actor_name', models.CharField(blank=True, default='', help_text='as it was then', max_length=150)),
                ('address', models.CharField(blank=True, default='', help_text='of an IPv6 client, its network', max_length=60)),
                ('request_id', models.CharField(blank=True, default='', help_text='as in the answer and in the log', max_length=128)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('actor', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'audit entries',
                'indexes': [models.Index(fields=['actor', '-id'], name='auditentry_by_actor'), models.Index(fields=['act', '-id'], name='auditentry_by_act')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='auditentry',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="\nRAISE EXCEPTION 'table % is the audit log: % is refused; what is written there stays', TG_TABLE_NAME, TG_OP\n    USING ERRCODE = 'restrict_violation';\n", hash='d1f261b39f8a56593a5263651b850b71eea03fdd', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_df890', table='procurement_auditentry', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='auditentry',
            trigger=pgtrigger.compiler.Trigger(name='keep_all', sql=pgtrigger.compiler.UpsertTriggerSql(func="\nRAISE EXCEPTION 'table % is the audit log: % is refused; what is written there stays', TG_TABLE_NAME, TG_OP\n    USING ERRCODE = 'restrict_violation';\n", hash='d6b44b8847e36a1fe00d87afb4ba1428f7291b90', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_keep_all_c0163', table='procurement_auditentry', when='BEFORE')),
        ),
        migrations.AlterField(
            model_name='alert',
            name='event',
            field=models.CharField(choices=EVENTS, max_length=30),
        ),
    ]
