"""What people do with flags: acknowledge, accept for a time, prolong that, resolve, reopen. Callers check roles."""

import datetime as dt
import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Coalesce, Now, NullIf

from procurement.common.errors import Complaints, Refused
from procurement.flags.models import Flag, FlagEvent
from procurement.flags.screening.marks import refresh
from procurement.flags.screening.screen import lock_flags

log = logging.getLogger(__name__)

State = Flag.State
Kind = FlagEvent.Kind
LONGEST_OWNER = 200
#: The columns that are cleared when an acceptance ends; the events keep who accepted the flag and why.
FORGOTTEN: Mapping[str, Any] = {"owner": "", "accepted_until": None, "acceptance_reason": ""}


#: The event for each action in each state; in other states the action is refused. Accepting an accepted flag changes
#: the last day.
TRANSITIONS: Mapping[str, Mapping[str, FlagEvent.Kind]] = {
    "acknowledge": {State.OPEN: Kind.ACKNOWLEDGED},
    "accept": {State.OPEN: Kind.ACCEPTED, State.ACKNOWLEDGED: Kind.ACCEPTED, State.ACCEPTED: Kind.PROLONGED},
    "prolong": {State.ACCEPTED: Kind.PROLONGED},
    "resolve": dict.fromkeys((State.OPEN, State.ACKNOWLEDGED, State.ACCEPTED), Kind.RESOLVED),
    "reopen": dict.fromkeys((State.ACKNOWLEDGED, State.ACCEPTED, State.RESOLVED), Kind.REOPENED),
}
#: The result of each action, in words.
PARTICIPLES = {
    "acknowledge": "acknowledged",
    "accept": "accepted",
    "prolong": "prolonged",
    "resolve": "resolved",
    "reopen": "reopened",
}


def transition(
    verb: str, state: str, *, was: dt.date | None = None, until: dt.date | None = None
) -> FlagEvent.Kind | None:
    """The event for an action on a flag in a state; None if it is not possible.

    Changing the last day of an acceptance prolongs it or, if the day is earlier, shortens it.
    """
    kind = TRANSITIONS[verb].get(state)
    if kind == Kind.PROLONGED and was is not None and until is not None and until < was:
        return Kind.SHORTENED
    return kind


@dataclass(frozen=True)
class Action:
    """A requested action on one or many flags: what it sets, and what is wrong with the request."""

    verb: str
    sets: Mapping[str, Any]
    by: AbstractUser | None
    reason: str
    faults: Mapping[str, list[str]] = field(default_factory=dict)
    #: Whether it is refused once the condition has ended.
    needs_condition: bool = False

    def kind(self, flag: Flag) -> FlagEvent.Kind | None:
        """The event for this action on a flag in its current state."""
        return transition(self.verb, flag.state, was=flag.accepted_until, until=self.sets.get("accepted_until"))


@dataclass(frozen=True)
class Outcomes:
    """The outcome of an action on many flags: those it was done with, those that were refused, and unknown ids."""

    done: Mapping[int, Flag]
    refused: Mapping[int, Refused]
    unknown: tuple[int, ...] = ()


# one flag


@transaction.atomic
def acknowledge(flag_id: int, *, by: AbstractUser | None, reason: str = "", owner: str = "") -> Flag:
    """Record that somebody has seen an open flag, optionally with an owner. Raises Refused when it is not open."""
    return _one(flag_id, _acknowledging(by, reason, owner))


@transaction.atomic
def accept(
    flag_id: int, *, by: AbstractUser | None, reason: str, owner: str = "", until: dt.date | None, today: dt.date
) -> Flag:
    """Accept a flag's condition through a day.

    The owner takes responsibility: the one given, else the flag's owner, else the user. An accepted flag stays accepted
    through the new day, later or earlier. Raises Refused when it is resolved, when it is already accepted through that
    day, when there is no reason or owner, or when the day is not in the future.
    """
    return _one(flag_id, _accepting("accept", by, reason, owner, until=until, today=today))


