"""A contract that holds amounts keeps their currency, whoever asks."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('procurement', '0024_acceptances_prolonged'),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name='contract',
            trigger=pgtrigger.compiler.Trigger(name='keep_currency', sql=pgtrigger.compiler.UpsertTriggerSql(func="\nIF NEW.currency IS DISTINCT FROM OLD.currency THEN\n    PERFORM FROM procurement_contract WHERE id = OLD.id FOR UPDATE;\n    IF EXISTS (SELECT h.name FROM procurement_contract c CROSS JOIN LATERAL (SELECT 'ledger entries' WHERE EXISTS (SELECT FROM procurement_ledgerentry f WHERE f.contract_id = c.id AND true)\nUNION ALL SELECT 'milestones' WHERE EXISTS (SELECT FROM procurement_milestone f WHERE f.contract_id = c.id AND f.amount IS NOT NULL)\nUNION ALL SELECT 'liability estimates' WHERE EXISTS (SELECT FROM procurement_liabilityestimate f WHERE f.contract_id = c.id AND num_nonnulls(f.low, f.point, f.high) > 0)\nUNION ALL SELECT 'guarantees' WHERE EXISTS (SELECT FROM procurement_guarantee f WHERE f.contract_id = c.id AND true)\nUNION ALL SELECT 'reported figures' WHERE EXISTS (SELECT FROM procurement_reportedfigure f WHERE f.contract_id = c.id AND num_nonnulls(f.amount, f.low, f.high) > 0 AND f.currency = c.currency)) h (name) WHERE c.id = OLD.id) THEN\n        RAISE EXCEPTION 'contract % holds amounts in %; its currency cannot change', OLD.id, OLD.currency\n            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'contract_keeps_its_currency';\n    END IF;\nEND IF;\nRETURN NEW;\n", hash='ee8073af9d058c7b612f70c1f94d93c6d83e2d2e', operation='UPDATE OF "currency"', pgid='pgtrigger_keep_currency_39710', table='procurement_contract', when='BEFORE')),
        ),
    ]
