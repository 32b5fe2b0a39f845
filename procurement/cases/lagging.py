"""How long it took from the first doubt about a program to an act on its contracts."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from procurement.common.dates import Asked, whole_days
from procurement.contracts.models import ContractStatusChange, ProgramAllocation
from procurement.programs.reading import said_by_program
from procurement.programs.standing import CUTS, Said, standing

#: Statuses that, decided or spoken of before the stop, are a doubt.
DOUBTS = frozenset({*CUTS, "under_review"})
#: States of a contract that are an act upon it.
ACTS = frozenset({"stop_work", "suspended", "partially_terminated", "terminated", "cancelled_before_signature"})


@dataclass(frozen=True)
class Lag:
    """The days of a stop; None where nobody says."""

    stop: dt.date
    first_doubt: dt.date | None
    other_side_notified: dt.date | None
    contract_act: dt.date | None

    def distances(self) -> dict[str, dict[str, Any]]:
        """Each day with how many days after the stop began it was; before it they are below zero."""
        days = {
            "first_doubt": self.first_doubt,
            "stop": self.stop,
            "other_side_notified": self.other_side_notified,
            "contract_act": self.contract_act,
        }
        return {name: {"on": day, "days": day and whole_days(self.stop, day)} for name, day in days.items()}


@dataclass(frozen=True)
class Act:
    """One state of a contract, as far as it answers a stop."""

    status: str
    effective_on: dt.date
    notified_on: dt.date | None


def lags(asked: Asked, program_ids: Collection[int]) -> dict[int, Lag]:
    """The lag of each of the programs that is stopped at the asked dates. Three queries."""
    said = said_by_program(asked, program_ids)
    now = {program: standing(rows, asked.as_of).stopped_on for program, rows in said.items()}
    stopped = {program: day for program, day in now.items() if day is not None}
    acts = _acts(asked, stopped)
    return {program: lag(day, said[program], acts.get(program, ())) for program, day in stopped.items()}


def lag(stopped_on: dt.date, said: Sequence[Said], acts: Sequence[Act]) -> Lag:
    """The lag of a stop, from what was said of the program and what was done to its contracts."""
    notified = [act.notified_on for act in acts if act.notified_on is not None and act.notified_on >= stopped_on]
    acted = [act.effective_on for act in acts if act.status in ACTS and act.effective_on >= stopped_on]
    return Lag(stopped_on, first_doubt(stopped_on, said), min(notified, default=None), min(acted, default=None))


def first_doubt(stopped_on: dt.date, said: Sequence[Said]) -> dt.date | None:
    """The first time since the program was last sound that somebody decided or said otherwise, up to the stop."""
    sound = [
        each.effective_on
        for each in said
        if each.kind == "decision" and each.effective_on < stopped_on and each.status and each.status not in DOUBTS
    ]
    since = max(sound, default=dt.date.min)
    return min(
        (s.effective_on for s in said if s.status in DOUBTS and since <= s.effective_on <= stopped_on), default=None
    )


def _acts(asked: Asked, programs: Mapping[int, dt.date]) -> dict[int, list[Act]]:
    """The states of the contracts that ever belonged to each program, in view."""
    rows = ProgramAllocation.objects.standing(asked).filter(program__in=list(programs))
    pairs = set(rows.values_list("program_id", "contract_id"))
    states = ContractStatusChange.objects.standing(asked).filter(act="state")
    changes = states.filter(contract__in={contract for _, contract in pairs})
    of: dict[int, list[Act]] = defaultdict(list)
    for contract, *values in changes.values_list("contract_id", "status", "effective_on", "notified_on"):
        of[contract].append(Act(*values))
    found: dict[int, list[Act]] = defaultdict(list)
    for program, contract in pairs:
        found[program] += of.get(contract, ())
    return found
