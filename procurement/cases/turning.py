"""The days on which the status of a program was decided or spoken of, each with what happened: where a slider stops."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from procurement.programs.standing import Said

#: So many days a list of them has, the newest.
MOST = 200


@dataclass(frozen=True)
class Turn:
    """One such day: the program and status that stand for it, decisions before statements, and of how many; or none."""

    on: dt.date
    program: int | None = None
    status: str = ""
    number: int = 0


@dataclass(frozen=True)
class Turns:
    """The days in order, and whether there are earlier ones that were left out."""

    days: list[Turn]
    is_cut: bool

    def with_day(self, day: dt.date) -> "Turns":
        """The same with a day among them, on which nothing need have happened."""
        if any(turn.on == day for turn in self.days):
            return self
        return replace(self, days=sorted([*self.days, Turn(day)], key=lambda turn: turn.on))


def turns(said: Mapping[int, Iterable[Said]]) -> Turns:
    """The days on which something was decided or said of programs."""
    every = [(each, program) for program, rows in said.items() for each in rows if each.status]
    days = list(_by_day(sorted(every, key=lambda pair: (pair[0].effective_on, pair[0].kind, pair[0].order))))
    return Turns(days[-MOST:], is_cut=len(days) > MOST)


def _by_day(told: Iterable[tuple[Said, int]]) -> Iterator[Turn]:
    for on, rows in groupby(told, key=lambda pair: pair[0].effective_on):
        (first, program), *others = rows
        yield Turn(on, program, first.status, number=1 + len(others))
