"""Tables of any layout, read by a column mapping that a person made and saved: CSV and workbooks.

docs/formats/mapped.md says what a mapping can say. Pure.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from procurement.common.errors import Refused
from procurement.common.options import NotAccepted, Option
from procurement.imports.files.headings import under_headings
from procurement.imports.files.tabular import OPTIONS, SUFFIXES, lines
from procurement.imports.format import File, Format
from procurement.imports.mapped.mapping import as_json, mapping_from
from procurement.imports.mapped.records import records
from procurement.imports.offers import Offering, in_full, offered
from procurement.imports.reading import Reading
from procurement.imports.rows import Parsed


def read(file: File, options: Mapping[str, Any]) -> Iterator[Parsed]:
    """The rows of a file, in portions. Raises BadFile."""
    return in_full(offers(file, options))


def offers(file: File, options: Mapping[str, Any]) -> Offering:
    """The same, not made into rows yet."""
    mapping = mapping_from(options["mapping"])
    reading = Reading(file.name)
    found = lines(file, encoding=options["encoding"], delimiter=options["delimiter"])
    chosen = (line for line in found if not mapping.sheet or line.sheet == mapping.sheet)
    needed = {heading: (heading,) for heading in mapping.needed}
    below = under_headings(chosen, needed, partial(_skipped, reading))
    return offered(reading, records(mapping, below))


def _skipped(reading: Reading, sheet: str, error: Exception) -> None:
    reading.remark("no-headings", 1, sheet, str(error))


def as_mapping(given: Any) -> dict[str, Any]:
    """A whole mapping as it is stored with a batch; names of saved ones are looked up before. Raises NotAccepted."""
    if isinstance(given, str):
        raise NotAccepted(f"“{given[:60]}” is no saved column mapping; the name of one, or a whole one, would do")
    try:
        return as_json(mapping_from(given))
    except Refused as refused:
        raise NotAccepted(f"is no column mapping: {refused}") from refused


def _never(_head: bytes) -> bool:
    """Only saved mappings tell which files are theirs: see batches/recognising.py."""
    return False


FORMAT = Format(
    "mapped",
    "A table of any layout, read by a saved column mapping (CSV or workbook)",
    SUFFIXES,
    read,
    options=(
        Option(
            "mapping",
            "the column mapping: the name of a saved one, or a whole one",
            as_mapping,
            default={},
            needed=True,
        ),
        *OPTIONS,
    ),
    recognises=_never,
    self_contained=True,
    offers=offers,
)
