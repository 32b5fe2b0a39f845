"""How long it took from the first doubt about a program to an act on its contracts."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from procurement.common.dates import DAY, Asked
from procurement.common.dating import Dated, Days, days_between
from procurement.contracts.models import ContractStatusChange, ProgramAllocation
from procurement.programs.reading import said_by_program
from procurement.programs.standing import DOUBTS, Said, Stop, last_sound, standing

ONE_DAY = dt.timedelta(days=1)
SHOW_CAUSE = "show_cause"
#: Acts on a contract that also cast doubt on its program.
DOUBTING = frozenset({"stop_work", "suspended", SHOW_CAUSE})
#: States of a contract that are an act upon it, and a notice that changes no state.
ACTS = DOUBTING | {"partially_terminated", "terminated", "cancelled_before_signature"}


@dataclass(frozen=True)
class Act:
    """One state of a contract, or a notice, as a response to a stop."""

    id: int
    contract_id: int
    act: str
    status: str
    suspends: str
    effective_on: dt.date
    effective_precision: str = DAY
    notified_on: dt.date | None = None
    notified_precision: str = DAY

    @property
    def kind(self) -> str:
        """The state, or the act if it changes none."""
        return self.status or self.act

    @property
    def dated(self) -> Dated:
        """The effective day, as its source gives it."""
        return Dated(self.effective_on, self.effective_precision)

    @property
    def notified(self) -> Dated | None:
        """When the other side was told."""
        return Dated(self.notified_on, self.notified_precision) if self.notified_on else None


@dataclass(frozen=True)
class Lag:
    """The days of a stop; None if unknown."""

    stop: Said
    first_doubt: Said | Act | None
    notified: Dated | None
    #: the acts on its contracts since the program was last sound, in order
    acts: tuple[Act, ...] = ()

    @property
    def contract_act(self) -> Act | None:
        """The first of them, perhaps before the stop."""
        return self.acts[0] if self.acts else None

    @property
    def doubt_to_act(self) -> Days | None:
        """From the first doubt to the first act on a contract."""
        return (
            None
            if self.first_doubt is None or self.contract_act is None
            else apart(self.first_doubt, self.contract_act)
        )

    def distances(self) -> dict[str, dict[str, Any]]:
        """Each day with its distance from the beginning of the stop in days, negative before it."""
        told = days_between(self.stop.dated, self.notified) if self.notified else None
        return {
            "first_doubt": self._told(self.first_doubt),
            "stop": self._told(self.stop),
            "other_side_notified": _parts(self.notified, told),
            "contract_act": self._told(self.contract_act),
        }

    def told_acts(self) -> list[dict[str, Any]]:
        """Each act on a contract, with its distance from the stop."""
        return [
            {
                "contract": act.contract_id,
                "contract_status_change": act.id,
                "act": act.act,
                "status": act.status,
                "suspends": act.suspends,
                **self._told(act),
            }
            for act in self.acts
        ]

    def _told(self, event: Said | Act | None) -> dict[str, Any]:
        return _parts(event.dated, apart(self.stop, event)) if event else _parts(None, None)


def _parts(dated: Dated | None, days: Days | None) -> dict[str, Any]:
    told = dated.parts() if dated else {"on": None, "precision": None}
    return told | {"days": days.parts() if days else None}


def apart(since: Said | Act, until: Said | Act) -> Days:
    """How many days lie between two events; zero if they are the same event, however coarse its date."""
    return Days(0, 0) if since == until else days_between(since.dated, until.dated)


def lags(asked: Asked, program_ids: Collection[int]) -> dict[int, Lag]:
    """The lag of each of the programs that is stopped at the asked dates. Three queries."""
    said = said_by_program(asked, program_ids)
    now = {program: standing(rows, asked.as_of).stop for program, rows in said.items()}
    stopped = {program: stop for program, stop in now.items() if stop is not None}
    acts = _acts(asked, stopped)
    return {program: lag(stop, said[program], acts.get(program, ())) for program, stop in stopped.items()}


def lag(stop: Stop, said: Sequence[Said], acts: Iterable[Act]) -> Lag:
    """The lag of a stop, from statements about the program and acts on its contracts."""
    sound = last_sound(said, stop.began_on - ONE_DAY)
    since = sound.effective_on if sound else dt.date.min
    every = sorted(acts, key=lambda act: (act.effective_on, act.id))
    acted = tuple(act for act in every if act.kind in ACTS and act.effective_on >= since)
    told = [act.notified for act in every if act.notified is not None and act.notified.on >= stop.began_on]
    notified = min(told, key=lambda dated: dated.on, default=None)
    return Lag(stop.by, first_doubt(stop, since, said, acted), notified, acted)


def first_doubt(stop: Stop, since: dt.date, said: Iterable[Said], acts: Iterable[Act]) -> Said | Act | None:
    """The first decision, statement or act since the program was last sound that cast doubt on it, up to the stop.

    A stop-work order, suspension or show-cause notice casts doubt; the end of a contract alone does not.
    """
    spoken: list[Said | Act] = [each for each in said if each.status in DOUBTS or each.casts_doubt]
    done = [act for act in acts if act.kind in DOUBTING]
    doubts = [each for each in (*spoken, *done) if since <= each.effective_on <= stop.began_on]
    return min(doubts, key=lambda each: (each.effective_on, each != stop.by, each.id), default=None)


def _acts(asked: Asked, programs: Mapping[int, Stop]) -> dict[int, list[Act]]:
    """The states of the contracts that ever belonged to each program, and notices under them, in view."""
    rows = ProgramAllocation.objects.standing(asked).filter(program__in=list(programs)).order_by()
    telling = Q(status__in=ACTS) | Q(act__in=ACTS) | Q(notified_on__isnull=False)
    ever = rows.values("contract")
    changes = ContractStatusChange.objects.standing(asked).filter(telling, contract__in=ever).order_by()
    columns = (
        "id", "contract_id", "act", "status", "suspends", "effective_on", "effective_precision", "notified_on",
        "notified_precision",
    )  # fmt: skip
    of: dict[int, list[Act]] = defaultdict(list)
    for values in changes.values_list(*columns):
        act = Act(*values)
        of[act.contract_id].append(act)
    found: dict[int, list[Act]] = defaultdict(list)
    for program, contract in set(rows.filter(contract__in=list(of)).values_list("program_id", "contract_id")):
        found[program] += of.get(contract, ())
    return found
