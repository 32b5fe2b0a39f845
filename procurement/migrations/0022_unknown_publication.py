"""Make the publication dates unknown that nobody had stated; `manage.py list_defaulted_dates` lists them beforehand.

What is changed is kept in DefaultedDate, and the way back restores exactly that. It also gives a day to facts that were
posted without one since: that of recording, as earlier versions did, but never one on which a row would be known later
than what takes it back.
"""

from django.conf import settings
from django.db import migrations
from psycopg import sql

from procurement.sources.defaulted import defaulted_in

KEEP = sql.SQL(
    """INSERT INTO procurement_defaulteddate (fact_table, fact_id, published_on)
       SELECT {name}, id, published_on FROM ({defaulted}) d"""
)
FORGET = sql.SQL(
    """UPDATE {table} f SET published_on = NULL
         FROM procurement_defaulteddate kept WHERE kept.fact_table = {name} AND kept.fact_id = f.id"""
)
RESTORE = sql.SQL(
    """UPDATE {table} f SET published_on = kept.published_on
         FROM procurement_defaulteddate kept
        WHERE kept.fact_table = {name} AND kept.fact_id = f.id AND f.published_on IS NULL"""
)
DATE_FACTS = sql.SQL(
    """UPDATE {table} f
          SET published_on = LEAST((f.recorded_at AT TIME ZONE {zone})::date,
                                   (SELECT back.published_on FROM {table} back WHERE back.reverses_id = f.id))
        WHERE f.published_on IS NULL AND f.reverses_id IS NULL"""
)
DATE_REVERSALS = sql.SQL(
    """UPDATE {table} f
          SET published_on = GREATEST((f.recorded_at AT TIME ZONE {zone})::date, was.published_on)
         FROM {table} was
        WHERE f.published_on IS NULL AND was.id = f.reverses_id"""
)
STALE = """INSERT INTO procurement_stalemark (kind, key)
           SELECT 'everything', 0 WHERE EXISTS (SELECT FROM procurement_contract)"""


def forget(apps, schema_editor):
    """Keep the dates that nobody had stated, and make them unknown."""
    _in_every_table(apps, schema_editor, KEEP, FORGET)


def restore(apps, schema_editor):
    """Give every fact a date again: the one that was kept, else that of recording."""
    _in_every_table(apps, schema_editor, RESTORE, DATE_FACTS, DATE_REVERSALS)
    schema_editor.execute("DELETE FROM procurement_defaulteddate")


def _in_every_table(apps, schema_editor, *statements):
    """Run statements over every fact table while its triggers, which refuse to change a fact, look away."""
    # foreign keys of rows from this transaction, if there are any, would stand against ALTER TABLE
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for model in apps.get_models():
        if {"published_on", "reverses"} <= {field.name for field in model._meta.fields}:
            _run(schema_editor, model._meta.db_table, statements)
    schema_editor.execute(STALE)


def _run(schema_editor, name, statements):
    table = sql.Identifier(name)
    parts = {"table": table, "name": sql.Literal(name), "zone": sql.Literal(settings.TIME_ZONE)}
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(table))
        for statement in statements:
            cursor.execute(statement.format(defaulted=defaulted_in(name), **parts))
        cursor.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(table))


class Migration(migrations.Migration):
    dependencies = [("procurement", "0021_defaulted_dates")]
    operations = [migrations.RunPython(forget, restore)]
