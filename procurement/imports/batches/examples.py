"""Examples of the rows that a batch makes, read while they are in place."""

from typing import Any

from procurement.imports.models import DESCRIBED, STATEMENTS_AT_ONCE, BatchRows, ImportBatch
from procurement.recorders import FACT_TABLES

#: So many rows of each table are shown.
SHOWN = 10


def new_rows(batch: ImportBatch) -> dict[str, list[str]]:
    """For each table the first rows that a batch adds, as they are called; corrections are not among them."""
    described = {_title(model): _first(model, batch, model._base_manager.all()) for model in DESCRIBED}
    facts = {
        _title(table.model): _first(table.model, batch, table.model._base_manager.filter(reverses=None, revision=1))
        for table in FACT_TABLES
    }
    return {title: found for title, found in (described | facts).items() if found}


def _title(model: Any) -> str:
    return str(model._meta.verbose_name_plural)


def _first(model: Any, batch: ImportBatch, rows: Any) -> list[str]:
    noted = BatchRows.objects.filter(batch=batch, table_name=model._meta.db_table).order_by("id")
    ids = [pk for some in noted.values_list("ids", flat=True)[:STATEMENTS_AT_ONCE] for pk in some]
    return [str(row) for row in rows.filter(pk__in=ids[: SHOWN * 10]).order_by("pk")[:SHOWN]]
