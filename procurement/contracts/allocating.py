"""Allocations with a last day: `to` is short for a share of zero from the next day on."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import transaction

from procurement.common.errors import Refused
from procurement.contracts.models import ProgramAllocation
from procurement.contracts.recording import allocations
from procurement.contracts.sharing import ENDS
from procurement.sources.appending import Recorded
from procurement.sources.facts import PUBLISHED, Fact, rows_of
from procurement.sources.recording import Amending

#: The longest key that leaves room for what the key of the zero share adds to it.
LONGEST_KEY = 200 - len(ENDS)


def ending(row: ProgramAllocation, to: dt.date, **more: Any) -> ProgramAllocation:
    """The unsaved zero share that ends an allocation after its last day. Raises Refused for a day before its first."""
    if row.effective_on is not None and to < row.effective_on:  # type: ignore[redundant-expr]  # not validated yet
        raise Refused({"to": f"must not be before the first day, {row.effective_on.isoformat()}"})
    if len(row.source_key) > LONGEST_KEY:
        raise Refused({"source_key": f"with `to`, a key has at most {LONGEST_KEY} characters"})
    key = f"{row.source_key}{ENDS}" if row.source_key else ""
    same = ("contract", "program", "source", "published_on", "note", "entered_by")
    given: dict[str, Any] = {name: getattr(row, name) for name in same if _has(row, name)}
    ends = {"share": Decimal(0), "effective_on": _after(to), "effective_precision": Fact.Precision.DAY}
    return ProgramAllocation(**given | ends | {"source_key": key} | more)


def _has(row: ProgramAllocation, name: str) -> bool:
    return getattr(row, f"{name}_id", row) is not None


def _after(to: dt.date) -> dt.date:
    return to + dt.timedelta(days=1)


@transaction.atomic
def change_end(fact: ProgramAllocation, amending: Amending, to: dt.date | None) -> Recorded[ProgramAllocation] | None:
    """Let an allocation end after another last day, or (None) not end; returns the zero share, or its reversal.

    Its end is the next standing row of this contract and program, if that is a zero share: that one is corrected or
    reversed; without one, a zero share is recorded. Raises Refused, also for a day on which another share holds.
    """
    allocations.lock([fact])
    following = _next(fact)
    end = following if following is not None and following.share == 0 else None
    if to is None:
        return None if end is None else allocations.take_back(end, amending)
    if end is not None:
        if to < fact.effective_on:
            raise Refused({"to": f"must not be before the first day, {fact.effective_on.isoformat()}"})
        return allocations.correct(end, amending, {"effective_on": _after(to)})
    if following is not None and following.effective_on <= to:
        said = f"row {following.pk} gives another share from {following.effective_on.isoformat()} on; correct that row"
        raise Refused({"to": said})
    ground = {"source": amending.source, "note": amending.note, "published_on": amending.published_on}
    row = ending(fact, to, entered_by=amending.by, **ground)
    if rows_of(ProgramAllocation).filter(contract=fact.contract_id, source_key=row.source_key).exists():
        row.source_key = ""  # that of an end that was taken back; a row of this key would count as its repeat
    return allocations.record(row)


def _next(fact: ProgramAllocation) -> ProgramAllocation | None:
    rows = ProgramAllocation.objects.unreversed().filter(contract=fact.contract_id, program=fact.program_id)
    later = rows.filter(effective_on__gt=fact.effective_on).select_related("contract", "program", "source")
    return later.order_by("effective_on", PUBLISHED, "id").first()
