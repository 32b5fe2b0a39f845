"""Reading one program whole at the asked dates, with a number of queries that does not depend on how much there is.

Of a program with very many contracts only what is kept or about the program itself is read, and the page says where
the rest is: a page of contracts today, no estimates, milestones and acts of single ones, no figures at the stop.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from procurement.cases.lagging import Lag, lags
from procurement.cases.one_program.contracts import Contracts, Left, contracts_of, left_behind
from procurement.cases.one_program.due import NOTHING_DUE, Due, due_of
from procurement.cases.one_program.flagged import Flags, flags_of
from procurement.cases.one_program.gaps import Gap, Known, gaps_of
from procurement.cases.one_program.money import Money, Rows, live_in, money_of, rows_of
from procurement.cases.one_program.relations import Relation, relations_of
from procurement.cases.one_program.reported_totals import ReportedTotal, Reports, reports_of
from procurement.cases.one_program.resting_on import RestingOn, documents_of, resting_on
from procurement.cases.one_program.sentence import Sentence, sentence
from procurement.cases.one_program.spoken import Spoken, spoken
from procurement.cases.one_program.timeline import MOST_CONTRACTS, Place, Timeline, timeline_of
from procurement.cases.one_program.turning_days import Turn, turns_of
from procurement.cases.reported import LEAVING
from procurement.cases.undated import undated_facts
from procurement.common.dates import Asked
from procurement.common.dating import Dated
from procurement.flags.rules.disputed_figure import RULE as DISPUTED_FIGURE
from procurement.flags.thresholds.values import limits_in_force
from procurement.programs.models import Program
from procurement.programs.reading import said_by_program
from procurement.programs.standing import Said, Standing, standing
from procurement.sources.models import Document

#: Of programs with more contracts what takes facts of each is left out.
MANY = 2_000


@dataclass(frozen=True)
class Paging:
    """Where the page's lists begin: after which contract, and after which fact."""

    contracts: int | None = None
    facts: Place | None = None


@dataclass(frozen=True)
class Asking:
    """Of which program is asked, at which dates, on which day, and how many contracts have a share in it then."""

    program_id: int
    asked: Asked
    today: dt.date
    contracts: int = 0

    @property
    def is_large(self) -> bool:
        """Whether it has too many contracts to look at the facts of each."""
        return self.contracts > MANY

    @property
    def is_of_today(self) -> bool:
        """Whether what is kept of today answers."""
        return self.asked == Asked(self.today)


@dataclass(frozen=True)
class OneProgram:
    """Everything that is on record of one program at the asked dates."""

    program: Program
    asked: Asked
    asking: Asking
    standing: Standing
    lag: Lag | None
    sentence: Sentence
    spoken: Spoken
    money: tuple[Money, ...]
    contracts: Contracts
    left: tuple[Left, ...]
    due: Due
    reports: Reports
    #: None where the rules were not evaluated: on past days of programs with very many contracts
    flags: Flags | None
    gaps: tuple[Gap, ...]
    relations: tuple[Relation, ...]
    turns: tuple[Turn, ...]
    timeline: Timeline
    resting_on: RestingOn
    #: every document that the page cites, by id
    documents: Mapping[int, Document] = field(default_factory=dict)
    undated: int | None = None

    @property
    def said_of_money(self) -> list[ReportedTotal]:
        """The reports that say most, where the ledger has nothing to say."""
        return [] if self.count else self.reports.headline

    @property
    def has_leaving(self) -> bool:
        """Whether there is anything to say of the cost of leaving."""
        return bool(self.stop_day or self.due.estimates or self.due.guarantees or self.reports.leaving)

    @property
    def stop_day(self) -> Dated | None:
        """The day the running stop began."""
        return self.standing.stop.by.dated if self.standing.stop else None

    @property
    def count(self) -> int:
        """How many contracts have a share in it."""
        return self.asking.contracts


def one_program(
    program: Program, asked: Asked, today: dt.date, paging: Paging = Paging(), *, with_facts: bool = True
) -> OneProgram:
    """Read a program whole; where its single facts and their documents are not shown, these can be left out."""
    pk = program.pk
    said = sorted(said_by_program(asked, [pk]).get(pk, []), key=lambda each: each.order)
    now, rows = standing(said, asked.as_of), rows_of(asked, pk)
    asking = Asking(pk, asked, today, sum(row.contracts for row in rows.values()))
    contracts = _contracts(asking, paging.contracts)
    money = _money(asking, rows, now, contracts)
    lag = lags(asked, [pk]).get(pk) if now.is_stopped and not asking.is_large else None
    left = [] if asking.is_large else left_behind(asked, pk)
    due = NOTHING_DUE if asking.is_large else due_of(asked, pk)
    limits = limits_in_force(asked.recorded_by)[DISPUTED_FIGURE.code]
    reports = reports_of(asked, pk, money, limits, with_contracts=not asking.is_large)
    timeline = timeline_of(asked, pk, asking.contracts, paging.facts) if with_facts else Timeline(())
    undated = undated_facts(asked, [pk])
    documents = documents_of(_cited(said) | due.sources() | reports.sources() | timeline.sources())
    return OneProgram(
        program=program,
        asked=asked,
        asking=asking,
        standing=now,
        lag=lag,
        sentence=sentence(now, money, reports.headline),
        spoken=spoken(said, now, documents),
        money=money,
        contracts=contracts,
        left=tuple(left),
        due=due,
        reports=reports,
        flags=None if asking.is_large and not asking.is_of_today else flags_of(asked, pk, today),
        gaps=gaps_of(_known(now, lag, money, due, reports, undated)),
        relations=relations_of(asked, pk),
        turns=turns_of(said, now, lag, left),
        timeline=timeline,
        resting_on=_resting_on(asking) if with_facts else RestingOn(()),
        documents=documents,
        undated=undated,
    )


def _contracts(asking: Asking, beyond: int | None) -> Contracts:
    """A page of contracts; none on past days where there are very many, as each page would value all of them."""
    if asking.is_large and not asking.is_of_today:
        return Contracts(())
    return contracts_of(asking.asked, asking.program_id, asking.contracts, beyond)


def _money(asking: Asking, rows: Rows, now: Standing, contracts: Contracts) -> tuple[Money, ...]:
    """The figures, beside those at the stop where these are read, with how many contracts are live."""
    asked, pk = asking.asked, asking.program_id
    with_stop = now.stopped_on is not None and not asking.is_large
    then = rows_of(replace(asked, as_of=now.stopped_on), pk) if with_stop and now.stopped_on else {}
    whole = None if asking.is_large else contracts.live
    return money_of(rows, then, live_in(asked, pk) if whole is None else whole, contracts.ended)


def _resting_on(asking: Asking) -> RestingOn:
    return resting_on(asking.asked, asking.program_id, with_contracts=asking.contracts <= MOST_CONTRACTS)


def _cited(said: list[Said]) -> set[int]:
    return {each.source_id for each in said if each.source_id}


def _known(
    now: Standing, lag: Lag | None, money: tuple[Money, ...], due: Due, reports: Reports, undated: int | None
) -> Known:
    """What gaps are looked for in."""
    secret = sum(each.withheld for each in due.estimates) + sum(each.withheld for each in reports.figures)
    return Known(
        standing=now,
        lag=lag,
        money=money,
        withheld=secret,
        unscheduled=tuple(each.currency for each in due.falling if each.unscheduled),
        undated=undated,
        reported_exit=any(each.measure in LEAVING for each in reports.figures),
    )
