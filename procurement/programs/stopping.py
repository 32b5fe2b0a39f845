"""Which changes of the record stop a program, and so may need a second person (DESIGN.md section 8)."""

import datetime as dt

from django.conf import settings

from procurement.common.dates import Asked
from procurement.programs.models import StatusChange
from procurement.programs.reading import SAID, said_by_program
from procurement.programs.standing import STOPPED, Said, Stop, stops

#: The place of a row that is not stored yet: behind those of its day.
NOT_STORED = 2**62


def needs_approval(*, put: StatusChange | None = None, taken: StatusChange | None = None) -> bool:
    """Whether a second person must approve that a row is put in, or taken back, or both (a correction).

    So it is, where the setting says so, if one of them is a decision that stops a whole program, or if the program
    would be stopped by it on a day on which it is not: what had ended a stop is taken back, revoked or put off.
    """
    if not settings.STOPS_NEED_APPROVAL:
        return False
    return any(stops_a_program(row) for row in (put, taken)) or _stops_without_saying_so(put, taken)


def stops_a_program(row: StatusChange | None) -> bool:
    """Whether a row is a decision that suspends or cancels a whole program."""
    if row is None or row.kind != StatusChange.Kind.DECISION:
        return False
    return row.status in STOPPED and row.scope == StatusChange.Scope.WHOLE


def _stops_without_saying_so(put: StatusChange | None, taken: StatusChange | None) -> bool:
    revokes = put is not None and put.revokes_id is not None
    ends = taken is not None and taken.kind == StatusChange.Kind.DECISION
    row = put or taken
    if row is None or not (revokes or ends):
        return False
    whenever = Asked(dt.date.max)
    before = said_by_program(whenever, [row.program_id]).get(row.program_id, [])
    after = [said for said in before if taken is None or said.id != taken.pk]
    after += [] if put is None else [_said(put)]
    stopped = stops(before, whenever.as_of)
    return any(not any(_within(stop, other) for other in stopped) for stop in stops(after, whenever.as_of))


def _said(row: StatusChange) -> Said:
    return Said(**{name: getattr(row, name) for name in SAID} | {"id": NOT_STORED})


def _within(stop: Stop, other: Stop) -> bool:
    ends = (stop.until or dt.date.max) <= (other.until or dt.date.max)
    return other.began_on <= stop.began_on and ends
