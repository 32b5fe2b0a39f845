"""The same fact twice: subject, what is claimed, day and source are the same, and no source_key tells the two apart.

Two such rows may be right (two equal instalments on one day), so the second is accepted. But most often one fact was
entered twice and would count twice, so the answer warns and names the row that exists already.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import models

from procurement.common.money import in_full
from procurement.common.prepared_statements import Question, Rows, any_of, array, ask, ids
from procurement.sources.facts import Fact
from procurement.sources.references import NO_KEY_UPDATE, locking

Key = tuple[Any, ...]

#: A text is shown up to here.
SHOWN = 60


def claim_of(fact: Fact | type[Fact]) -> tuple[str, ...]:
    """The names of the columns in which twins agree."""
    return (*fact.SUBJECT, *fact.CLAIM, "effective_on", "source")


def twins_among(facts: Sequence[Fact], near: Rows) -> dict[int, int]:
    """The row that each of some stored facts repeats, by their ids: the first one before it.

    `near` answers `nearness`. A row that was taken back has no twin. Of two rows that both have a key, the keys tell
    them apart.
    """
    same = _same_claims(facts, near)
    if not same:
        return {}
    (taken_back,) = ask([(_reversed(type(facts[0])), [ids({pk for pks in same.values() for pk in pks} | same.keys())])])
    back = {pk for (pk,) in taken_back}
    standing = {pk: [each for each in pks if each not in back] for pk, pks in same.items() if pk not in back}
    return {pk: pks[0] for pk, pks in standing.items() if pks}


def subject_locks(facts: Sequence[Fact]) -> list[Question]:
    """The locks that let writers of facts without a key take turns, so that the second sees the first one's fact.

    The row is locked FOR NO KEY UPDATE, so rows that only refer to it do not wait.
    """
    wanted = {
        name: {getattr(fact, f"{name}_id") for fact in facts} - {None} for name in (facts[0].SUBJECT if facts else ())
    }
    return [locking(_pointed_to(facts[0], name), found, NO_KEY_UPDATE) for name, found in wanted.items() if found]


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


def nearness(facts: Sequence[Fact]) -> Question:
    """Which rows there are of the subjects, days and sources of facts; without a key, if all of theirs have one."""
    values = [vars(fact) for fact in facts]
    subjects = [ids({of[f"{name}_id"] for of in values} - {None}) for name in facts[0].SUBJECT]
    days = array(day.isoformat() for day in {of["effective_on"] for of in values})
    keyed = all(of["source_key"] for of in values)
    return _near(type(facts[0]), keyed=keyed), [*subjects, days, ids({of["source_id"] for of in values})]


def _same_claims(facts: Sequence[Fact], near: Rows) -> dict[int, list[int]]:
    """The earlier rows that say what each of some facts says, taken back or not, in order."""
    seen: dict[Key, list[tuple[int, str]]] = {}
    for pk, source_key, *key in near:
        seen.setdefault(tuple(key), []).append((pk, source_key))
    found = {}
    for fact in facts if seen else ():
        same = seen.get(_key(fact), ())
        if earlier := [pk for pk, key in same if pk < fact.pk and not (key and fact.source_key)]:
            found[fact.pk] = earlier
    return found


@cache
def _near(model: type[Fact], *, keyed: bool) -> bytes:
    columns = [model._meta.get_field(name).column for name in claim_of(model)]  # type: ignore[union-attr]
    subjects = [f'f."{name}_id" = {any_of(number)}' for number, name in enumerate(model.SUBJECT, start=1)]
    last = len(subjects)
    return f"""
        SELECT f.id, f.source_key, {", ".join(f'f."{column}"' for column in columns)}
          FROM "{model._meta.db_table}" f
         WHERE ({" OR ".join(subjects)}) AND f.effective_on = {any_of(last + 1, "date")}
               AND f.source_id = {any_of(last + 2)} AND f.reverses_id IS NULL
               {"AND f.source_key = ''" if keyed else ""}
         ORDER BY f.id
    """.encode()  # noqa: S608


@cache
def _reversed(model: type[Fact]) -> bytes:
    table = model._meta.db_table
    return f'SELECT reverses_id FROM "{table}" WHERE reverses_id = {any_of(1)}'.encode()  # noqa: S608