@transaction.atomic
def prolong(
    flag_id: int, *, by: AbstractUser | None, reason: str, owner: str = "", until: dt.date | None, today: dt.date
) -> Flag:
    """Give an acceptance another last day, as `accept` does, for a user who has seen that the flag is accepted.

    Also raises Refused when it no longer is: something has arrived that the user has not seen yet.
    """
    return _one(flag_id, _accepting("prolong", by, reason, owner, until=until, today=today))


@transaction.atomic
def resolve(flag_id: int, *, by: AbstractUser | None, reason: str) -> Flag:
    """Close a flag even if its condition still holds.

    It stays closed until the condition returns, or money moves again.

    Raises Refused when it was resolved before, or without a reason.
    """
    return _one(flag_id, _resolving(by, reason))


@transaction.atomic
def reopen(flag_id: int, *, by: AbstractUser | None, reason: str) -> Flag:
    """Put a flag back into the queue.

    Raises Refused when it is open, without a reason, or when its condition has ended: the next screening would resolve
    it at once, and reopens it by itself when the condition returns.
    """
    return _one(flag_id, _reopening(by, reason))


# many


@transaction.atomic
def acknowledge_all(
    flag_ids: Collection[int], *, by: AbstractUser | None, reason: str = "", owner: str = ""
) -> Outcomes:
    """Acknowledge each flag that is open; a refusal for one does not affect the others.

    Raises Refused for an error in the request itself. The number of queries does not depend on how many there are.
    """
    return _all(flag_ids, _acknowledging(by, reason, owner))


@transaction.atomic
def accept_all(
    flag_ids: Collection[int],
    *,
    by: AbstractUser | None,
    reason: str,
    owner: str = "",
    until: dt.date | None,
    today: dt.date,
) -> Outcomes:
    """Accept each flag that is not resolved, as `accept` does; a refusal for one does not affect the others.

    Raises Refused for an error in the request itself. The number of queries does not depend on how many there are.
    """
    return _all(flag_ids, _accepting("accept", by, reason, owner, until=until, today=today))


# what is asked for


def _acknowledging(by: AbstractUser | None, reason: str, owner: str) -> Action:
    faults = Complaints()
    said = _clean(faults, "reason", reason)
    sets = {"state": State.ACKNOWLEDGED, "owner": _owner(faults, owner)}
    return Action("acknowledge", sets, by, said, faults.errors)


def _accepting(
    verb: str, by: AbstractUser | None, reason: str, owner: str, *, until: dt.date | None, today: dt.date
) -> Action:
    faults = Complaints()
    why = _reason(faults, reason, "say why this is accepted")
    named = _owner(faults, owner)
    user_name = by.get_username() if by else ""
    if not named and not user_name:
        faults.add("owner", "name the person who takes responsibility for it")
    if until is None or until <= today:
        faults.add("until", f"give the last day of the acceptance, after {today.isoformat()}")
    answers = Value(named) if named else Coalesce(NullIf("owner", Value("")), Value(user_name))
    sets = {"state": State.ACCEPTED, "owner": answers, "accepted_until": until, "acceptance_reason": why}
    return Action(verb, sets, by, why, faults.errors)


def _resolving(by: AbstractUser | None, reason: str) -> Action:
    faults = Complaints()
    why = _reason(faults, reason, "say why this is resolved")
    sets = {"state": State.RESOLVED, "resolved_at": Now(), **FORGOTTEN}
    return Action("resolve", sets, by, why, faults.errors)


def _reopening(by: AbstractUser | None, reason: str) -> Action:
    faults = Complaints()
    why = _reason(faults, reason, "say why this is reopened")
    sets = {"state": State.OPEN, "resolved_at": None, **FORGOTTEN}
    return Action("reopen", sets, by, why, faults.errors, needs_condition=True)


def _clean(faults: Complaints, name: str, text: str) -> str:
    if "\x00" in text:
        faults.add(name, "must not contain a NUL byte")
    return text.strip()


def _reason(faults: Complaints, text: str, said: str) -> str:
    reason = _clean(faults, "reason", text)
    if not reason:
        faults.add("reason", said)
    return reason


def _owner(faults: Complaints, text: str) -> str:
    owner = _clean(faults, "owner", text)
    if len(owner) > LONGEST_OWNER:
        faults.add("owner", f"may have at most {LONGEST_OWNER} characters")
    return owner


# doing it


