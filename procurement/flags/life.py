"""What people do with a flag: acknowledge, accept for a time, resolve, reopen. Who may is the caller's business."""

import datetime as dt

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models.functions import Now

from procurement.common.errors import Complaints, Refused
from procurement.flags import storing
from procurement.flags.models import Flag, FlagEvent
from procurement.flags.screening import lock_programs

State = Flag.State
#: The columns that these verbs set.
LIFE = ("state", "resolved_at", "owner", "accepted_until", "acceptance_reason")


@transaction.atomic
def acknowledge(flag_id: int, *, by: AbstractUser | None, reason: str = "") -> Flag:
    """Note that somebody has seen an open flag. Raises Refused when it is not open."""
    flag = _locked(flag_id)
    _refuse_unless(flag, (State.OPEN,), "acknowledged")
    flag.state = State.ACKNOWLEDGED
    return _keep(flag, FlagEvent.Kind.ACKNOWLEDGED, by, _clean(reason))


@transaction.atomic
def accept(
    flag_id: int, *, by: AbstractUser | None, reason: str, owner: str = "", until: dt.date | None, today: dt.date
) -> Flag:
    """Live with a flag's condition through a day, on somebody's account: the owner, else whoever accepts.

    Raises Refused when it was accepted or resolved before, when there is no reason or owner, or when the day has come.
    """
    flag = _locked(flag_id)
    _refuse_unless(flag, (State.OPEN, State.ACKNOWLEDGED), "accepted")
    owner = _clean(owner) or (by.get_username() if by else "")
    complaints = Complaints()
    if not _clean(reason):
        complaints.add("reason", "say why this is accepted")
    if not owner:
        complaints.add("owner", "name who answers for it")
    if len(owner) > 200:
        complaints.add("owner", "may have at most 200 characters")
    if until is None or until <= today:
        complaints.add("until", f"give the last day of the acceptance, after {today.isoformat()}")
    complaints.refuse_if_any()
    flag.state = State.ACCEPTED
    flag.owner, flag.accepted_until, flag.acceptance_reason = owner, until, _clean(reason)
    return _keep(flag, FlagEvent.Kind.ACCEPTED, by, _clean(reason))


@transaction.atomic
def resolve(flag_id: int, *, by: AbstractUser | None, reason: str) -> Flag:
    """Close a flag although its condition may hold: it stays closed until that returns, or money moves again.

    Raises Refused when it was resolved before, or without a reason.
    """
    flag = _locked(flag_id)
    _refuse_unless(flag, (State.OPEN, State.ACKNOWLEDGED, State.ACCEPTED), "resolved")
    _refuse_without(reason, "say why this is resolved")
    storing.resolve(flag)
    flag.resolved_at = Now()
    return _keep(flag, FlagEvent.Kind.RESOLVED, by, _clean(reason))


@transaction.atomic
def reopen(flag_id: int, *, by: AbstractUser | None, reason: str) -> Flag:
    """Put a flag back into the queue.

    Raises Refused when it is open, without a reason, or when its condition has ended: the next screening would resolve
    it at once, and reopens it by itself when the condition returns.
    """
    flag = _locked(flag_id)
    _refuse_unless(flag, (State.ACKNOWLEDGED, State.ACCEPTED, State.RESOLVED), "reopened")
    _refuse_without(reason, "say why this is reopened")
    if not flag.condition_holds:
        raise Refused({"state": "the condition has ended; the flag reopens by itself when it returns"})
    storing.reopen(flag)
    flag.resolved_at = None
    return _keep(flag, FlagEvent.Kind.REOPENED, by, _clean(reason))


def _locked(flag_id: int) -> Flag:
    """The flag, under the lock on its program that screening takes too, and its row's. Raises Flag.DoesNotExist."""
    lock_programs([Flag.objects.values_list("program_id", flat=True).get(pk=flag_id)])
    return Flag.objects.select_for_update(of=("self",)).get(pk=flag_id)


def _refuse_unless(flag: Flag, states: tuple[str, ...], verb: str) -> None:
    if flag.state not in states:
        accepted = " or ".join(states)
        raise Refused({"state": f"this flag is {flag.state}; only one that is {accepted} can be {verb}"})


def _refuse_without(reason: str, said: str) -> None:
    if not _clean(reason):
        raise Refused({"reason": said})


def _clean(text: str) -> str:
    if "\x00" in text:
        raise Refused({"reason": "must not contain a NUL byte"})
    return text.strip()


def _keep(flag: Flag, kind: str, by: AbstractUser | None, reason: str) -> Flag:
    flag.save(update_fields=LIFE)
    FlagEvent.objects.create(
        flag=flag,
        kind=kind,
        by_id=by.pk if by else None,
        reason=reason,
        severity=flag.severity,
        summary=flag.summary,
        evidence=flag.evidence,
    )
    flag.refresh_from_db(fields=LIFE)
    return flag
