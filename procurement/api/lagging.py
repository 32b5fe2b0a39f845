"""How long it took from the first doubt about a program to an act on its contracts."""

import datetime as dt
from typing import Any

from django.db.models import Min, Q

from procurement.common.dates import Asked, whole_days
from procurement.contracts.models import ContractStatusChange, ProgramAllocation
from procurement.programs.models import StatusChange
from procurement.programs.standing import CUTS, Standing

#: Statuses that, decided or spoken of before the stop, are a doubt.
DOUBTS = (*sorted(CUTS), "under_review")
#: States of a contract that are an act upon it.
ACTS = ("stop_work", "suspended", "partially_terminated", "terminated", "cancelled_before_signature")


def lag_of(program_id: int, standing: Standing, asked: Asked) -> dict[str, Any] | None:
    """The four days and their distances from the day the stop began; None when the program is not stopped."""
    if standing.stopped_on is None:
        return None
    notified, acted = _answered(program_id, standing.stopped_on, asked)
    days = {
        "first_doubt": _first_doubt(program_id, standing.stopped_on, asked),
        "stop": standing.stopped_on,
        "other_side_notified": notified,
        "contract_act": acted,
    }
    return {name: _distance(standing.stopped_on, day) for name, day in days.items()}


def _distance(stopped_on: dt.date, day: dt.date | None) -> dict[str, Any]:
    return {"on": day, "days": None if day is None else whole_days(stopped_on, day)}


def _first_doubt(program_id: int, stopped_on: dt.date, asked: Asked) -> dt.date | None:
    """The first time since the program was last sound that somebody decided or said otherwise."""
    said = StatusChange.objects.standing(asked).filter(program=program_id, effective_on__lte=stopped_on)
    sound = said.filter(kind="decision", effective_on__lt=stopped_on).exclude(status__in=[*DOUBTS, ""])
    last_sound: StatusChange | None = sound.in_order().last()
    doubts = said.filter(status__in=DOUBTS)
    if last_sound is not None:
        doubts = doubts.filter(effective_on__gte=last_sound.effective_on)
    first: dt.date | None = doubts.aggregate(first=Min("effective_on"))["first"]
    return first


def _answered(program_id: int, stopped_on: dt.date, asked: Asked) -> tuple[dt.date | None, dt.date | None]:
    """The first day since the stop on which the other side was told, and on which a contract was acted upon."""
    contracts = ProgramAllocation.objects.standing(asked).filter(program=program_id).values("contract")
    found = (
        ContractStatusChange.objects.standing(asked)
        .filter(contract__in=contracts)
        .aggregate(
            notified=Min("notified_on", filter=Q(notified_on__gte=stopped_on)),
            acted=Min("effective_on", filter=Q(status__in=ACTS, effective_on__gte=stopped_on)),
        )
    )
    return found["notified"], found["acted"]
