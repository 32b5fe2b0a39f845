"""What happened in between: of a subject that changed several times where it stands now, and the steps. Pure."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from procurement.alerts.events import CONTRACT_STATUS_CHANGED, FLAG_EVENTS, STATUS_CHANGED
from procurement.common.texts import in_words

#: Events that say what became of what.
CHANGES = (STATUS_CHANGED, CONTRACT_STATUS_CHANGED)
#: What a flag is after each of its events.
FLAG_STATES = {
    FLAG_EVENTS["opened"]: "open",
    FLAG_EVENTS["escalated"]: "open",
    FLAG_EVENTS["reopened"]: "open",
    FLAG_EVENTS["resolved"]: "resolved",
}


@dataclass(frozen=True)
class Told:
    """One alert of a message."""

    id: int
    event: str
    happened_at: dt.datetime
    summary: str
    payload: Mapping[str, Any]


def between(alerts: Iterable[Told]) -> list[dict[str, Any]]:
    """Each subject that changed more than once: what it was, what it is now, and the steps, the oldest first.

    `earlier` has the ids of all steps but the last.
    """
    by_subject: dict[tuple[str, Any], list[Told]] = defaultdict(list)
    for each in alerts:
        kind, subject = _subject(each)
        if subject is not None:
            by_subject[kind, subject].append(each)
    return [_net(sorted(steps, key=lambda step: step.happened_at)) for steps in by_subject.values() if len(steps) > 1]


def _subject(told: Told) -> tuple[str, Any]:
    """What an alert is a change of: a program's status, a contract's state, or a flag; None if of none of them."""
    if told.event == STATUS_CHANGED:
        return told.event, (told.payload.get("program") or {}).get("code")
    if told.event == CONTRACT_STATUS_CHANGED:
        return told.event, (told.payload.get("contract") or {}).get("id")
    return "flag", told.payload.get("flag") if told.event in FLAG_STATES else None


def _net(steps: Sequence[Told]) -> dict[str, Any]:
    states = [_before(steps[0]), *(_after(step) for step in steps)]
    name = _name(steps[-1])
    return {
        "name": name,
        "before": states[0],
        "after": states[-1],
        "line": _line(name, states),
        "earlier": [step.id for step in steps[:-1]],
        "steps": [{"happened_at": step.happened_at, "summary": step.summary} for step in steps],
    }


def _before(first: Told) -> str | None:
    """What it was; of a flag that opened nothing, and of another one what it must have been."""
    if first.event in CHANGES:
        return first.payload.get("before")
    return {"flag.opened": None, "flag.reopened": "resolved"}.get(first.event, "open")


def _after(last: Told) -> str | None:
    return last.payload.get("after") if last.event in CHANGES else FLAG_STATES[last.event]


def _name(told: Told) -> str:
    """A program by its name, a contract by its reference; a flag by its rule and what it is about."""
    program, contract = told.payload.get("program") or {}, told.payload.get("contract") or {}
    if told.event == STATUS_CHANGED:
        return str(program.get("name", ""))
    reference = str(contract.get("reference", ""))
    if told.event == CONTRACT_STATUS_CHANGED:
        return f"Contract {reference}"
    about = f"contract {reference}" if contract else str(program.get("name", ""))
    return f"Flag {told.payload.get('rule', '')} of {about}"


def _line(name: str, states: Sequence[str | None]) -> str:
    """Where it stands now, and what it was."""
    before, after = states[0], states[-1]
    changes = f"{len(states) - 1} changes"
    if before != after:
        was = "" if before is None else f" (was {in_words(before)})"
        return f"{name} is now {in_words(after)}{was}, after {changes}"
    again = " again" if any(state != after for state in states) else ""
    return f"{name} is {in_words(after)}{again}, after {changes}"
