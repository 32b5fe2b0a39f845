"""Reading one program whole at the asked dates, with a number of queries that does not depend on how much there is."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from procurement.cases.lagging import Lag, lags
from procurement.cases.one_program.contracts import Contracts, Left, contracts_of, left_behind
from procurement.cases.one_program.due import Due, due_of
from procurement.cases.one_program.flagged import Flags, flags_of
from procurement.cases.one_program.gaps import Gap, Known, gaps_of
from procurement.cases.one_program.money import Money, live_in, money_of, rows_of
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
from procurement.programs.standing import Standing, standing
from procurement.sources.models import Document
from procurement.sources.past_view import as_recorded, in_past_view


@dataclass(frozen=True)
class Paging:
    """Where the page's lists begin: after which contract, and after which fact."""

    contracts: int | None = None
    facts: Place | None = None


@dataclass(frozen=True)
class OneProgram:
    """Everything that is on record of one program at the asked dates."""

    program: Program
    asked: Asked
    standing: Standing
    lag: Lag | None
    sentence: Sentence
    spoken: Spoken
    money: tuple[Money, ...]
    contracts: Contracts
    left: tuple[Left, ...]
    due: Due
    reports: Reports
    flags: Flags
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
    def stop_day(self) -> Dated | None:
        """The day the running stop began."""
        return self.standing.stop.by.dated if self.standing.stop else None

    @property
    def count(self) -> int:
        """How many contracts have a share in it."""
        return sum(money.contracts for money in self.money)


def program_in_view(asked: Asked, code: str) -> Program | None:
    """The program of a code, if it is in view at the asked dates. One query."""
    rows = in_past_view(as_recorded(Program, asked).filter(code=code), asked)
    found: Program | None = rows.select_related("buyer", "source").first()
    return found


def one_program(program: Program, asked: Asked, today: dt.date, paging: Paging = Paging()) -> OneProgram:
    """Read a program whole."""
    pk = program.pk
    said = said_by_program(asked, [pk]).get(pk, [])
    now = standing(said, asked.as_of)
    rows = rows_of(asked, pk)
    then = rows_of(replace(asked, as_of=now.stopped_on), pk) if now.stopped_on else {}
    count = sum(row.contracts for row in rows.values())
    contracts = contracts_of(asked, pk, count, paging.contracts)
    live = contracts.live
    money = money_of(rows, then, live_in(asked, pk) if live is None else live)
    lag = lags(asked, [pk]).get(pk) if now.is_stopped else None
    left = left_behind(asked, pk)
    few = count <= MOST_CONTRACTS
    due = due_of(asked, pk)
    reports = reports_of(asked, pk, money, limits_in_force(asked.recorded_by)[DISPUTED_FIGURE.code])
    timeline, undated = timeline_of(asked, pk, count, paging.facts), undated_facts(asked, [pk])
    resting = resting_on(asked, pk, with_contracts=few)
    cited = {each.source_id for each in said if each.source_id} | due.sources() | reports.sources()
    documents = documents_of(cited | timeline.sources())
    known = Known(
        standing=now,
        lag=lag,
        money=money,
        withheld=sum(each.withheld for each in due.estimates) + sum(each.withheld for each in reports.figures),
        unscheduled=tuple(each.currency for each in due.falling if each.unscheduled),
        undated=undated,
        reported_exit=any(each.measure in LEAVING for each in reports.figures),
    )
    return OneProgram(
        program=program,
        asked=asked,
        standing=now,
        lag=lag,
        sentence=sentence(now, money),
        spoken=spoken(said, now, documents),
        money=money,
        contracts=contracts,
        left=tuple(left),
        due=due,
        reports=reports,
        flags=flags_of(asked, pk, today),
        gaps=gaps_of(known),
        relations=relations_of(asked, pk),
        turns=turns_of(said, now, lag, left),
        timeline=timeline,
        resting_on=resting,
        documents=documents,
        undated=undated,
    )
