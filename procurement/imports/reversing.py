"""Taking back many facts at once: the same rows as `Recorder.reverse` appends, by one statement for hundreds."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from procurement.common.errors import Conflict
from procurement.imports.attribution import Attribution
from procurement.sources.appending import append
from procurement.sources.facts import Fact, rows_of
from procurement.sources.recording import Recorder, copied
from procurement.sources.references import read_references

#: How many are taken back by one transaction; it holds a lock for each.
AT_ONCE = 500


@dataclass(frozen=True)
class Taking:
    """A fact to take back, on the ground of a source, and since when the public could know that."""

    fact: Fact
    source_id: int
    published_on: dt.date | None


def reverse_all(
    recorder: Recorder[Any], takings: Sequence[Taking], attribution: Attribution, *, note: str
) -> list[Fact]:
    """Append the reversals of facts that reverse nothing, in a transaction of the caller.

    Raises Conflict when one was taken back before; races end in one reversal, as the facts' keys are locked. A rule
    over several rows is not asked: `settle` the recorder when all that belongs together is stored.
    """
    facts = [each.fact for each in takings]
    if not facts:
        return []
    model = type(facts[0])
    attribution.lock(f"reverse:{model._meta.db_table}:{fact.pk}" for fact in facts)
    read_references(facts, *model.SUBJECT)
    recorder.lock(facts)
    before = rows_of(model).filter(reverses__in=[fact.pk for fact in facts]).first()
    if before is not None:
        said = f"row {before.reverses_id} was reversed before, by row {before.pk}"
        raise Conflict({"reverses": said}, existing=before.pk)
    rows = [
        copied(
            each.fact,
            **dict(recorder.opposite(each.fact)),
            source_id=each.source_id,
            published_on=each.published_on,
            note=note,
            reverses_id=each.fact.pk,
            entered_by=attribution.by,
        )
        for each in takings
    ]
    append(rows, [frozenset()] * len(rows))
    return rows
