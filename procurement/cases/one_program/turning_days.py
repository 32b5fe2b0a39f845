"""The days on which something about a program changed: where its page is worth opening in the past."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from procurement.cases.lagging import Lag
from procurement.cases.one_program.contracts import Left
from procurement.programs.standing import Said, Standing

#: So many are offered.
MOST = 14


@dataclass(frozen=True)
class Turn:
    """A day, and what changed: `kind` is a status, or names what happened."""

    on: dt.date
    kind: str
    vocabulary: str = ""
    #: what weighs more is kept where there are too many
    weight: int = 0


def turns_of(said: list[Said], standing: Standing, lag: Lag | None, left: list[Left]) -> tuple[Turn, ...]:
    """The days in order, each with the weightiest that changed on it."""
    best: dict[dt.date, Turn] = {}
    for turn in _turns(said, standing, lag, left):
        if turn.on not in best or best[turn.on].weight < turn.weight:
            best[turn.on] = turn
    heaviest = sorted(best.values(), key=lambda turn: (-turn.weight, -turn.on.toordinal()))[:MOST]
    return tuple(sorted(heaviest, key=lambda turn: turn.on))


def _turns(said: list[Said], standing: Standing, lag: Lag | None, left: list[Left]) -> Iterator[Turn]:
    for each in said:
        if each.kind == "decision" and each.status:
            yield Turn(each.effective_on, each.status, "program_status", 9)
        elif each.status:
            yield Turn(each.effective_on, "statement", "", 3 if each.side == "buyer" else 1)
    if standing.disputed_since:
        yield Turn(standing.disputed_since, "dispute", "", 7)
    if lag and lag.first_doubt and lag.first_doubt.effective_on < lag.stop.effective_on:
        yield Turn(lag.first_doubt.effective_on, "first_doubt", "", 6)
    for act in lag.acts if lag else ():
        yield Turn(act.effective_on, act.kind, "contract_status", 5)
    for gone in left:
        yield Turn(gone.since.effective_on, "left", "", 4)
