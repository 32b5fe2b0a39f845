"""Taking back many facts at once: the same rows as `Recorder.reverse` appends, by one statement for hundreds."""

from collections.abc import Sequence
from typing import Any

from procurement.imports.posting.attribution import Attribution
from procurement.sources.appending import append
from procurement.sources.facts import Fact
from procurement.sources.recording import Recorder
from procurement.sources.references import read_references
from procurement.sources.reversing import Taking, refuse_reversed, reversal_lock, reversals

#: How many are taken back by one transaction; it holds a lock for each.
AT_ONCE = 500


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
    attribution.lock(map(reversal_lock, facts))
    read_references(facts, *model.SUBJECT)
    recorder.lock(facts)
    refuse_reversed(facts)
    rows = reversals(takings, recorder.opposite, note=note, by=attribution.by)
    append(rows, [frozenset()] * len(rows))
    return rows
