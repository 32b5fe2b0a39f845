"""Reads what leaving each program was estimated to cost, and what it did cost."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from procurement.cases.reported import SAID_OF, Reported, reported
from procurement.charts.asking import Chosen
from procurement.common.dates import Asked
from procurement.exposure.answering import Question, answer
from procurement.programs.models import Program
from procurement.sources.past_view import as_recorded, in_past_view

Ends = tuple[Decimal | None, Decimal | None]
NOTHING: Ends = (None, None)
Figures = Mapping[str, Decimal | None]


@dataclass(frozen=True)
class Leaving:
    """What leaving a program was expected to cost, and did: an end that is None is open, both are unknown."""

    code: str
    name: str
    currency: str
    #: whether an amount is one that somebody reported, as the ledger has none
    estimated: Ends = NOTHING
    said_estimated: bool = False
    actual: Ends = NOTHING
    said_actual: bool = False

    @property
    def size(self) -> Decimal:
        """The largest amount that is known of it."""
        return max((abs(each) for each in (*self.estimated, *self.actual) if each is not None), default=Decimal(0))

    def at(self, rate: Decimal, currency: str) -> "Leaving":
        """The same in another currency."""
        estimated, actual = (
            (None if low is None else low * rate, None if high is None else high * rate)
            for low, high in (self.estimated, self.actual)
        )
        return replace(self, currency=currency, estimated=estimated, actual=actual)


@dataclass(frozen=True)
class Case:
    """What is known of leaving a program: by the ledger in each currency, and as it was reported."""

    code: str
    name: str
    ledger: Mapping[str, Figures]
    reported: Sequence[Reported]

    @property
    def is_secret(self) -> bool:
        """Whether an amount is said to exist and to be secret."""
        return any(each.withheld for each in self.reported)


def cases(asked: Asked) -> list[Case]:
    """The programs of which anything about leaving may be known."""
    ledger: dict[int, dict[str, Figures]] = defaultdict(dict)
    for row in answer(Question(asked, ("program",))).rows:
        if row.keys["program"] is not None and row.currency is not None:
            ledger[row.keys["program"]][row.currency] = row.figures
    programs = {program.pk: program for program in in_past_view(as_recorded(Program, asked), asked)}
    said = reported(asked, list(programs))
    return [Case(each.code, each.name, ledger.get(pk, {}), said.get(pk, ())) for pk, each in programs.items()]


def leavings_of(case: Case) -> Iterator[Leaving]:
    """A program's estimate and cost in each currency: the ledger's, else the latest that were reported."""
    estimated, said_estimated = _either(case, _estimate, "reported_estimate")
    actual, said_actual = _either(case, _cost, "reported_exit")
    for each in dict.fromkeys([*estimated, *actual]):
        ends = estimated.get(each, NOTHING), actual.get(each, NOTHING)
        yield Leaving(case.code, case.name, each, ends[0], said_estimated, ends[1], said_actual)


def _estimate(figures: Figures) -> Ends:
    """Both ends of the estimated cost of terminating; a single number is used for both."""
    low, point, high = (figures.get(f"liability_{end}") for end in ("low", "point", "high"))
    return (point, point) if low is None and high is None else (low, high)


def _cost(figures: Figures) -> Ends:
    """What was paid for leaving."""
    return (figures.get("exit_paid"), figures.get("exit_paid"))


def _either(case: Case, read: Callable[[Figures], Ends], column: str) -> tuple[dict[str, Ends], bool]:
    """By currency what the ledger has; where it has nothing in any, the latest that was reported, and that it is so."""
    ledger = {currency: ends for currency, figures in case.ledger.items() if (ends := read(figures)) != NOTHING}
    fitting = (each for each in case.reported if each.measure in SAID_OF[column])
    said = {each.currency: (each.low, each.high) for each in fitting if (each.low, each.high) != NOTHING}
    return (ledger, False) if ledger else (said, bool(said))


def in_one_currency(found: Sequence[Leaving], chosen: Chosen) -> tuple[list[Leaving], list[Leaving]]:
    """Those in the chosen currency, or that have a rate to it, the largest first; and those that have none."""
    rates = chosen.rates({each.currency for each in found})
    done = [each.at(rates[each.currency], chosen.currency) for each in found if each.currency in rates]
    left = [each for each in found if each.currency not in rates]
    return sorted(done, key=lambda each: (-each.size, each.code)), left
