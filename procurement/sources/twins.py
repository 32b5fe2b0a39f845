"""The same fact twice: subject, what is claimed, day and source are the same, and no source_key tells the two apart.

Two such rows may be right (two equal instalments on one day), so the second is accepted. But most often one fact was
entered twice and would count twice, so the answer warns and names the row that exists already.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q

from procurement.common.money import in_full
from procurement.sources.facts import Fact, rows_of

Key = tuple[Any, ...]

#: A text is shown up to here.
SHOWN = 60


def claim_of(fact: Fact) -> tuple[str, ...]:
    """The names of the columns in which twins agree."""
    return (*fact.SUBJECT, *fact.CLAIM, "effective_on", "source")


def twins_among(facts: Sequence[Fact]) -> dict[int, int]:
    """The row that each of some stored facts repeats, by their ids: the first one before it. One query.

    A row that was taken back has no twin. Of two rows that both have a key, the keys tell them apart.
    """
    seen: dict[Key, list[tuple[int, str]]] = {}
    for pk, source_key, *key in _candidates(facts):
        seen.setdefault(tuple(key), []).append((pk, source_key))
    found = {}
    for fact in facts:
        for pk, source_key in seen.get(_key(fact), ()):
            if pk < fact.pk and not (source_key and fact.source_key):
                found[fact.pk] = pk
                break
    return found


def lock_subjects(facts: Sequence[Fact]) -> None:
    """Let writers of facts without a key about one row take turns, so that the second sees the first one's fact.

    The row is locked FOR NO KEY UPDATE, so rows that only refer to it do not wait.
    """
    for name in dict.fromkeys(name for fact in facts for name in fact.SUBJECT):
        ids = sorted({getattr(fact, f"{name}_id") for fact in facts} - {None})
        for model in {_pointed_to(fact, name) for fact in facts} if ids else ():
            rows = model._base_manager.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
            list(rows.values_list("pk"))


def said_of_twin(fact: Fact, twin: int) -> str:
    """The warning that names the twin and the columns in which the two agree."""
    values = zip(claim_of(fact), _key(fact), strict=True)
    same = ", ".join(f"{name} {_stated(value)}" for name, value in values if value not in {None, "", False})
    return (
        f"{fact._meta.verbose_name} {twin} says the same ({same}), and no source_key tells the two apart: accepted as "
        "another fact; reverse one of them if it was entered twice"
    )


def _stated(value: Any) -> str:
    if isinstance(value, Decimal):
        return in_full(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    text = str(value)
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def _pointed_to(fact: Fact, name: str) -> type[models.Model]:
    related: Any = fact._meta.get_field(name)
    model: type[models.Model] = related.remote_field.model
    return model


def _key(fact: Fact) -> Key:
    fields: Iterable[Any] = (fact._meta.get_field(name) for name in claim_of(fact))
    return tuple(field.to_python(getattr(fact, field.attname)) for field in fields)


def _candidates(facts: Sequence[Fact]) -> Iterable[tuple[Any, ...]]:
    """Standing rows of the subjects, days and sources of some facts, those without a key if all of theirs have one."""
    if not facts:
        return []
    near = Q(effective_on__in={fact.effective_on for fact in facts}, source__in={fact.source_id for fact in facts})
    for name in facts[0].SUBJECT:
        ids = {getattr(fact, f"{name}_id") for fact in facts}
        if None not in ids:
            near &= Q(**{f"{name}__in": ids})
    if all(fact.source_key for fact in facts):
        near &= Q(source_key="")
    rows = rows_of(type(facts[0])).filter(near, reverses__isnull=True, reversed_by__isnull=True)
    columns: Iterable[Any] = (facts[0]._meta.get_field(name) for name in claim_of(facts[0]))
    return rows.order_by("pk").values_list("pk", "source_key", *(field.attname for field in columns))
