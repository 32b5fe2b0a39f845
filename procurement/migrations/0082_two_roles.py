"""What the service's role needs of the owner: an unforgeable moment, and room for totals that are made anew.

The functions run with the owner's rights. Their search_path is fixed, so nothing of a session's own stands in for what
they name; who may call them is granted after each migrate (common/granting.py).
"""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

# Settings of a session are its own to change, and so cannot hold the moment of a transaction. What a session last drew
# from a sequence can: only the owner may draw from or set these two, and each session has its own last number. The
# setting only says that there is one, as currval() fails before; where it lies, another moment is taken, later than
# the id of the transaction too. Not the clock of the transaction: a horizon (sources/horizon.py) may be past that.
MOMENT = """
CREATE UNLOGGED SEQUENCE procurement_moment_xact;
CREATE UNLOGGED SEQUENCE procurement_moment_at;
CREATE FUNCTION procurement_moment() RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    xact bigint := pg_current_xact_id()::text::bigint;
    moment bigint;
BEGIN
    IF current_setting('procurement.stamp', true) = xact::text THEN
        IF currval('public.procurement_moment_xact'::regclass) = xact THEN
            RETURN timestamptz 'epoch' + currval('public.procurement_moment_at'::regclass) * interval '1 microsecond';
        END IF;
    END IF;
    moment := (extract(epoch FROM clock_timestamp()) * 1000000)::bigint;
    PERFORM setval('public.procurement_moment_at'::regclass, moment);
    PERFORM setval('public.procurement_moment_xact'::regclass, xact);
    PERFORM set_config('procurement.stamp', xact::text, true);
    RETURN timestamptz 'epoch' + moment * interval '1 microsecond';
END $$;
"""
NO_MOMENT = """
DROP FUNCTION procurement_moment();
DROP SEQUENCE procurement_moment_at;
DROP SEQUENCE procurement_moment_xact;
"""

# Lines and totals are derived. Making them anew needs new tables, indexes and a change of names (exposure/kept/
# rebuilding.py), and nothing else of what an owner may.
ANEW = """
CREATE FUNCTION procurement_make_anew() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    kept text;
    granted record;
BEGIN
    FOREACH kept IN ARRAY ARRAY['procurement_line', 'procurement_total'] LOOP
        EXECUTE format('DROP TABLE IF EXISTS public.%I', kept || '_anew');
        EXECUTE format(
            'CREATE TABLE public.%I (LIKE public.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING IDENTITY)',
            kept || '_anew', kept
        );
        FOR granted IN
            SELECT acl.privilege_type, CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE acl.grantee::regrole::text END AS role
              FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) acl
             WHERE c.oid = format('public.%I', kept)::regclass AND acl.grantee <> c.relowner
        LOOP
            EXECUTE format('GRANT %s ON public.%I TO %s', granted.privilege_type, kept || '_anew', granted.role);
        END LOOP;
    END LOOP;
END $$;

CREATE FUNCTION procurement_index_anew(named text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found record;
BEGIN
    SELECT i.relname AS name, t.relname AS kept, x.indisunique AS is_unique,
           regexp_replace(pg_get_indexdef(i.oid), '^.*? USING ', '') AS how
      INTO STRICT found
      FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
     WHERE i.relname = named AND t.oid IN ('public.procurement_line'::regclass, 'public.procurement_total'::regclass);
    EXECUTE format(
        'CREATE %s INDEX %I ON public.%I USING %s',
        CASE WHEN found.is_unique THEN 'UNIQUE' END, found.name || '_anew', found.kept || '_anew', found.how
    );
END $$;

CREATE FUNCTION procurement_put_anew_in_place() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    kept text;
    constraints text[];
    names text[];
BEGIN
    FOREACH kept IN ARRAY ARRAY['procurement_line', 'procurement_total'] LOOP
        SELECT array_agg(i.relname::text ORDER BY i.relname), array_agg(c.contype::text ORDER BY i.relname)
          INTO names, constraints
          FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid LEFT JOIN pg_constraint c ON c.conindid = i.oid
         WHERE x.indrelid = format('public.%I', kept)::regclass;
        EXECUTE format('DROP TABLE public.%I', kept);
        EXECUTE format('ALTER TABLE public.%I RENAME TO %I', kept || '_anew', kept);
        FOR each IN 1 .. cardinality(names) LOOP
            IF constraints[each] IS NULL THEN
                EXECUTE format('ALTER INDEX public.%I RENAME TO %I', names[each] || '_anew', names[each]);
            ELSE
                EXECUTE format(
                    'ALTER TABLE public.%I ADD CONSTRAINT %I %s USING INDEX %I', kept, names[each],
                    CASE constraints[each] WHEN 'p' THEN 'PRIMARY KEY' ELSE 'UNIQUE' END, names[each] || '_anew'
                );
            END IF;
        END LOOP;
    END LOOP;
END $$;

CREATE FUNCTION procurement_analyze(named text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    EXECUTE format('ANALYZE public.%I', named);
END $$;
"""
NOT_ANEW = """
DROP FUNCTION procurement_make_anew();
DROP FUNCTION procurement_index_anew(text);
DROP FUNCTION procurement_put_anew_in_place();
DROP FUNCTION procurement_analyze(text);
"""

