"""Withdrawing the descriptive rows that only a batch made and nothing uses any more."""

from collections import Counter
from collections.abc import Collection
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from procurement.alerts.models import Subscription
from procurement.common.withdrawable import bring_back
from procurement.contracts.models import Contract
from procurement.imports.assignment.models import AssignmentRule
from procurement.imports.models import STATEMENTS_AT_ONCE, BatchRows, ImportBatch
from procurement.parties.models import Organization
from procurement.programs.models import Program
from procurement.sources.facts import rows_of
from procurement.sources.models import Document
from procurement.sources.past_view import fact_tables_about

#: In this order: what refers to others comes first.
TABLES: tuple[type[Any], ...] = (Contract, Program, Organization, Document)
#: How many rows one transaction withdraws.
AT_ONCE = 1000


def withdraw_unused(batch: ImportBatch) -> Counter[str]:
    """Withdraw what only a batch made, in short transactions; returns how many rows of each table are withdrawn.

    A row stays that a standing fact, another row or a subscription names, or that a person edited. Safe to repeat. Safe
    to race: the rows are locked against whoever refers to them, and one that got a fact at that moment is brought back.
    """
    withdrawn: Counter[str] = Counter()
    for model in TABLES:
        noted = BatchRows.objects.filter(batch=batch, table_name=model._meta.db_table).order_by("-id")
        for ids in noted.values_list("ids", flat=True).iterator(chunk_size=STATEMENTS_AT_ONCE):
            for start in range(0, len(ids), AT_ONCE):
                some = ids[start : start + AT_ONCE]
                _withdraw(model, some)
                gone = model.everything.filter(pk__in=some).exclude(withdrawn_at=None)
                bring_back(gone.filter(_is_used(model)))
                withdrawn[model._meta.model_name or ""] += gone.count()
    return withdrawn


@transaction.atomic
def _withdraw(model: type[Any], ids: Collection[int]) -> None:
    # whoever inserts a row that refers to one of these holds it FOR KEY SHARE, and is waited for
    locked = model.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk", flat=True)
    unused = model.objects.filter(pk__in=list(locked)).exclude(_is_used(model) | Q(Exists(_edited(model))))
    unused.update(withdrawn_at=timezone.now())


def _is_used(model: type[Any]) -> Q:
    """The condition that something names a row."""
    found = Q()
    for facts, column in fact_tables_about(model):
        standing = rows_of(facts).filter(reverses=None, reversed_by=None, **{column: OuterRef("pk")})
        found |= Q(Exists(standing))
    naming: tuple[type[Any], ...] = (*TABLES, AssignmentRule)
    for described in naming:
        for field in described._meta.concrete_fields:
            if field.related_model is model:
                found |= Q(Exists(described.objects.filter(**{field.name: OuterRef("pk")})))
    for field in Subscription._meta.many_to_many:
        if field.related_model is model:
            found |= Q(Exists(Subscription.objects.filter(**{field.name: OuterRef("pk")})))
    return found


def _edited(model: type[Any]) -> "models.QuerySet[Any]":
    """The changes of a row that a person made."""
    events: Any = apps.get_model("procurement", f"{model.__name__}Event")
    found: models.QuerySet[Any] = events.objects.filter(
        pgh_obj=OuterRef("pk"), pgh_label="update", pgh_context__metadata__has_key="user"
    )
    return found
