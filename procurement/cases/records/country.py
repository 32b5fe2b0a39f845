"""One country: its programs with their status and money, and where its suppliers are."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from procurement.cases.records.organization import Money, split
from procurement.common.dates import Asked
from procurement.exposure.answering import Question, answer
from procurement.exposure.rows import Row
from procurement.exposure.snapshot import one_moment
from procurement.fiscal.reading import fiscal_years
from procurement.fiscal.years import CALENDAR, FiscalYear
from procurement.programs.models import Program
from procurement.programs.reading import standings
from procurement.programs.standing import Standing
from procurement.sources.past_view import as_recorded, in_past_view

#: Of so many programs at most the contracts are named; of more the sums of all programs are read.
FEW = 50
#: How many programs a page shows.
MOST = 300


@dataclass(frozen=True)
class CountryProgram:
    """A program of a country: its status, and its money in each currency."""

    program: Program
    standing: Standing
    money: Sequence[Row]


@dataclass(frozen=True)
class CountryCase:
    """What is on record of a country at the asked dates."""

    code: str
    programs: Sequence[CountryProgram]
    more: bool
    #: contracts that it buys, by the country of the lead supplier
    suppliers: Money
    #: contracts whose lead supplier is there, by the country that buys
    buyers: Money
    fiscal_year: FiscalYear
    #: whether that was entered, or is the calendar's for want of an entry
    has_own_year: bool

    @property
    def stopped(self) -> int:
        """How many of its programs are suspended or cancelled."""
        return sum(each.standing.is_stopped for each in self.programs)


def country_case(code: str, asked: Asked) -> CountryCase:
    """All about a country, as of one moment. Makes the same number of queries for any number of programs."""
    with one_moment():
        rows = in_past_view(as_recorded(Program, asked).filter(country=code), asked).order_by("name", "id")
        programs = list(rows[: MOST + 1])
        known = standings(asked, [each.pk for each in programs])
        money = _money(asked, {each.pk for each in programs})
        years = fiscal_years()
        found = [CountryProgram(each, known.get(each.pk, Standing()), money[each.pk]) for each in programs[:MOST]]
        return CountryCase(
            code=code,
            programs=sorted(found, key=_order),
            more=len(programs) > MOST,
            suppliers=split(asked, {"country": [code]}, "supplier_country", _codes),
            buyers=split(asked, {"supplier_country": [code]}, "country", _codes),
            fiscal_year=years.get(code, CALENDAR),
            has_own_year=code in years,
        )


def _order(each: CountryProgram) -> tuple[int, str]:
    """The most recently stopped first, then the others by name."""
    stopped_on = each.standing.stopped_on
    return (-stopped_on.toordinal() if stopped_on else 1, each.program.name)


def _codes(codes: Collection[str]) -> dict[str, str]:
    return {code: code for code in codes}


def _money(asked: Asked, programs: Collection[int]) -> Mapping[int, list[Row]]:
    filters = {"program": sorted(programs)} if len(programs) <= FEW else {}
    found: dict[int, list[Row]] = defaultdict(list)
    for row in answer(Question(asked, ("program",), filters)).rows if programs else ():
        if row.currency and row.keys["program"] in programs:
            found[row.keys["program"]].append(row)
    return found
