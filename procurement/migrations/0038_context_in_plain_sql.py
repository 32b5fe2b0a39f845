"""History asks for its context without a subtransaction for each row, which slows a long transaction down with each row.

As 0028 did for triggers that ask whether they are ignored. Back: as django-pghistory asks.
"""

from django.db import migrations

#: An empty setting is one that an earlier transaction of the session had.
PLAIN = """
CREATE OR REPLACE FUNCTION _pgh_attach_context() RETURNS uuid LANGUAGE plpgsql AS $$
    DECLARE
        context uuid := NULLIF(current_setting('pghistory.context_id', true), '');
        said jsonb := NULLIF(current_setting('pghistory.context_metadata', true), '');
    BEGIN
        IF context IS NULL OR said IS NULL THEN
            RETURN NULL;
        END IF;
        INSERT INTO pghistory_context AS c (id, metadata, created_at, updated_at) VALUES (context, said, now(), now())
            ON CONFLICT (id) DO UPDATE SET metadata = EXCLUDED.metadata, updated_at = EXCLUDED.updated_at
             WHERE c.metadata <> EXCLUDED.metadata;
        RETURN context;
    END;
$$;
"""


def ask_plainly(apps, schema_editor):
    schema_editor.execute(PLAIN)


def ask_as_the_library(apps, schema_editor):
    from pghistory.models import Context

    Context.install_pgh_attach_context_func(using=schema_editor.connection.alias)


class Migration(migrations.Migration):

    dependencies = [
        ('pghistory', '0007_auto_20250421_0444'),
        ('procurement', '0036_due_by_program'),
    ]

    operations = [migrations.RunPython(ask_plainly, ask_as_the_library)]
