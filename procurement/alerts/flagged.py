"""Flag events as events for subscribers."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from procurement.alerts.events import FIGURE_DISPUTED, FLAG_EVENTS, STATUS_DISPUTED, Happening
from procurement.alerts.rechecks import Reach
from procurement.flags.models import FlagEvent

#: Rules whose flags are an event of their own when they open or reopen.
RULE_EVENTS = {"disputed-status": STATUS_DISPUTED, "disputed-figure": FIGURE_DISPUTED}
BEGINNINGS = frozenset({"opened", "reopened"})
#: The event -> the beginning of its sentence.
WORDS = {
    "flag.opened": "Flag opened",
    "flag.escalated": "Flag is more severe",
    "flag.reopened": "Flag reopened",
    "flag.resolved": "Flag resolved",
    STATUS_DISPUTED: "Status disputed",
    FIGURE_DISPUTED: "Figure disputed",
}


def flag_happenings(
    events: Collection[FlagEvent], found_by: Mapping[int, Reach], *, in_full: bool = True
) -> list[Happening]:
    """The events for subscribers; `found_by` says, by flag event, which facts' screening caused it.

    Such an event counts from the time at which the facts were recorded, so that a subscription created between
    recording and screening does not get it. Without `in_full` the evidence of the flags is not read.
    """
    return [each for event in events for each in _happenings(event, found_by.get(event.pk), in_full=in_full)]


def _happenings(event: FlagEvent, reach: Reach | None, *, in_full: bool) -> Iterator[Happening]:
    for name in flag_events(event.kind, event.flag.rule):
        yield Happening(
            event=name,
            origin_table=event._meta.db_table,
            origin_id=event.pk,
            happened_at=reach.happened_at if reach else event.at,
            summary=f"{WORDS[name]}: {event.summary}",
            program_id=event.flag.program_id,
            contract_id=event.flag.contract_id,
            programs=frozenset() if event.flag.program_id is None else frozenset({event.flag.program_id}),
            rule=event.flag.rule,
            severity=event.severity,
            late=event.historical,
            facts=_payload(event) if in_full else {},
        )


def flag_events(kind: str, rule: str) -> tuple[str, ...]:
    """The events for a change of a flag, the most specific first."""
    own = (RULE_EVENTS[rule],) if kind in BEGINNINGS and rule in RULE_EVENTS else ()
    return own + ((FLAG_EVENTS[kind],) if kind in FLAG_EVENTS else ())


def _payload(event: FlagEvent) -> dict[str, Any]:
    return {
        "flag": event.flag_id,
        "kind": event.kind,
        "rule": event.flag.rule,
        "severity": event.severity,
        "reason": event.reason,
        "evidence": event.evidence,
    }
