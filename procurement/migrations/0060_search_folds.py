"""The function that folds what is searched: case, width, accents and normal forms count as the same."""

from typing import ClassVar

from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations

#: Immutable, so that columns and indexes can be made of it: the rules of `unaccent` come with PostgreSQL. Texts of one
#: byte for each character need neither normal forms nor accents.
MADE = """
CREATE FUNCTION searchable(given text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN octet_length(given) = char_length(given) THEN lower(given)
            ELSE lower(unaccent('unaccent'::regdictionary, normalize(given, NFKC))) END
"""


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("procurement", "0055_imported_lines")]
    operations: ClassVar[list[migrations.operations.base.Operation]] = [
        UnaccentExtension(),
        TrigramExtension(),
        migrations.RunSQL(MADE, "DROP FUNCTION searchable(text)"),
    ]
