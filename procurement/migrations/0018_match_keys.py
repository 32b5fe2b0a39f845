"""What references and identifiers are compared by, beside what they are written as."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('procurement', '0017_presumed_after_two_years'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='contract',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='contract',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='organizationidentifier',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='organizationidentifier',
            name='update_update',
        ),
        migrations.AddField(
            model_name='contract',
            name='reference_key',
            field=models.CharField(default='', editable=False, help_text='the normalised one, for matching', max_length=300),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='contractevent',
            name='reference_key',
            field=models.CharField(default='', editable=False, help_text='the normalised one, for matching', max_length=300),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='organizationidentifier',
            name='scheme_key',
            field=models.CharField(default='', editable=False, help_text='the normalised scheme, for matching', max_length=300),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='organizationidentifier',
            name='value_key',
            field=models.CharField(default='', editable=False, help_text='the normalised value, for matching', max_length=300),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='organizationidentifierevent',
            name='scheme_key',
            field=models.CharField(default='', editable=False, help_text='the normalised scheme, for matching', max_length=300),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='organizationidentifierevent',
            name='value_key',
            field=models.CharField(default='', editable=False, help_text='the normalised value, for matching', max_length=300),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name='organizationidentifier',
            name='value',
            field=models.CharField(help_text='as its scheme writes it', max_length=120),
        ),
        migrations.AlterField(
            model_name='organizationidentifierevent',
            name='value',
            field=models.CharField(help_text='as its scheme writes it', max_length=120),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='contract',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "procurement_contractevent" ("buyer_id", "created_at", "currency", "description", "ends_on", "ends_precision", "entered_by_id", "id", "is_remainder", "local_title", "method", "ocid", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference", "reference_generated", "reference_key", "signed_on", "signed_precision", "source_id", "starts_on", "title") VALUES (NEW."buyer_id", NEW."created_at", NEW."currency", NEW."description", NEW."ends_on", NEW."ends_precision", NEW."entered_by_id", NEW."id", NEW."is_remainder", NEW."local_title", NEW."method", NEW."ocid", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reference", NEW."reference_generated", NEW."reference_key", NEW."signed_on", NEW."signed_precision", NEW."source_id", NEW."starts_on", NEW."title"); RETURN NULL;', hash='246f4a6ffcbb3e43ec7708a4b2b778c350015580', operation='INSERT', pgid='pgtrigger_insert_insert_1793a', table='procurement_contract', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='contract',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "procurement_contractevent" ("buyer_id", "created_at", "currency", "description", "ends_on", "ends_precision", "entered_by_id", "id", "is_remainder", "local_title", "method", "ocid", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference", "reference_generated", "reference_key", "signed_on", "signed_precision", "source_id", "starts_on", "title") VALUES (NEW."buyer_id", NEW."created_at", NEW."currency", NEW."description", NEW."ends_on", NEW."ends_precision", NEW."entered_by_id", NEW."id", NEW."is_remainder", NEW."local_title", NEW."method", NEW."ocid", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reference", NEW."reference_generated", NEW."reference_key", NEW."signed_on", NEW."signed_precision", NEW."source_id", NEW."starts_on", NEW."title"); RETURN NULL;', hash='0406326fda77ccdc9d88e805e4e748d201fdb858', operation='UPDATE', pgid='pgtrigger_update_update_bc253', table='procurement_contract', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='organizationidentifier',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "procurement_organizationidentifierevent" ("created_at", "entered_by_id", "id", "organization_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "scheme", "scheme_key", "value", "value_key") VALUES (NEW."created_at", NEW."entered_by_id", NEW."id", NEW."organization_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."scheme", NEW."scheme_key", NEW."value", NEW."value_key"); RETURN NULL;', hash='a0981f72f14419ccd945b4d2aaaa20e4e8c432a8', operation='INSERT', pgid='pgtrigger_insert_insert_b449b', table='procurement_organizationidentifier', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='organizationidentifier',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "procurement_organizationidentifierevent" ("created_at", "entered_by_id", "id", "organization_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "scheme", "scheme_key", "value", "value_key") VALUES (NEW."created_at", NEW."entered_by_id", NEW."id", NEW."organization_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."scheme", NEW."scheme_key", NEW."value", NEW."value_key"); RETURN NULL;', hash='428ad8a99eb866f824bf7018ff5d91e5ad193881', operation='UPDATE', pgid='pgtrigger_update_update_5d303', table='procurement_organizationidentifier', when='AFTER')),
        ),
    ]
