"""What a person decides of two organizations that may be one."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from procurement.common.errors import Conflict, Refused
from procurement.imports.merging import record_merge
from procurement.imports.models import DoubtfulMatch
from procurement.sources.models import Document

State = DoubtfulMatch.State


@dataclass(frozen=True)
class Decision:
    """That two organizations are the same, by a source, or different; and who says so, and why."""

    state: str
    by: User | None
    note: str = ""
    source: Document | None = None


@transaction.atomic
def decide_match(match_id: int, decision: Decision) -> DoubtfulMatch:
    """Decide a doubtful match. If the two are the same, the merge is recorded, and the older one remains.

    Raises Refused without a reason, or for a merge without a source; Conflict when it was decided before. Safe to race:
    the row is locked. A merge is undone as a fact is, by its reversal; the pair is not asked again.
    """
    match = DoubtfulMatch.objects.select_for_update(of=("self",)).select_related("organization", "candidate")
    row = match.get(pk=match_id)
    if row.state != State.OPEN:
        raise Conflict({"state": f"was decided before: “{row.get_state_display()}”"}, existing=row.pk)
    if decision.state not in {State.SAME, State.DIFFERENT}:
        raise Refused({"decision": f"accepted: {State.SAME}, {State.DIFFERENT}"})
    if not decision.note.strip():
        raise Refused({"note": "must be given: the reason for which they are the same, or different"})
    if decision.state == State.SAME:
        record_merge(row.organization, into=row.candidate, source=decision.source, note=decision.note, by=decision.by)
    row.state, row.decided_by, row.decided_at = decision.state, decision.by, timezone.now()
    row.note = decision.note.strip()
    row.save(update_fields=["state", "decided_by", "decided_at", "note"])
    return row
