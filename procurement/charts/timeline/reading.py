"""Reads a program's history: decisions, statements, and its money on every day on which something changed."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from procurement.common.dates import Asked
from procurement.contracts.models import ContractStatusChange, ProgramAllocation
from procurement.exposure.answering import Answer, Question
from procurement.exposure.rows import Row
from procurement.exposure.series import answers_at
from procurement.ledger.models import LedgerEntry
from procurement.programs.models import Program
from procurement.programs.reading import said_by_program
from procurement.programs.standing import Said, Standing, Stop, standing, steps, stops

#: On so many days a program is valued: those before the last one are thinned out evenly.
MOST_DAYS = 150


@dataclass(frozen=True)
class Band:
    """A status that stood from one decision to the next one of another status; the last one has no end."""

    status: str
    decision: Said
    until: dt.date | None = None


@dataclass(frozen=True)
class Value:
    """What is known of the money on one day, in one currency; None is unknown."""

    day: dt.date
    contracts: int = 0
    committed: Decimal | None = None
    paid: Decimal | None = None
    outstanding: Decimal | None = None
    unaccounted: Decimal | None = None
    paid_since: Decimal | None = None
    #: the last day through which payments of any contract are known
    known_through: dt.date | None = None
    #: the part of what is committed for which payments are known, as a decimal string
    coverage: str | None = None


@dataclass(frozen=True)
class Move:
    """Contracts that began or ceased to belong to the program, and the program that they went to or came from."""

    day: dt.date
    contracts: int
    leaving: bool
    other: str


@dataclass(frozen=True)
class History:
    """All that the chart of a program shows."""

    code: str
    name: str
    local_name: str
    asked: Asked
    standing: Standing
    bands: tuple[Band, ...]
    #: every stop, the last one perhaps still running
    stops: tuple[Stop, ...]
    said: tuple[Said, ...]
    #: the values in each currency, by day
    money: dict[str, tuple[Value, ...]]
    moves: tuple[Move, ...] = ()
    #: the last day on which the money or the status changed; on how many days either did, and at how many it is valued
    changed_on: dt.date | None = None
    days: int = 0
    valued: int = 0

    @property
    def first(self) -> dt.date:
        """The first day on which anything is known."""
        valued = (value.day for values in self.money.values() for value in values[:1])
        return min((*self._spoken(), *valued), default=self.asked.as_of)

    @property
    def last_change(self) -> dt.date:
        """The last day on which anything changed or was said."""
        changed = [self.changed_on] if self.changed_on else []
        return max((*self._spoken(), *changed), default=self.asked.as_of)

    def _spoken(self) -> Iterator[dt.date]:
        return (said.effective_on for said in self.said)


def history(program: Program, asked: Asked) -> History:
    """A program's history at the asked dates, in about as many queries for any number of days."""
    said = tuple(sorted(said_by_program(asked, [program.pk]).get(program.pk, ()), key=lambda each: each.order))
    contracts = ProgramAllocation.objects.contracts_of([program.pk])
    days = _days(contracts, asked, said) if contracts else []
    chosen = thinned(sorted({*days, asked.as_of}), _decided(said)) if days else []
    found = answers_at(Question(asked, ("program",), {"program": [program.pk]}), chosen) if chosen else []
    return History(
        code=program.code,
        name=program.name,
        local_name=program.local_name,
        asked=asked,
        standing=standing(said, asked.as_of),
        bands=bands(said, asked.as_of),
        stops=tuple(stops(said, asked.as_of)),
        said=said,
        money=values(found, program.pk),
        moves=_moves(program.pk, contracts, asked) if contracts else (),
        changed_on=days[-1] if days else None,
        days=len(days),
        valued=len(set(chosen) & set(days)),
    )


def bands(said: Iterable[Said], as_of: dt.date) -> tuple[Band, ...]:
    """The statuses in order; decisions that repeat a status go on with its band."""
    found: list[Band] = []
    for step in steps(said, as_of):
        if found and found[-1].status == step.status:
            continue
        if found:
            found[-1] = Band(found[-1].status, found[-1].decision, step.decision.effective_on)
        found.append(Band(step.status, step.decision))
    return tuple(found)


def thinned(days: Sequence[dt.date], kept: set[dt.date], most: int = MOST_DAYS) -> list[dt.date]:
    """At most so many of some days in order: the first, the last, those to be kept, and of the others every few."""
    if len(days) <= most:
        return list(days)
    wanted = [each for each in days if each in kept][: most // 2]
    room = most - len(wanted) - 2
    step = -(-len(days) // room)
    return sorted({days[0], days[-1], *wanted, *days[::step]})


def _days(contracts: Sequence[int], asked: Asked, said: Iterable[Said]) -> list[dt.date]:
    """The days on which the money of some contracts may have changed, and those of decisions. One query."""
    tables = (LedgerEntry, ContractStatusChange, ProgramAllocation)
    first, *others = (
        model.objects.in_view(asked).filter(contract__in=contracts).order_by().values_list("effective_on")
        for model in tables
    )
    found = {day for (day,) in first.union(*others)}
    begun = min(found, default=dt.date.max)
    return sorted(found | {each for each in _decided(said) if each >= begun})


def _decided(said: Iterable[Said]) -> set[dt.date]:
    return {each.effective_on for each in said if each.kind == "decision"}


def values(answers: Sequence[Answer], program: int) -> dict[str, tuple[Value, ...]]:
    """The values of answers to one question, by currency."""
    found: dict[str, list[Value]] = defaultdict(list)
    for answer in answers:
        day = answer.question.asked.as_of
        rows = {row.currency: row for row in answer.rows if row.currency and row.keys["program"] == program}
        for currency in {**found, **rows}:  # a currency whose contracts have all left is said to be none
            found[currency].append(_value(day, rows[currency]) if currency in rows else Value(day))
    return {currency: tuple(found[currency]) for currency in sorted(found)}


def _value(day: dt.date, row: Row) -> Value:
    figures, through = row.figures, row.age.paid_known_through
    names = ("committed", "paid", "outstanding", "unaccounted", "paid_since")
    amounts = {name: figures.get(name) for name in names}
    return Value(
        day, row.contracts, **amounts, known_through=through and through[1], coverage=row.coverage().get("paid")
    )


def _moves(program: int, contracts: Sequence[int], asked: Asked) -> tuple[Move, ...]:
    """Days on which contracts changed between this program and others. One query."""
    rows = ProgramAllocation.objects.standing(asked).filter(contract__in=contracts)
    columns = ("contract_id", "effective_on", "program_id", "share", "program__name")
    by_day: dict[tuple[int, dt.date], dict[int, tuple[Decimal, str]]] = defaultdict(dict)
    for contract, on, each, share, name in rows.order_by("effective_on", "id").values_list(*columns):
        by_day[contract, on][each] = share, name
    counted: dict[tuple[dt.date, bool, str], int] = defaultdict(int)
    for (_, on), shares in by_day.items():
        if program in shares and len(shares) > 1:
            leaving = not shares[program][0]
            for name in (name for each, (share, name) in shares.items() if each != program and bool(share) == leaving):
                counted[on, leaving, name] += 1
    return tuple(Move(on, count, leaving, name) for (on, leaving, name), count in sorted(counted.items()))