# No trigger is ignored, whatever a session says (common/triggers.py).
NEVER_IGNORED = """
CREATE OR REPLACE FUNCTION "public"._pgtrigger_should_ignore(trigger_name name) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$ SELECT false $$;
"""

# Whoever says so in a session may add to what is known of a change, and no longer rewrite it.
CONTEXT = """
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
             WHERE c.metadata <> EXCLUDED.metadata AND EXCLUDED.metadata @> c.metadata;
        RETURN context;
    END;
$$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('procurement', '0081_passwords_guessed'),
    ]

    operations = [
        migrations.RunSQL(MOMENT, NO_MOMENT),
        migrations.RunSQL(ANEW, NOT_ANEW),
        migrations.RunSQL(NEVER_IGNORED, migrations.RunSQL.noop),
        migrations.RunSQL(CONTEXT, migrations.RunSQL.noop),
        pgtrigger.migrations.RemoveTrigger(
            model_name='assignmentrule',
            name='stamp_created_at',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='columnmapping',
            name='stamp_created_at',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='completeness',
            name='stamp_recorded_at',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='contract',
            name='stamp_created_at',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='contractparty',
            name='stamp_recorded_at',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='contractstatuschange',
            name='stamp_recorded_at',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='document',
            name='stamp_created_at',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='documentcopy',
            name='stamp_recorded_at',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='exchangerate',
            name='stamp_recorded_at',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='fiscalcalendar',
            name='stamp_created_at',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='guarantee',
            name='stamp_recorded_at',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='ledgerentry',
            name='stamp_recorded_at',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='liabilityestimate',
            name='stamp_recorded_at',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='milestone',
            name='stamp_recorded_at',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='note',
            name='stamp_written_at',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='organization',
            name='stamp_created_at',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='organizationidentifier',
            name='stamp_created_at',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='organizationlink',
            name='stamp_recorded_at',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='program',
            name='stamp_created_at',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='programallocation',
            name='stamp_recorded_at',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='programlink',
            name='stamp_recorded_at',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='reportedfigure',
            name='stamp_recorded_at',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='statuschange',
            name='stamp_recorded_at',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assignmentrule',
            trigger=pgtrigger.compiler.Trigger(name='stamp_created_at', sql=pgtrigger.compiler.UpsertTriggerSql(func='\nNEW.created_at = procurement_moment();\nRETURN NEW;\n', hash='65cd3eb02ec02e5f82c66ce557bbc2c22097cb59', operation='INSERT', pgid='pgtrigger_stamp_created_at_7df83', table='procurement_assignmentrule', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='auditentry',
            trigger=pgtrigger.compiler.Trigger(name='stamp_at', sql=pgtrigger.compiler.UpsertTriggerSql(func='\nNEW.at = procurement_moment();\nRETURN NEW;\n', hash='0d15102c3e01735a0e62c3378a7725a6f2d91525', operation='INSERT', pgid='pgtrigger_stamp_at_839aa', table='procurement_auditentry', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='columnmapping',
            trigger=pgtrigger.compiler.Trigger(name='stamp_created_at', sql=pgtrigger.compiler.UpsertTriggerSql(func='\nNEW.created_at = procurement_moment();\nRETURN NEW;\n', hash='c875d3543a0136f1e133e77ddf7439fabed410b9', operation='INSERT', pgid='pgtrigger_stamp_created_at_ef634', table='procurement_columnmapping', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='completeness',
            trigger=pgtrigger.compiler.Trigger(name='stamp_recorded_at', sql=pgtrigger.compiler.UpsertTriggerSql(func='\nNEW.recorded_at = procurement_moment();\nRETURN NEW;\n', hash='454d6a8bf00dcdb538edac2c6ad858875150b3b2', operation='INSERT', pgid='pgtrigger_stamp_recorded_at_feeb7', table='procurement_completeness', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='contract',
            trigger=pgtrigger.compiler.Trigger(name='stamp_created_at', sql=pgtrigger.compiler.UpsertTriggerSql(func='\nNEW.created_at = procurement_moment();\nRETURN NEW;\n', hash='5471447c1d1044d889905e5b494078c854ac590b', operation='INSERT', pgid='pgtrigger_stamp_created_at_28641', table='procurement_contract', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='contractparty',
            trigger=pgtrigger.compiler.Trigger(name='stamp_recorded_at', sql=pgtrigger.compiler.UpsertTriggerSql(func='\nNEW.recorded_at = procurement_moment();\nRETURN NEW;\n', hash='7216b0f126f530bf7041871e796623c20202e19f', operation='INSERT', pgid='pgtrigger_stamp_recorded_at_52a3e', table='procurement_contractparty', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='contractstatuschange',
            trigger=pgtrigger.compiler.Trigger(name='stamp_recorded_at', sql=pgtrigger.compiler.UpsertTriggerSql(func='\nNEW.recorded_at = procurement_moment();\nRETURN NEW;\n', hash='375f0fa0317d44724d33c6f078d25d0facbc6799', operation='INSERT', pgid='pgtrigger_stamp_recorded_at_c412f', table='procurement_contractstatuschange', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='document',
            trigger=pgtrigger.compiler.Trigger(name='stamp_created_at', sql=pgtrigger.compiler.UpsertTriggerSql(func='\nNEW.created_at = procurement_moment();\nRETURN NEW;\n', hash='3d3fc85071b3dab35cabaecb7bd61fefbbba5781', operation='INSERT', pgid='pgtrigger_stamp_created_at_9ebae', table='procurement_document', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='documentcopy',
            trigger=pgtrigger.compiler.Trigger(name='stamp_recorded_at', sql=pgtrigger.compiler.UpsertTriggerSql(func='\nNEW.recorded_at = procurement_moment();\nRETURN NEW;\n', hash='064f0e15926d89b13deeb4ee7ac578ce0fba1274', operation='INSERT', pgid='pgtrigger_stamp_recorded_at_16920', table='procurement_documentcopy', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='exchangerate',
            trigger=pgtrigger.compiler.Trigger(name='stamp_recorded_at', sql=pgtrigger.compiler.UpsertTriggerSql(func='\nNEW.recorded_at = procurement_moment();\nRETURN NEW;\n', hash='02dac7d7bce165f2e5b8ab5de688c67884ff2f42', operation='INSERT', pgid='pgtrigger_stamp_recorded_at_f1b5f', table='procurement_exchangerate', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='fiscalcalendar',
            trigger=pgtrigger.compiler.Trigger(name='stamp_created_at', sql=pgtrigger.compiler.UpsertTriggerSql(func='\nNEW.created_at = procurement_moment();\nRETURN NEW;\n', hash='8179b6893f4cfbace5b6a3a9377cba3062d8cbdb', operation='INSERT', pgid='pgtrigger_stamp_created_at_cff7c', table='procurement_fiscalcalendar', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='guarantee',
            trigger=pgtrigger.compiler.Trigger(name='stamp_recorded_at', sql=pgtrigger.compiler.UpsertTriggerSql(func='\nNEW.recorded_at = procurement_moment();\nRETURN NEW;\n', hash='39eb562ca5d6c70891c0bebfe49eccc9d317983d', operation='INSERT', pgid='pgtrigger_stamp_recorded_at_880c0', table='procurement_guarantee', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ledgerentry',
            trigger=pgtrigger.compiler.Trigger(name='stamp_recorded_at', sql=pgtrigger.compiler.UpsertTriggerSql(func='\nNEW.recorded_at = procurement_moment();\nRETURN NEW;\n', hash='ebb895052d7c7847e0b9a8d456ef64fa87c60ba0', operation='INSERT', pgid='pgtrigger_stamp_recorded_at_12767', table='procurement_ledgerentry', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='liabilityestimate',
            trigger=pgtrigger.compiler.Trigger(name='stamp_recorded_at', sql=pgtrigger.compiler.UpsertTriggerSql(func='\nNEW.recorded_at = procurement_moment();\nRETURN NEW;\n', hash='5d3129457c49e1ce663781828da51f4cc59ab4f6', operation='INSERT', pgid='pgtrigger_stamp_recorded_at_a67a2', table='procurement_liabilityestimate', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='milestone',
            trigger=pgtrigger.compiler.Trigger(name='stamp_recorded_at', sql=pgtrigger.compiler.UpsertTriggerSql(func='\nNEW.recorded_at = procurement_moment();\nRETURN NEW;\n', hash='d428287450809e07e26d9b36b8f59579acc31087', operation='INSERT', pgid='pgtrigger_stamp_recorded_at_7e625', table='procurement_milestone', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='note',
            trigger=pgtrigger.compiler.Trigger(name='stamp_written_at', sql=pgtrigger.compiler.UpsertTriggerSql(func='\nNEW.written_at = procurement_moment();\nRETURN NEW;\n', hash='851fd6b4eed3accab4da681cf5b038edc9ec50b8', operation='INSERT', pgid='pgtrigger_stamp_written_at_83fc5', table='procurement_note', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='organization',
            trigger=pgtrigger.compiler.Trigger(name='stamp_created_at', sql=pgtrigger.compiler.UpsertTriggerSql(func='\nNEW.created_at = procurement_moment();\nRETURN NEW;\n', hash='62902654c9bbeb121266a4d7b6ee297c61728b06', operation='INSERT', pgid='pgtrigger_stamp_created_at_1c43c', table='procurement_organization', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='organizationidentifier',
            trigger=pgtrigger.compiler.Trigger(name='stamp_created_at', sql=pgtrigger.compiler.UpsertTriggerSql(func='\nNEW.created_at = procurement_moment();\nRETURN NEW;\n', hash='b9666dbb678aafb15ef6bee8d448993a5a48b595', operation='INSERT', pgid='pgtrigger_stamp_created_at_6cfb2', table='procurement_organizationidentifier', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='organizationlink',
            trigger=pgtrigger.compiler.Trigger(name='stamp_recorded_at', sql=pgtrigger.compiler.UpsertTriggerSql(func='\nNEW.recorded_at = procurement_moment();\nRETURN NEW;\n', hash='ddfee60abf3709d09acf672cedc47adea0fa8381', operation='INSERT', pgid='pgtrigger_stamp_recorded_at_2357a', table='procurement_organizationlink', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='program',
            trigger=pgtrigger.compiler.Trigger(name='stamp_created_at', sql=pgtrigger.compiler.UpsertTriggerSql(func='\nNEW.created_at = procurement_moment();\nRETURN NEW;\n', hash='7b23c7d91d98e0e2bdcc3b02fbd57dd20bf787a5', operation='INSERT', pgid='pgtrigger_stamp_created_at_acc51', table='procurement_program', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='programallocation',
            trigger=pgtrigger.compiler.Trigger(name='stamp_recorded_at', sql=pgtrigger.compiler.UpsertTriggerSql(func='\nNEW.recorded_at = procurement_moment();\nRETURN NEW;\n', hash='4ab915ee97511da9476a473477e5e66d3d8e7d34', operation='INSERT', pgid='pgtrigger_stamp_recorded_at_55abd', table='procurement_programallocation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='programlink',
            trigger=pgtrigger.compiler.Trigger(name='stamp_recorded_at', sql=pgtrigger.compiler.UpsertTriggerSql(func='\nNEW.recorded_at = procurement_moment();\nRETURN NEW;\n', hash='6a2c26a9fc40c4a3d94ef7c05d2030f114b755c4', operation='INSERT', pgid='pgtrigger_stamp_recorded_at_4abb6', table='procurement_programlink', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportedfigure',
            trigger=pgtrigger.compiler.Trigger(name='stamp_recorded_at', sql=pgtrigger.compiler.UpsertTriggerSql(func='\nNEW.recorded_at = procurement_moment();\nRETURN NEW;\n', hash='6f28e3e804df0aba17be2a73acd9d9ca1af14370', operation='INSERT', pgid='pgtrigger_stamp_recorded_at_1dacf', table='procurement_reportedfigure', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statuschange',
            trigger=pgtrigger.compiler.Trigger(name='stamp_recorded_at', sql=pgtrigger.compiler.UpsertTriggerSql(func='\nNEW.recorded_at = procurement_moment();\nRETURN NEW;\n', hash='c41fd084d72508f1b5b329c54db5c999abac2765', operation='INSERT', pgid='pgtrigger_stamp_recorded_at_3a9fe', table='procurement_statuschange', when='BEFORE')),
        ),
    ]
