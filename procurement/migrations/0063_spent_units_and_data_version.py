"""Where units are counted without Redis, and the number that every change of an answered table draws."""

from django.db import migrations

FORWARD = """
CREATE UNLOGGED TABLE procurement_spentunits (
  key varchar(200) PRIMARY KEY,
  units bigint NOT NULL,
  until timestamptz NOT NULL
) WITH (fillfactor = 50);
CREATE SEQUENCE procurement_dataversion;
CREATE FUNCTION procurement_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM nextval('procurement_dataversion');
  RETURN NULL;
END $$;
"""
BACK = """
DROP FUNCTION procurement_note_change() CASCADE;
DROP SEQUENCE procurement_dataversion;
DROP TABLE procurement_spentunits;
"""


class Migration(migrations.Migration):

    dependencies = [("procurement", "0062_searched_indexes")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
