"""Fill in what references, identifiers and names are compared by.

Nothing is merged or refused: of several rows that are one by now, the first has the key and each other one the key with
its own id behind it. They are told, so that somebody may look at them; who edits one meets the rule.
"""

import sys
from collections.abc import Iterator
from typing import Any

from django.db import migrations

from procurement.parties.identifying import Identifier
from procurement.parties.naming import match_key

ROWS = 2000


def fill(apps: Any, schema_editor: Any) -> None:
    """Give every row its key; history and kept totals look away, as nothing that they know of changes."""
    for model, told in (
        (apps.get_model("procurement", "Organization"), organizations),
        (apps.get_model("procurement", "OrganizationIdentifier"), identifiers),
        (apps.get_model("procurement", "Contract"), contracts),
    ):
        table = schema_editor.quote_name(model._meta.db_table)
        schema_editor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for said in told(model):
            sys.stdout.write(f"\n    {said}")
        schema_editor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def organizations(model: Any) -> Iterator[str]:
    """Names are compared without what is never seen, too; several rows of one name may stand."""
    seen: dict[tuple[str, str], Any] = {}
    changed = []
    for row in model.objects.order_by("pk").iterator():
        before, row.match_key = row.match_key, match_key(row.name) or f"#{row.pk}"
        first = seen.setdefault((row.match_key, row.country), row)
        if before != row.match_key:
            changed.append(row)
        if first is not row and (row in changed[-1:] or first in changed):
            yield f"organizations {first.pk} and {row.pk} have one name in one country now: {row.name}"
    model.objects.bulk_update(changed, ["match_key"], batch_size=ROWS)


def identifiers(model: Any) -> Iterator[str]:
    """Schemes and values as they are compared."""
    seen: dict[Identifier, int] = {}
    rows = list(model.objects.order_by("pk"))
    for row in rows:
        key = Identifier(row.scheme, row.value).key
        row.scheme_key, row.value_key = key.scheme or f"#{row.pk}", own_key(seen, key, key.value, row.pk)
        if row.value_key != key.value:
            yield f"identifiers {seen[key]} and {row.pk} are the same: {row.scheme} {row.value}"
    model.objects.bulk_update(rows, ["scheme_key", "value_key"], batch_size=ROWS)


def contracts(model: Any) -> Iterator[str]:
    """References as they are compared, buyer by buyer."""
    seen: dict[tuple[int, str], int] = {}
    rows = []
    for row in model.objects.order_by("pk").only("buyer_id", "reference", "reference_key").iterator():
        key = match_key(row.reference)
        row.reference_key = own_key(seen, (row.buyer_id, key), key, row.pk)
        if row.reference_key != key:
            yield f"contracts {seen[row.buyer_id, key]} and {row.pk} have one reference: {row.reference}"
        rows.append(row)
        if len(rows) == ROWS:
            model.objects.bulk_update(rows, ["reference_key"])
            rows = []
    model.objects.bulk_update(rows, ["reference_key"])


def own_key(seen: dict[Any, int], mark: Any, key: str, pk: int) -> str:
    """The key, or where another row has it or it is empty, one that is nobody else's."""
    first = seen.setdefault(mark, pk)
    return key if key and first == pk else f"{key[:280]} #{pk}".strip()


class Migration(migrations.Migration):

    dependencies = [
        ('procurement', '0018_match_keys'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
