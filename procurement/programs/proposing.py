"""Keeping an act on a program's status as a draft, until a second person approves it.

The recorder of status changes calls this, so that it holds at every door: the API, the admin, imports and commands.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User

from procurement.common.advisory_locks import lock_keys
from procurement.common.errors import Conflict
from procurement.programs.drafts import StatusDraft, columns_of
from procurement.programs.models import StatusChange
from procurement.sources.appending import Recorded, differing_columns
from procurement.sources.models import Document
from procurement.sources.origin import origin
from procurement.sources.recording import Amending


class NotApproved(Conflict):
    """The act contradicts a draft that waits, or is one that was refused. It says nothing of that draft's content."""


@dataclass(frozen=True)
class Proposal:
    """An act that is proposed: what is put in, what is taken back and on what ground; and what the row left open."""

    put: StatusChange | None = None
    taken: StatusChange | None = None
    amending: Amending | None = None
    left_open: frozenset[str] = frozenset()

    @property
    def row(self) -> StatusChange:
        """What it is about."""
        row = self.put or self.taken
        assert row is not None
        return row

    @property
    def act(self) -> StatusDraft.Act:
        """Its name."""
        if self.taken is None:
            return StatusDraft.Act.RECORD
        return StatusDraft.Act.REVERSE if self.put is None else StatusDraft.Act.CORRECT

    @property
    def ground(self) -> Document:
        """The source of the act."""
        return self.amending.source if self.amending else self.row.source

    @property
    def by(self) -> User | None:
        """Who proposes it."""
        return self.amending.by if self.amending else self.row.entered_by

    @property
    def note(self) -> str:
        """That of the act; a new row has its own."""
        return self.amending.note if self.amending else ""


def propose(proposal: Proposal) -> Recorded[StatusChange]:
    """Keep an act as a draft, or find the draft that is the same act and waits; nothing is recorded.

    Raises NotApproved when another draft waits about the same fact or key, or when the same act was refused. Safe to
    repeat and to race: the caller has locked the key (lock_proposals), or the fact that is taken back.
    """
    row = proposal.row
    before = _before(proposal)
    if before is not None and before.state == StatusDraft.State.WAITING:
        if not _is_same(before, proposal):
            raise NotApproved({_field(proposal): _says_otherwise(proposal)})
        return Recorded(row, created=False, draft=before)
    if before is not None and before.state == StatusDraft.State.REFUSED and _is_same(before, proposal):
        raise NotApproved(
            {_field(proposal): "the same was proposed before, and was not approved; change what is wrong"}
        )
    return Recorded(row, draft=_stored(proposal))


def lock_proposals(rows: Iterable[StatusChange]) -> None:
    """Take the locks under which it is decided whether the keys of some new rows are posted or proposed already."""
    lock_keys(f"status draft:{row.program_id}:{row.source_key}" for row in rows if row.source_key)


def _before(proposal: Proposal) -> StatusDraft | None:
    """The last draft about the same fact or key. One without a key is never the same as another."""
    row, drafts = proposal.row, StatusDraft.objects.order_by("-pk")
    if proposal.taken is not None:
        return drafts.filter(amends=proposal.taken.pk).first()
    if not row.source_key:
        return None
    return drafts.filter(act=StatusDraft.Act.RECORD, program=row.program_id, source_key=row.source_key).first()


def _is_same(draft: StatusDraft, proposal: Proposal) -> bool:
    if draft.act != proposal.act:
        return False
    if proposal.put is None:
        return (draft.source_id, draft.note) == (proposal.ground.pk, proposal.note)
    return not differing_columns(draft.row(), proposal.put, proposal.left_open)


def _field(proposal: Proposal) -> str:
    return "source_key" if proposal.taken is None else "reverses"


def _says_otherwise(proposal: Proposal) -> str:
    if proposal.taken is None:
        return f"“{proposal.row.source_key}” is the key of a status change that waits for approval; use another key"
    return f"another change of row {proposal.taken.pk} waits for approval; it must be decided or withdrawn first"


def _stored(proposal: Proposal) -> StatusDraft:
    said, amending = origin(), proposal.amending
    content: dict[str, Any] = {} if proposal.put is None else columns_of(proposal.put)
    return StatusDraft.objects.create(
        act=proposal.act,
        program_id=proposal.row.program_id,
        amends=proposal.taken,
        columns=content,
        source_key=proposal.row.source_key,
        source_id=proposal.ground.pk,
        cited_on=proposal.ground.cited_on,
        published_on=amending.published_on if amending else None,
        note=proposal.note,
        proposed_by_id=proposal.by.pk if proposal.by else None,
        historical=said.historical,
        batch_id=said.batch_id,
    )
