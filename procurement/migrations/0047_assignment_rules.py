"""Rules by which contracts without a program are assigned to one."""

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
        ("procurement", "0046_near_names_filled"),
        ('pghistory', '0007_auto_20250421_0444'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AssignmentRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('field', models.CharField(choices=[('title', 'Title'), ('local_title', 'Title in the original language'), ('description', 'Description'), ('reference', 'Reference'), ('weapon_system', 'Weapon-system code (US contract actions)'), ('buyer', 'Name of the buyer, in either language')], default='title', max_length=13)),
                ('test', models.CharField(choices=[('contains', 'Contains the text'), ('equals', 'Is the text'), ('regex', 'Matches the regular expression')], default='contains', max_length=8)),
                ('text', models.CharField(help_text='in any case and width of letters', max_length=200)),
                ('from_on', models.DateField(blank=True, help_text='contracts signed before are assigned from this day, others from signature', null=True)),
                ('is_on', models.BooleanField(default=False, help_text='imports apply it to the contracts that they make')),
                ('note', models.TextField(blank=True, default='')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='AssignmentRuleEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('field', models.CharField(choices=[('title', 'Title'), ('local_title', 'Title in the original language'), ('description', 'Description'), ('reference', 'Reference'), ('weapon_system', 'Weapon-system code (US contract actions)'), ('buyer', 'Name of the buyer, in either language')], default='title', max_length=13)),
                ('test', models.CharField(choices=[('contains', 'Contains the text'), ('equals', 'Is the text'), ('regex', 'Matches the regular expression')], default='contains', max_length=8)),
                ('text', models.CharField(help_text='in any case and width of letters', max_length=200)),
                ('from_on', models.DateField(blank=True, help_text='contracts signed before are assigned from this day, others from signature', null=True)),
                ('is_on', models.BooleanField(default=False, help_text='imports apply it to the contracts that they make')),
                ('note', models.TextField(blank=True, default='')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='assignmentrule',
            name='entered_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='assignmentrule',
            name='program',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignment_rules', to='procurement.program'),
        ),
        migrations.AddField(
            model_name='assignmentrule',
            name='source',
            field=models.ForeignKey(help_text='the source of each assignment', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='procurement.document'),
        ),
        migrations.AddField(
            model_name='assignmentruleevent',
            name='entered_by',
            field=models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='assignmentruleevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='assignmentruleevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='procurement.assignmentrule'),
        ),
        migrations.AddField(
            model_name='assignmentruleevent',
            name='program',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='procurement.program'),
        ),
        migrations.AddField(
            model_name='assignmentruleevent',
            name='source',
            field=models.ForeignKey(db_constraint=False, help_text='the source of each assignment', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='procurement.document'),
        ),
        migrations.AddConstraint(
            model_name='assignmentrule',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='assignmentrule_has_a_text'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assignmentrule',
            trigger=pgtrigger.compiler.Trigger(name='stamp_created_at', sql=pgtrigger.compiler.UpsertTriggerSql(func="\nPERFORM pg_current_xact_id();\nIF COALESCE(current_setting('procurement.stamp', true), '') = '' THEN\n    PERFORM set_config('procurement.stamp', clock_timestamp()::text, true);\nEND IF;\nNEW.created_at = current_setting('procurement.stamp')::timestamptz;\nRETURN NEW;\n", hash='62743297a63fad738cb1e8ef632889e317d00525', operation='INSERT', pgid='pgtrigger_stamp_created_at_7df83', table='procurement_assignmentrule', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assignmentrule',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "procurement_assignmentruleevent" ("created_at", "entered_by_id", "field", "from_on", "id", "is_on", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "program_id", "source_id", "test", "text") VALUES (NEW."created_at", NEW."entered_by_id", NEW."field", NEW."from_on", NEW."id", NEW."is_on", NEW."note", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."program_id", NEW."source_id", NEW."test", NEW."text"); RETURN NULL;', hash='a05c472aa9e16be6ab65990e7503cba9483a1f9c', operation='INSERT', pgid='pgtrigger_insert_insert_9c0f2', table='procurement_assignmentrule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assignmentrule',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "procurement_assignmentruleevent" ("created_at", "entered_by_id", "field", "from_on", "id", "is_on", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "program_id", "source_id", "test", "text") VALUES (NEW."created_at", NEW."entered_by_id", NEW."field", NEW."from_on", NEW."id", NEW."is_on", NEW."note", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."program_id", NEW."source_id", NEW."test", NEW."text"); RETURN NULL;', hash='7d3102b80f0a7238b6a462a8e8535d2f9e149570', operation='UPDATE', pgid='pgtrigger_update_update_e157a', table='procurement_assignmentrule', when='AFTER')),
        ),
    ]
