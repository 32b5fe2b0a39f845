"""What files said of ends and names, doubtful matches, and more keys by which organizations are looked for."""

import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("procurement", "0043_organization_links"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DoubtfulMatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('why', models.CharField(choices=[('identifiers', 'One name in one country, but no identifier joins them'), ('local_name', 'The name in one language is a name of the other one'), ('place', "An identifier of a place is the other one's"), ('country', 'One name, in another country or without one'), ('legal_form', 'One name but for the legal form'), ('similar', 'Similar names')], max_length=12)),
                ('similarity', models.DecimalField(decimal_places=3, default=1, help_text='of the names, up to 1', max_digits=4)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('state', models.CharField(choices=[('open', 'Open: a person must decide'), ('same', 'The same organization'), ('different', 'Two organizations')], default='open', max_length=9)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('note', models.TextField(blank=True, default='')),
            ],
            options={
                'verbose_name_plural': 'doubtful matches',
            },
        ),
        migrations.CreateModel(
            name='GivenName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('before', models.CharField(max_length=300)),
                ('after', models.CharField(max_length=300)),
                ('standing', models.CharField(blank=True, choices=[('', 'Stands'), ('taken_back', 'Taken back'), ('left', 'Taken back, but what it changed was left, because a person has changed it since')], default='', max_length=10)),
            ],
        ),
        migrations.CreateModel(
            name='StatedEnd',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('said_on', models.DateField(help_text='the day of the record that says so, if it is known', null=True)),
                ('ends_on', models.DateField(null=True)),
                ('ends_precision', models.CharField(default='day', max_length=12)),
                ('is_update', models.BooleanField(default=False)),
                ('replaced_on', models.DateField(null=True)),
                ('replaced_precision', models.CharField(default='day', max_length=12)),
                ('standing', models.CharField(blank=True, choices=[('', 'Stands'), ('taken_back', 'Taken back'), ('left', 'Taken back, but what it changed was left, because a person has changed it since')], default='', max_length=10)),
            ],
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='organization',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='organization',
            name='update_update',
        ),
        migrations.AddField(
            model_name='organization',
            name='bare_key',
            field=models.CharField(db_default='', default='', editable=False, max_length=300),
        ),
        migrations.AddField(
            model_name='organization',
            name='local_key',
            field=models.CharField(db_default='', default='', editable=False, max_length=300),
        ),
        migrations.AddField(
            model_name='organizationevent',
            name='bare_key',
            field=models.CharField(db_default='', default='', editable=False, max_length=300),
        ),
        migrations.AddField(
            model_name='organizationevent',
            name='local_key',
            field=models.CharField(db_default='', default='', editable=False, max_length=300),
        ),
        migrations.AddIndex(
            model_name='contract',
            index=models.Index(condition=models.Q(('reference_key__startswith', 'cont_')), fields=['reference_key'], name='contract_by_unique_key'),
        ),
        migrations.AddIndex(
            model_name='organization',
            index=models.Index(fields=['local_key', 'country'], name='organization_match_local'),
        ),
        migrations.AddIndex(
            model_name='organization',
            index=models.Index(django.db.models.functions.text.Left('bare_key', 6), name='organization_near'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='organization',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "procurement_organizationevent" ("bare_key", "country", "created_at", "entered_by_id", "id", "kind", "local_key", "local_name", "match_key", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "withdrawn_at") VALUES (NEW."bare_key", NEW."country", NEW."created_at", NEW."entered_by_id", NEW."id", NEW."kind", NEW."local_key", NEW."local_name", NEW."match_key", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."withdrawn_at"); RETURN NULL;', hash='9efe41de35fa2e428ee3e6053eeb8a5099a86ce2', operation='INSERT', pgid='pgtrigger_insert_insert_2bc2e', table='procurement_organization', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='organization',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "procurement_organizationevent" ("bare_key", "country", "created_at", "entered_by_id", "id", "kind", "local_key", "local_name", "match_key", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "withdrawn_at") VALUES (NEW."bare_key", NEW."country", NEW."created_at", NEW."entered_by_id", NEW."id", NEW."kind", NEW."local_key", NEW."local_name", NEW."match_key", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."withdrawn_at"); RETURN NULL;', hash='0b70b539af3202b0dffd951fef006cee7a97cff9', operation='UPDATE', pgid='pgtrigger_update_update_3742b', table='procurement_organization', when='AFTER')),
        ),
        migrations.AddField(
            model_name='doubtfulmatch',
            name='batch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='doubtful_matches', to='procurement.importbatch'),
        ),
        migrations.AddField(
            model_name='doubtfulmatch',
            name='candidate',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='procurement.organization'),
        ),
        migrations.AddField(
            model_name='doubtfulmatch',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='doubtfulmatch',
            name='organization',
            field=models.ForeignKey(help_text='the newer one', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='procurement.organization'),
        ),
        migrations.AddField(
            model_name='givenname',
            name='batch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='procurement.importbatch'),
        ),
        migrations.AddField(
            model_name='givenname',
            name='organization',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='procurement.organization'),
        ),
        migrations.AddField(
            model_name='statedend',
            name='batch',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='procurement.importbatch'),
        ),
        migrations.AddField(
            model_name='statedend',
            name='contract',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='procurement.contract'),
        ),
        migrations.AddIndex(
            model_name='doubtfulmatch',
            index=models.Index(fields=['state', 'id'], name='doubtfulmatch_queue'),
        ),
        migrations.AddConstraint(
            model_name='doubtfulmatch',
            constraint=models.UniqueConstraint(django.db.models.functions.comparison.Least('organization', 'candidate'), django.db.models.functions.comparison.Greatest('organization', 'candidate'), name='doubtfulmatch_once'),
        ),
        migrations.AddConstraint(
            model_name='doubtfulmatch',
            constraint=models.CheckConstraint(condition=models.Q(('organization', models.F('candidate')), _negated=True), name='doubtfulmatch_of_two'),
        ),
        migrations.AddConstraint(
            model_name='doubtfulmatch',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='doubtfulmatch_decided_when'),
        ),
        migrations.AddIndex(
            model_name='statedend',
            index=models.Index(fields=['batch', 'id'], name='statedend_of_batch'),
        ),
    ]
