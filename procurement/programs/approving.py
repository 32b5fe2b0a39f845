"""Deciding about status changes that wait for a second person: approve, refuse, withdraw."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from procurement.access.roles import REVIEWER
from procurement.common.errors import Conflict, Refused
from procurement.common.withdrawable import bring_back
from procurement.programs.drafts import StatusDraft, decides_on_drafts
from procurement.programs.models import StatusChange
from procurement.programs.proposing import lock_proposals
from procurement.programs.recording import approved_status_changes
from procurement.sources.appending import Recorded
from procurement.sources.origin import posting_as
from procurement.sources.recording import Amending

State = StatusDraft.State
#: Why a person may not approve what they proposed.
NEEDS_ANOTHER = "you proposed this yourself; another reviewer or administrator approves it, and you may withdraw it"

#: The columns that a corrected row takes from the act, or from the row that it corrects.
OF_THE_ACT = frozenset({"source_id", "revision", "source_key", "program_id"})


class NotYours(Refused):
    """A person may not do this with this draft."""


@transaction.atomic
def approve(draft_id: int, *, by: User, reason: str = "") -> Recorded[StatusChange]:
    """Record what a draft proposes, checked again against what is recorded now.

    The fact is the proposer's, recorded at this moment. Raises NotYours, Conflict when the draft was decided before,
    and what recording raises: then the draft still waits. Safe to race: the draft's row is locked, and a second
    decision finds it decided.
    """
    draft = _locked(draft_id)
    _refuse_unless_decides(by)
    if draft.proposed_by_id == by.pk:
        raise NotYours({"approve": NEEDS_ANOTHER})
    _refuse_decided(draft)
    with posting_as(draft.origin):
        recorded = _record(draft)
    draft.fact = recorded.fact
    _decide(draft, State.APPROVED, by, reason)
    return recorded


@transaction.atomic
def refuse(draft_id: int, *, by: User, reason: str) -> StatusDraft:
    """Decide that nothing is recorded; a reason is needed. Raises as approving does."""
    draft = _locked(draft_id)
    _refuse_unless_decides(by)
    if draft.proposed_by_id == by.pk:
        raise NotYours({"refuse": "you proposed this yourself: withdraw it instead"})
    if not reason.strip():
        raise Refused({"reason": "say why it is not approved; the proposer reads it"})
    _refuse_decided(draft)
    return _decide(draft, State.REFUSED, by, reason)


@transaction.atomic
def withdraw(draft_id: int, *, by: User, reason: str = "") -> StatusDraft:
    """Take a proposal back; only its proposer may. Raises NotYours, Conflict when it was decided before."""
    draft = _locked(draft_id)
    if draft.proposed_by_id != by.pk:
        raise NotYours({"withdraw": "another person proposed it; a reviewer or administrator may refuse it"})
    _refuse_decided(draft)
    return _decide(draft, State.WITHDRAWN, by, reason)


@transaction.atomic
def withdraw_of_batch(batch_id: int, *, by: User | None) -> int:
    """Take back what an import proposed and nobody has decided; returns how many drafts that were.

    Safe to repeat, and to race with approving: both lock the draft's row.
    """
    waiting = StatusDraft.objects.waiting().select_for_update(of=("self",)).filter(batch_id=batch_id).order_by("pk")
    for draft in waiting:
        _decide(draft, State.WITHDRAWN, by, f"import {batch_id} was taken back")
    return len(waiting)


def _locked(draft_id: int) -> StatusDraft:
    """The draft, which nobody else decides until the transaction ends. Raises StatusDraft.DoesNotExist."""
    return StatusDraft.objects.select_for_update(of=("self",)).select_related("program", "source").get(pk=draft_id)


def _refuse_unless_decides(by: User) -> None:
    if not decides_on_drafts(by):
        raise NotYours({"role": f"this needs the role {REVIEWER}"})


def _refuse_decided(draft: StatusDraft) -> None:
    if draft.state != State.WAITING:
        raise Conflict({"state": f"draft {draft.pk} is {draft.state} already; it is decided once"})


def _record(draft: StatusDraft) -> Recorded[StatusChange]:
    bring_back([draft.program, draft.source])  # what an undone import left nothing else to use
    amends = draft.amends
    if amends is None:
        row = draft.row()
        row.source = draft.ground
        lock_proposals([row])
        return approved_status_changes.record(row)
    amending = Amending(draft.ground, draft.note, draft.published_on, draft.proposed_by)
    if draft.act == StatusDraft.Act.REVERSE:
        return approved_status_changes.take_back(amends, amending)
    revision = draft.row()
    content = {name: getattr(revision, name) for name in draft.columns if name not in OF_THE_ACT}
    return approved_status_changes.correct(amends, amending, content)


def _decide(draft: StatusDraft, state: State, by: User | None, reason: str) -> StatusDraft:
    draft.state, draft.decided_by, draft.decided_at, draft.reason = state, by, timezone.now(), reason
    draft.save(update_fields=["state", "decided_by", "decided_at", "reason", "fact"])
    return draft
