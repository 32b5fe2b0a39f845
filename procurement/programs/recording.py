"""Recording programs, decisions and statements about them, and links between them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction

from procurement.common.advisory_locks import lock_keys
from procurement.common.errors import Complaints, Conflict
from procurement.common.matching import Found, differences
from procurement.common.money import is_country
from procurement.common.validation import complain_of_fields, refuse_bad_texts
from procurement.common.withdrawable import bring_back, store_new
from procurement.parties.models import Organization
from procurement.programs.models import Program, ProgramLink, StatusChange
from procurement.programs.proposing import NotApproved, Proposal, lock_proposals, propose
from procurement.programs.stopping import needs_approval
from procurement.sources.appending import Recorded, key_of, revisions_of
from procurement.sources.recording import Amending, Held, Recorder, refuse_if_any, refuse_reversing


@transaction.atomic
def create_program(row: Program) -> Program:
    """Store a new program. Raises Refused, or Conflict when the code is taken."""
    if not row.country and row.buyer is not None:
        row.country = row.buyer.country
    refuse_bad_program(row)
    lock_keys([f"program:{row.code}"])
    taken = Program.objects.filter(code=row.code).first()
    if taken is not None:
        raise Conflict(
            {"code": f"“{row.code}” is taken by the program “{taken.name}”; choose another"}, existing=taken.pk
        )
    store_new(row, Program.everything.filter(code=row.code).first())
    return row


def refuse_bad_program(row: Program) -> None:
    """Raise Refused when a program's columns have invalid values."""
    complaints = Complaints()
    complain_of_fields(row, complaints)
    if row.country and not is_country(row.country):
        complaints.add("country", f"“{row.country}” is not an ISO 3166-1 alpha-2 code; JP or US would be accepted")
    complaints.refuse_if_any()


@transaction.atomic
def name_program(row: Program, *, stated: Mapping[str, Any]) -> Found[Program]:
    """Find the program with this code, or store the row; a match edits nothing, and reports differences."""
    refuse_bad_texts(code=row.code)
    lock_keys([f"program:{row.code}"])
    stored = Program.everything.filter(code=row.code).first()
    if stored is None:
        return Found(create_program(row), created=True)
    bring_back([stored])
    return Found(stored, warnings=differences(stored, stated))


def find_or_create_program(row: Program) -> Program:
    """Return the program with the row's code: see name_program."""
    return name_program(row, stated={}).row


def default_side(program: Program, organization: Organization | None, *, kind_given: bool = True) -> str:
    """The buyer's side is the buyer itself or the executive of its country (DESIGN.md section 4).

    `kind_given` is false when the organization came inline without saying what kind of body it is.
    """
    if organization is None:
        return StatusChange.Side.OTHER
    if organization.pk == program.buyer_id:
        return StatusChange.Side.BUYER
    home = program.buyer_country
    speaks_for_executive = organization.kind == Organization.Kind.GOVERNMENT_EXECUTIVE or not kind_given
    if home and organization.country == home and speaks_for_executive:
        return StatusChange.Side.BUYER
    is_buyer = program.buyer_id is not None and Organization.are_one(organization.pk, program.buyer_id)
    return StatusChange.Side.BUYER if is_buyer else StatusChange.Side.OTHER


class StatusChanges(Recorder[StatusChange]):
    """Decisions and statements. A row without a side gets the default one.

    Where a second person must approve what stops a program, such an act becomes a draft (programs/stopping.py).
    """

    model = StatusChange
    reads = ("organization", "revokes")

    def left_open(self, row: StatusChange) -> frozenset[str]:
        """The side too, which depends on the kind of the organization."""
        return super().left_open(row) | (frozenset() if row.side else {"side"})

    def complain(self, row: StatusChange, complaints: Complaints) -> None:
        """Add what is wrong with a row."""
        if not row.side:
            row.side = default_side(row.program, row.organization)
        if row.kind == StatusChange.Kind.DECISION and not row.status and row.revokes is None:
            accepted = ", ".join(StatusChange.Status.values)
            complaints.add("status", f"a decision sets a status or revokes a decision; accepted: {accepted}")
        if row.casts_doubt and row.kind != StatusChange.Kind.STATEMENT:
            complaints.add("casts_doubt", "applies only to kind statement; a decision casts doubt by its status")
        if row.revokes is not None:
            _complain_of_revoking(row, row.revokes, complaints)

    @property
    def holds_back(self) -> bool:
        """As the setting says."""
        return bool(settings.STOPS_NEED_APPROVAL)

    def hold_back(
        self, rows: Sequence[StatusChange], left_open: Sequence[frozenset[str]]
    ) -> Mapping[int, Held[StatusChange]]:
        """The new rows that stop a program; not those whose key is posted already, which change nothing."""
        stopping = [place for place, row in enumerate(rows) if needs_approval(put=row)]
        keyed = [rows[place] for place in stopping if rows[place].source_key]
        lock_proposals(keyed)
        posted = {key_of(row) for row in revisions_of(keyed)} if keyed else set()
        new = [place for place in stopping if not rows[place].source_key or key_of(rows[place]) not in posted]
        return {place: _proposed(Proposal(rows[place], left_open=left_open[place])) for place in new}

    def hold_back_amending(
        self, row: StatusChange, amending: Amending, revision: StatusChange | None = None
    ) -> Recorded[StatusChange] | None:
        """A reversal or correction that changes which days a program is stopped."""
        if not needs_approval(put=revision, taken=row):
            return None
        refuse_reversing(row, amending)
        if revision is not None:
            refuse_if_any(self.check([revision]).errors)
        return propose(Proposal(revision, row, amending))


def _proposed(proposal: Proposal) -> Held[StatusChange]:
    try:
        return propose(proposal)
    except NotApproved as refused:
        return refused


class ApprovedStatusChanges(StatusChanges):
    """The same for what a second person has approved: nothing is held back."""

    holds_back = False

    def hold_back(
        self,
        rows: Sequence[StatusChange],  # noqa: ARG002  (a hook)
        left_open: Sequence[frozenset[str]],  # noqa: ARG002  (a hook)
    ) -> Mapping[int, Held[StatusChange]]:
        """None."""
        return {}

    def hold_back_amending(
        self,
        row: StatusChange,  # noqa: ARG002  (a hook)
        amending: Amending,  # noqa: ARG002  (a hook)
        revision: StatusChange | None = None,  # noqa: ARG002  (a hook)
    ) -> Recorded[StatusChange] | None:
        """Nor this."""
        return None


def _complain_of_revoking(row: StatusChange, revoked: StatusChange, complaints: Complaints) -> None:
    both_decide = row.kind == revoked.kind == StatusChange.Kind.DECISION
    if not both_decide or revoked.program_id != row.program_id or revoked.is_reversal:
        complaints.add("revokes", "a decision can revoke an earlier decision about the same program")
    elif revoked.effective_on > row.effective_on:
        complaints.add("revokes", f"decision {revoked.pk} takes effect only on {revoked.effective_on}, after this one")


class ProgramLinks(Recorder[ProgramLink]):
    """Successors, replacements and parts."""

    model = ProgramLink

    def complain(self, row: ProgramLink, complaints: Complaints) -> None:
        """Add what is wrong with a row."""
        if row.program_id == row.other_id:
            complaints.add("other", "a program cannot be linked to itself; name another program")


status_changes = StatusChanges()
approved_status_changes = ApprovedStatusChanges()
program_links = ProgramLinks()
