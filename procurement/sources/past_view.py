"""From when a descriptive row is in view: its source's date or the first fact about it (DESIGN.md section 2)."""

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate

from procurement.common.dates import Asked
from procurement.common.withdrawable import Withdrawable, recorded_then
from procurement.sources.facts import fact_models
from procurement.sources.models import Document

#: A table of facts or descriptive rows, and the column by which its rows are about another row.
TableAndColumn = tuple[type[Any], str]
#: Left out, because it has no index on the largest table: the other contract of a transfer has entries of its own.
LEFT_OUT = frozenset({"counterpart"})


def in_past_view(rows: QuerySet[Any], asked: Asked) -> QuerySet[Any]:
    """The rows of a descriptive table that are in view.

    A row without a dated source and without a fact in view appears from the day on which it was recorded, in the
    service's time zone.
    """
    found: QuerySet[Any] = rows.annotate(first_known=_own_day(rows.model)).filter(known(rows.model, asked))
    return found


def as_recorded(model: type[Any], asked: Asked) -> QuerySet[Any]:
    """The rows of a descriptive table, of which those that were withdrawn only for a moment before that."""
    found: QuerySet[Any] = (model.objects if asked.recorded_by is None else model.everything).all()
    return found


def known(model: type[Any], asked: Asked) -> Q:
    """The condition that a row annotated by `in_past_view` is in view."""
    found = Q(first_known__lte=min(asked.as_of, asked.published_by or asked.as_of))
    for facts, column in fact_tables_about(model):
        if facts.SHOWS:
            found |= Q(Exists(facts._default_manager.standing(asked).filter(**{column: OuterRef("pk")})))
    for described, column in belonging(model):
        theirs = in_past_view(as_recorded(described, asked), asked)
        found |= Q(Exists(theirs.filter(**{column: OuterRef("pk")})))
    return found if asked.recorded_by is None else found & recorded_then(asked.recorded_by)


def fact_tables_about(model: type[models.Model]) -> tuple[TableAndColumn, ...]:
    """Every table of facts with each column by which its facts are about rows of a descriptive table."""
    return tuple((facts, column) for facts in fact_models() for column in _columns(facts, model))


def belonging(model: type[models.Model]) -> tuple[TableAndColumn, ...]:
    """The descriptive tables that refer to this one: programs and contracts refer to their buyers.

    References to documents are left out: they do not tell when a document was published; facts do.
    """
    if model is Document:
        return ()
    sourced = [each for each in _described() if "source" in _names(each)]
    return tuple((each, column) for each in sourced for column in _columns(each, model))


def _own_day(model: type[models.Model]) -> TruncDate | Coalesce:
    """The date of a row's own source, else the day on which the row was recorded."""
    recorded = TruncDate("created_at")
    names = _names(model)
    if "published_on" in names:
        return Coalesce("published_on", recorded)
    return Coalesce("source__published_on", recorded) if "source" in names else recorded


def _columns(model: type[models.Model], other: type[Any]) -> Iterator[str]:
    """The foreign keys of a table to another one; a fact's `source` counts only for documents."""
    for field in model._meta.concrete_fields:
        if field.related_model is other and field.name not in LEFT_OUT:
            yield field.name


def _names(model: type[models.Model]) -> set[str]:
    return {field.name for field in model._meta.concrete_fields}


def _described() -> list[type[Any]]:
    from django.apps import apps

    return [each for each in apps.get_models() if issubclass(each, Withdrawable)]
