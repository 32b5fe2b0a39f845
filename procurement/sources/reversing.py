"""The rows that take facts back, and what they and new revisions copy from the facts. Stores nothing."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib.auth.models import User

from procurement.common.errors import Conflict
from procurement.sources.appending import NOT_CONTENT
from procurement.sources.facts import Fact, rows_of

F = TypeVar("F", bound=Fact)


@dataclass(frozen=True)
class Taking:
    """A fact to take back, on the ground of a source, and since when the public could know that."""

    fact: Fact
    source_id: int
    published_on: dt.date | None


def reversal_lock(fact: Fact) -> str:
    """The lock under which it is decided whether a fact was taken back."""
    return f"reverse:{fact._meta.db_table}:{fact.pk}"


def refuse_reversed(facts: Sequence[Fact]) -> None:
    """Raise Conflict when one of some facts of a table was taken back before. Needs their locks."""
    before = rows_of(type(facts[0])).filter(reverses__in=[fact.pk for fact in facts]).first()
    if before is not None:
        said = f"row {before.reverses_id} was reversed before, by row {before.pk}"
        raise Conflict({"reverses": said}, existing=before.pk)


def reversals(
    takings: Sequence[Taking], opposite: Callable[[Any], Mapping[str, Any]], *, note: str, by: User | None
) -> list[Any]:
    """The unsaved rows that take facts back, with the columns in which each is the `opposite` of its fact."""
    return [
        copied(
            each.fact,
            **dict(opposite(each.fact)),
            source_id=each.source_id,
            published_on=each.published_on,
            note=note,
            reverses_id=each.fact.pk,
            entered_by=by,
        )
        for each in takings
    ]


def copied(fact: F, **changes: Any) -> F:
    """An unsaved row with a fact's content and some of it changed."""
    skipped = NOT_CONTENT | {"source_key"}
    # a changed row goes by its name: the old row's id beside it would win
    kept = [f for f in fact._meta.concrete_fields if f.name not in skipped and f.name not in changes]
    same = {f.attname: getattr(fact, f.attname) for f in kept}
    model: Any = type(fact)
    row: F = model(**same | changes)
    return row


def not_before(fact: Fact, day: dt.date | None) -> dt.date | None:
    """A day on which a row that amends a fact could be known: not before the fact itself, and unknown where that is."""
    return max(fact.published_on, day) if fact.published_on and day else day
