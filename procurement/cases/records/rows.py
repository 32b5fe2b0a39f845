"""Facts in view for people: each with its source, and the row that takes it back, where there is one."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from procurement.common.dates import Asked
from procurement.sources.facts import PUBLISHED, Fact, rows_of, seen_by


def in_view(model: type[Fact], asked: Asked, *related: str, **about: Any) -> QuerySet[Any]:
    """Facts in view, in order, those that were taken back included: `taken_back_by` is the row that does it."""
    rows: QuerySet[Any] = model._default_manager.in_view(asked).filter(**about)
    return with_reversals(rows, asked).select_related("source", *related).order_by("effective_on", PUBLISHED, "id")


def with_reversals(rows: QuerySet[Any], asked: Asked) -> QuerySet[Any]:
    """Rows with `taken_back_by`, the id of the reversal in view."""
    reversals = rows_of(rows.model).filter(seen_by(asked), reverses=OuterRef("pk"))
    found: QuerySet[Any] = rows.annotate(taken_back_by=Subquery(reversals.values("pk")[:1]))
    return found


def stands(row: Any) -> bool:
    """Whether a row says what is held to be true: it takes nothing back, and is not taken back."""
    return row.reverses_id is None and row.taken_back_by is None
