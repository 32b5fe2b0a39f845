"""What facts leave to re-checks and kept totals is noted once for all rows of a statement, not row by row."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('procurement', '0028_ignored_in_plain_sql'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='completeness',
            name='leave_recheck',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='contractparty',
            name='leave_recheck',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='contractstatuschange',
            name='leave_recheck',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='guarantee',
            name='leave_recheck',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='ledgerentry',
            name='leave_recheck',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='liabilityestimate',
            name='leave_recheck',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='milestone',
            name='leave_recheck',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='programallocation',
            name='leave_recheck',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='programlink',
            name='leave_recheck',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='reportedfigure',
            name='leave_recheck',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='statuschange',
            name='leave_recheck',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='completeness',
            trigger=pgtrigger.compiler.Trigger(name='leave_recheck', sql=pgtrigger.compiler.UpsertTriggerSql(func="\nINSERT INTO procurement_recheck (fact_table, fact_id, program_id, contract_id, recorded_at, historical)\nSELECT TG_TABLE_NAME, n.id, NULL, n.contract_id, n.recorded_at,\n       COALESCE(current_setting('procurement.historical', true), '') = 'on'\n  FROM new_rows n ORDER BY n.id;\nINSERT INTO procurement_stalemark (kind, key) SELECT DISTINCT 'contract', n.contract_id FROM new_rows n WHERE true;\nRETURN NULL;\n", hash='c3be1f795b826030d62881eaf1cea713460d42ac', level='STATEMENT', operation='INSERT', pgid='pgtrigger_leave_recheck_5d785', referencing='REFERENCING NEW TABLE AS new_rows ', table='procurement_completeness', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='contractparty',
            trigger=pgtrigger.compiler.Trigger(name='leave_recheck', sql=pgtrigger.compiler.UpsertTriggerSql(func="\nINSERT INTO procurement_recheck (fact_table, fact_id, program_id, contract_id, recorded_at, historical)\nSELECT TG_TABLE_NAME, n.id, NULL, n.contract_id, n.recorded_at,\n       COALESCE(current_setting('procurement.historical', true), '') = 'on'\n  FROM new_rows n ORDER BY n.id;\nINSERT INTO procurement_stalemark (kind, key) SELECT DISTINCT 'contract', n.contract_id FROM new_rows n WHERE true;\nRETURN NULL;\n", hash='f3deb7e40232531e6796d8eb5e553c84fcec0a78', level='STATEMENT', operation='INSERT', pgid='pgtrigger_leave_recheck_82079', referencing='REFERENCING NEW TABLE AS new_rows ', table='procurement_contractparty', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='contractstatuschange',
            trigger=pgtrigger.compiler.Trigger(name='leave_recheck', sql=pgtrigger.compiler.UpsertTriggerSql(func="\nINSERT INTO procurement_recheck (fact_table, fact_id, program_id, contract_id, recorded_at, historical)\nSELECT TG_TABLE_NAME, n.id, NULL, n.contract_id, n.recorded_at,\n       COALESCE(current_setting('procurement.historical', true), '') = 'on'\n  FROM new_rows n ORDER BY n.id;\nINSERT INTO procurement_stalemark (kind, key) SELECT DISTINCT 'contract', n.contract_id FROM new_rows n WHERE true;\nRETURN NULL;\n", hash='8347802dc495105fa5a4983ebd93873c33601c4d', level='STATEMENT', operation='INSERT', pgid='pgtrigger_leave_recheck_6c249', referencing='REFERENCING NEW TABLE AS new_rows ', table='procurement_contractstatuschange', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='guarantee',
            trigger=pgtrigger.compiler.Trigger(name='leave_recheck', sql=pgtrigger.compiler.UpsertTriggerSql(func="\nINSERT INTO procurement_recheck (fact_table, fact_id, program_id, contract_id, recorded_at, historical)\nSELECT TG_TABLE_NAME, n.id, NULL, n.contract_id, n.recorded_at,\n       COALESCE(current_setting('procurement.historical', true), '') = 'on'\n  FROM new_rows n ORDER BY n.id;\nINSERT INTO procurement_stalemark (kind, key) SELECT DISTINCT 'contract', n.contract_id FROM new_rows n WHERE true;\nRETURN NULL;\n", hash='07a9843664f68991eabd42d5c1f90b9c0c202831', level='STATEMENT', operation='INSERT', pgid='pgtrigger_leave_recheck_e5b2f', referencing='REFERENCING NEW TABLE AS new_rows ', table='procurement_guarantee', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ledgerentry',
            trigger=pgtrigger.compiler.Trigger(name='leave_recheck', sql=pgtrigger.compiler.UpsertTriggerSql(func="\nINSERT INTO procurement_recheck (fact_table, fact_id, program_id, contract_id, recorded_at, historical)\nSELECT TG_TABLE_NAME, n.id, NULL, n.contract_id, n.recorded_at,\n       COALESCE(current_setting('procurement.historical', true), '') = 'on'\n  FROM new_rows n ORDER BY n.id;\nINSERT INTO procurement_stalemark (kind, key) SELECT DISTINCT 'contract', n.contract_id FROM new_rows n WHERE true;\nRETURN NULL;\n", hash='071e06247b246e37b64fa3d1b890da2082cc438f', level='STATEMENT', operation='INSERT', pgid='pgtrigger_leave_recheck_cf862', referencing='REFERENCING NEW TABLE AS new_rows ', table='procurement_ledgerentry', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='liabilityestimate',
            trigger=pgtrigger.compiler.Trigger(name='leave_recheck', sql=pgtrigger.compiler.UpsertTriggerSql(func="\nINSERT INTO procurement_recheck (fact_table, fact_id, program_id, contract_id, recorded_at, historical)\nSELECT TG_TABLE_NAME, n.id, NULL, n.contract_id, n.recorded_at,\n       COALESCE(current_setting('procurement.historical', true), '') = 'on'\n  FROM new_rows n ORDER BY n.id;\nINSERT INTO procurement_stalemark (kind, key) SELECT DISTINCT 'contract', n.contract_id FROM new_rows n WHERE true;\nRETURN NULL;\n", hash='07c1085e48c84461c76a258173291d3119e8a80d', level='STATEMENT', operation='INSERT', pgid='pgtrigger_leave_recheck_8ccd1', referencing='REFERENCING NEW TABLE AS new_rows ', table='procurement_liabilityestimate', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='milestone',
            trigger=pgtrigger.compiler.Trigger(name='leave_recheck', sql=pgtrigger.compiler.UpsertTriggerSql(func="\nINSERT INTO procurement_recheck (fact_table, fact_id, program_id, contract_id, recorded_at, historical)\nSELECT TG_TABLE_NAME, n.id, NULL, n.contract_id, n.recorded_at,\n       COALESCE(current_setting('procurement.historical', true), '') = 'on'\n  FROM new_rows n ORDER BY n.id;\nINSERT INTO procurement_stalemark (kind, key) SELECT DISTINCT 'contract', n.contract_id FROM new_rows n WHERE true;\nRETURN NULL;\n", hash='3f06f4a3aabe5f03523d8f8d572963445774efcd', level='STATEMENT', operation='INSERT', pgid='pgtrigger_leave_recheck_a8ea5', referencing='REFERENCING NEW TABLE AS new_rows ', table='procurement_milestone', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='programallocation',
            trigger=pgtrigger.compiler.Trigger(name='leave_recheck', sql=pgtrigger.compiler.UpsertTriggerSql(func="\nINSERT INTO procurement_recheck (fact_table, fact_id, program_id, contract_id, recorded_at, historical)\nSELECT TG_TABLE_NAME, n.id, n.program_id, n.contract_id, n.recorded_at,\n       COALESCE(current_setting('procurement.historical', true), '') = 'on'\n  FROM new_rows n ORDER BY n.id;\nINSERT INTO procurement_stalemark (kind, key) SELECT DISTINCT 'contract', n.contract_id FROM new_rows n WHERE true;\nRETURN NULL;\n", hash='e481c339a153f93d16f6700c24b60ca8d1e2ea83', level='STATEMENT', operation='INSERT', pgid='pgtrigger_leave_recheck_02cc3', referencing='REFERENCING NEW TABLE AS new_rows ', table='procurement_programallocation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='programlink',
            trigger=pgtrigger.compiler.Trigger(name='leave_recheck', sql=pgtrigger.compiler.UpsertTriggerSql(func="\nINSERT INTO procurement_recheck (fact_table, fact_id, program_id, contract_id, recorded_at, historical)\nSELECT TG_TABLE_NAME, n.id, n.program_id, NULL, n.recorded_at,\n       COALESCE(current_setting('procurement.historical', true), '') = 'on'\n  FROM new_rows n ORDER BY n.id;\n\nRETURN NULL;\n", hash='9755ac61a6e96e7703fe2c4383769cabbf864464', level='STATEMENT', operation='INSERT', pgid='pgtrigger_leave_recheck_1872c', referencing='REFERENCING NEW TABLE AS new_rows ', table='procurement_programlink', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportedfigure',
            trigger=pgtrigger.compiler.Trigger(name='leave_recheck', sql=pgtrigger.compiler.UpsertTriggerSql(func="\nINSERT INTO procurement_recheck (fact_table, fact_id, program_id, contract_id, recorded_at, historical)\nSELECT TG_TABLE_NAME, n.id, n.program_id, n.contract_id, n.recorded_at,\n       COALESCE(current_setting('procurement.historical', true), '') = 'on'\n  FROM new_rows n ORDER BY n.id;\nINSERT INTO procurement_stalemark (kind, key) SELECT DISTINCT 'contract', n.contract_id FROM new_rows n WHERE n.contract_id IS NOT NULL;\nRETURN NULL;\n", hash='67b336be46daeb0a5ee38c69263aac44278c56d0', level='STATEMENT', operation='INSERT', pgid='pgtrigger_leave_recheck_ace53', referencing='REFERENCING NEW TABLE AS new_rows ', table='procurement_reportedfigure', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statuschange',
            trigger=pgtrigger.compiler.Trigger(name='leave_recheck', sql=pgtrigger.compiler.UpsertTriggerSql(func="\nINSERT INTO procurement_recheck (fact_table, fact_id, program_id, contract_id, recorded_at, historical)\nSELECT TG_TABLE_NAME, n.id, n.program_id, NULL, n.recorded_at,\n       COALESCE(current_setting('procurement.historical', true), '') = 'on'\n  FROM new_rows n ORDER BY n.id;\nINSERT INTO procurement_stalemark (kind, key) SELECT DISTINCT 'program', n.program_id FROM new_rows n WHERE n.kind = 'decision';\nRETURN NULL;\n", hash='3ff8deaedd3d1e2ea02a05097f78195b1e97be1a', level='STATEMENT', operation='INSERT', pgid='pgtrigger_leave_recheck_5a7cc', referencing='REFERENCING NEW TABLE AS new_rows ', table='procurement_statuschange', when='AFTER')),
        ),
    ]