def _one(flag_id: int, action: Action) -> Flag:
    """Do it with one flag. Raises Flag.DoesNotExist, or Refused."""
    outcomes = _do([flag_id], action)
    if outcomes.unknown:
        raise Flag.DoesNotExist
    if flag_id in outcomes.refused:
        raise outcomes.refused[flag_id]
    return outcomes.done[flag_id]


def _all(flag_ids: Collection[int], action: Action) -> Outcomes:
    """Do it with each flag for which it is not refused. Raises Refused for an error in the request itself."""
    outcomes = _do(flag_ids, action)
    if action.faults:
        raise Refused(action.faults)
    return outcomes


def _do(flag_ids: Collection[int], action: Action) -> Outcomes:
    flags = _locked(flag_ids)
    refused = {pk: why for pk, flag in flags.items() if (why := _refusal(flag, action))}
    unknown = tuple(pk for pk in dict.fromkeys(flag_ids) if pk not in flags)
    for pk, why in refused.items():
        note_refusal(pk, verb=action.verb, by=action.by, state=flags[pk].state, complaints=why.errors)
    for pk in unknown:
        note_refusal(pk, verb=action.verb, by=action.by, complaints={"flag": ["no flag has this id"]})
    kinds = {pk: kind for pk, flag in flags.items() if pk not in refused and (kind := action.kind(flag))}
    done = _keep(kinds, action)
    return Outcomes(done, refused, unknown)


def _locked(flag_ids: Collection[int]) -> dict[int, Flag]:
    """The flags by id, locked as screening locks them, and their rows locked; each kind of lock in one order."""
    wanted = Flag.objects.filter(pk__in=flag_ids)
    lock_flags(wanted.values_list("program_id", "contract_id"))
    return {flag.pk: flag for flag in wanted.select_for_update(of=("self",)).order_by("pk")}


def _refusal(flag: Flag, action: Action) -> Refused | None:
    """Why an action is refused for a flag in its current state; None if it is not."""
    complaints = Complaints()
    until = action.sets.get("accepted_until")
    if action.kind(flag) is None:
        possible = _either(TRANSITIONS[action.verb])
        complaints.add(
            "state", f"this flag is {flag.state}; only one that is {possible} can be {PARTICIPLES[action.verb]}"
        )
    elif action.needs_condition and not flag.condition_holds:
        complaints.add("state", "the condition has ended; the flag reopens by itself when it returns")
    elif until is not None and until == flag.accepted_until:
        complaints.add("until", f"this flag is accepted through {until} already; give another last day")
    for name, said in action.faults.items():
        for each in said:
            complaints.add(name, each)
    return Refused(complaints.errors) if complaints.errors else None


def _either(words: Iterable[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last


def note_refusal(
    flag_id: int | None,
    *,
    verb: str,
    by: AbstractUser | None,
    complaints: Mapping[str, Iterable[str]],
    state: str = "",
) -> None:
    """Log a refused action; also used by callers that refuse users without the role."""
    said = "; ".join(f"{name}: {' '.join(each)}" for name, each in complaints.items())
    who = by.get_username() if by else ""
    log.warning("flag refused", extra={"flag": flag_id, "verb": verb, "state": state, "by": who, "complaints": said})


def _keep(kinds: Mapping[int, FlagEvent.Kind], action: Action) -> dict[int, Flag]:
    """Store what the action sets and an event for each flag, and read the flags again."""
    if not kinds:
        return {}
    Flag.objects.filter(pk__in=kinds).update(**action.sets)
    kept = Flag.objects.in_bulk(list(kinds))
    FlagEvent.objects.bulk_create([_event(kept[pk], kind, action) for pk, kind in kinds.items()])
    refresh(kept[pk] for pk, kind in kinds.items() if kind == Kind.REOPENED)
    return kept


def _event(flag: Flag, kind: FlagEvent.Kind, action: Action) -> FlagEvent:
    return FlagEvent(
        flag=flag,
        kind=kind,
        by_id=action.by.pk if action.by else None,
        reason=action.reason,
        severity=flag.severity,
        summary=flag.summary,
        evidence=flag.evidence,
        owner=flag.owner,
        accepted_until=flag.accepted_until,
    )
