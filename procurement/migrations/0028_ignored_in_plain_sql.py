"""Triggers ask in plain SQL whether they are ignored (common/triggers.py); back: as django-pgtrigger asks."""

from django.db import migrations

PLAIN = """
CREATE OR REPLACE FUNCTION "public"._pgtrigger_should_ignore(trigger_name name) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT trigger_name = ANY (NULLIF(current_setting('pgtrigger.ignore', true), '')::text[])
$$;
"""
LIBRARY = """
CREATE OR REPLACE FUNCTION "public"._pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN AS $$
    DECLARE
        _pgtrigger_ignore TEXT[];
        _result BOOLEAN;
    BEGIN
        BEGIN
            SELECT INTO _pgtrigger_ignore CURRENT_SETTING('pgtrigger.ignore');
            EXCEPTION WHEN OTHERS THEN
        END;
        IF _pgtrigger_ignore IS NOT NULL THEN
            SELECT trigger_name = ANY(_pgtrigger_ignore) INTO _result;
            RETURN _result;
        ELSE
            RETURN FALSE;
        END IF;
    END;
$$ LANGUAGE plpgsql VOLATILE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('procurement', '0027_ages_at_hand'),
    ]

    operations = [migrations.RunSQL(PLAIN, LIBRARY)]
