"""Saved column mappings: made, changed, and found by name or by the headings of a file."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from procurement.common.advisory_locks import lock_keys
from procurement.common.errors import Complaints, Conflict, Refused
from procurement.common.validation import complain_of_fields
from procurement.imports.files.headings import normal
from procurement.imports.format import File
from procurement.imports.mapped.mapping import TableMapping, as_json, mapping_from
from procurement.imports.mapped.sampling import is_table, known_by, possible_headings
from procurement.imports.models import ColumnMapping

#: The option of a format that names a mapping or holds a whole one, and the format that has it.
OPTION, FORMAT = "mapping", "mapped"
#: The columns of a row that are parts of the mapping.
PARTS = ("name", "prefix", "sheet", "columns", "fixed", "key", "line_key")


def mapping_of(row: ColumnMapping) -> TableMapping:
    """The mapping that a row holds. Raises Refused when it lacks something."""
    return mapping_from({name: getattr(row, name) for name in PARTS})


@transaction.atomic
def save_mapping(row: ColumnMapping, *, by: User | None) -> ColumnMapping:
    """Store a new mapping.

    Raises Refused, or Conflict naming the row that has the name. Writers take turns under a lock on the name.
    """
    refuse_bad_mapping(row)
    lock_keys([f"mapping:{row.name}"])
    _refuse_taken_name(row)
    row.entered_by = by
    row.save(force_insert=True)
    return row


@transaction.atomic
def change_mapping(row: ColumnMapping, changed: Sequence[str]) -> None:
    """Store the changed columns of a mapping. Raises Refused, or Conflict naming another row with the name.

    Batches that were read by it keep their copy. Safe to repeat.
    """
    refuse_bad_mapping(row)
    lock_keys([f"mapping:{row.name}"])
    _refuse_taken_name(row)
    row.save(update_fields=[*changed, "headings", "prefix"])


def refuse_bad_mapping(row: ColumnMapping) -> None:
    """Raise Refused when a mapping lacks something; complete what follows from the rest of it."""
    complaints = Complaints()
    complain_of_fields(row, complaints)
    try:
        mapping = mapping_of(row)
    except Refused as refused:
        for name, said in refused.errors.items():
            complaints.errors.setdefault(name, []).extend(each for each in said)
        raise Refused(complaints.errors) from refused
    complaints.refuse_if_any()
    whole = as_json(mapping)
    for name in PARTS:
        setattr(row, name, whole[name])
    row.headings = list(known_by([normal(each) for each in mapping.headings]))


def _refuse_taken_name(row: ColumnMapping) -> None:
    other = ColumnMapping.objects.filter(name=row.name).exclude(pk=row.pk).first()
    if other is not None:
        raise Conflict(
            {"name": f"another mapping has the name “{row.name}”; choose another, or change that one"},
            existing=other.pk,
        )


def with_whole_mapping(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options in which the name of a saved mapping is replaced by the mapping as it is now. Raises Refused."""
    name = options.get(OPTION)
    if not isinstance(name, str) or not name.strip():
        return dict(options)
    row = ColumnMapping.objects.filter(name=name.strip()).first()
    if row is None:
        known = ", ".join(ColumnMapping.objects.order_by("name").values_list("name", flat=True)[:20])
        said = f"there is no saved column mapping “{name[:80]}”; accepted: {known or 'none is saved yet'}"
        raise Refused({f"options.{OPTION}": said})
    return {**options, OPTION: as_json(mapping_of(row))}


def mapping_for(file: File) -> ColumnMapping | None:
    """The saved mapping whose headings a file has. Raises Refused if several have them."""
    if not is_table(file.name):
        return None
    found = list(ColumnMapping.objects.for_headings(possible_headings(file)))
    if len(found) > 1:
        names = " or ".join(f"“{each.name}”" for each in found)
        raise Refused({f"options.{OPTION}": f"the headings are those of several saved mappings; choose {names}"})
    return found[0] if found else None
