"""Flag events as events for subscribers."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from procurement.alerts import wording
from procurement.alerts.events import Happening, flag_events
from procurement.alerts.rechecks import Reach
from procurement.flags.models import FlagEvent


def flag_happenings(events: Collection[FlagEvent], found_by: Mapping[int, Reach]) -> list[Happening]:
    """The events for subscribers; `found_by` says, by flag event, which facts' screening caused it.

    Such an event counts from the time at which the facts were recorded, so that a subscription created between
    recording and screening does not get it.
    """
    return [each for event in events for each in _happenings(event, found_by.get(event.pk))]


def _happenings(event: FlagEvent, reach: Reach | None) -> Iterator[Happening]:
    for name in flag_events(event.kind, event.flag.rule):
        yield Happening(
            event=name,
            origin_table=event._meta.db_table,
            origin_id=event.pk,
            happened_at=_happened_at(event, reach),
            summary=wording.flag_line(name, event.summary),
            program_id=event.flag.program_id,
            contract_id=event.flag.contract_id,
            programs=frozenset() if event.flag.program_id is None else frozenset({event.flag.program_id}),
            rule=event.flag.rule,
            severity=event.severity,
            late=event.historical,
            facts=_told(event),
        )


def _happened_at(event: FlagEvent, reach: Reach | None) -> dt.datetime:
    return reach.happened_at if reach else event.at


def _told(event: FlagEvent) -> dict[str, Any]:
    return {
        "flag": event.flag_id,
        "kind": event.kind,
        "rule": event.flag.rule,
        "severity": event.severity,
        "reason": event.reason,
        "evidence": event.evidence,
    }
