"""Examples of the rows that a batch makes, read while they are in place."""

from typing import Any

from procurement.imports.models import DESCRIBED, STATEMENTS_AT_ONCE, BatchRows, ImportBatch
from procurement.recorders import FACT_TABLES

#: So many rows of each table are shown.
SHOWN = 10


def new_rows(batch: ImportBatch) -> dict[str, list[str]]:
    """For each table the first rows that a batch adds, as they are called; corrections are not among them."""
    found = {_title(model): _first(model, batch) for model in DESCRIBED}
    found |= {_title(table.model): _first(table.model, batch, reverses=None, revision=1) for table in FACT_TABLES}
    return {title: rows for title, rows in found.items() if rows}


def _title(model: Any) -> str:
    return str(model._meta.verbose_name_plural)


def _first(model: Any, batch: ImportBatch, **only: Any) -> list[str]:
    noted = BatchRows.objects.filter(batch=batch, table_name=model._meta.db_table).order_by("id")
    ids = [pk for some in noted.values_list("ids", flat=True)[:STATEMENTS_AT_ONCE] for pk in some]
    rows = model._base_manager.filter(pk__in=ids[: SHOWN * 10], **only)
    return [str(row) for row in rows.order_by("pk")[:SHOWN]]
