"""What is stopped and still owed, worst first: a line for each program, its money in one currency beside its own.

However many programs, contracts and stops there are, it takes the queries of one question of exposure, and three.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from django.utils import timezone

from procurement.common.dates import Asked
from procurement.exposure.answering import Question, answer, answer_from_facts
from procurement.exposure.conversion import Conversion, conversion_for, in_one_currency
from procurement.exposure.ranking import MOST
from procurement.exposure.rows import Row, converted, merged
from procurement.programs.models import Program
from procurement.programs.reading import said_by_program
from procurement.programs.standing import Said, Standing, standing
from procurement.rates.converting import Rate
from procurement.sources.past_view import as_recorded, in_past_view

#: The currency of a record without contracts.
USUAL_CURRENCY = "USD"
#: What is read of programs and of their buyers.
SHOWN = ("code", "name", "local_name", "country", "domain", "buyer__name", "buyer__country")


@dataclass(frozen=True)
class Line:
    """One program: what was decided, and its money. What is None is unknown."""

    program: Program
    standing: Standing
    #: in the wanted currency; None where the program has no contract, or no amount that has a rate
    money: Row | None = None
    #: in the currencies of its contracts, if one of them is another
    native: tuple[Row, ...] = ()
    #: of those the ones that have no rate
    left: tuple[Row, ...] = ()

    @cached_property
    def owed(self) -> Decimal | None:
        """What is outstanding, and what is committed without an account of whether it was paid."""
        return None if self.money is None else self.money.owed

    @property
    def ranked(self) -> Decimal | None:
        """The same, as lines are ranked by it: nothing is said of a program whose money has no rate."""
        return None if self.left and not self.owed else self.owed

    @property
    def is_left(self) -> bool:
        """Whether all of its money is in currencies without a rate."""
        return bool(self.left) and not (self.money and self.money.contracts)

    @property
    def is_unaccounted(self) -> bool:
        """Whether all that is owed is unaccounted."""
        return bool(self.owed) and self.money is not None and self.money.figures["unaccounted"] == self.owed

    @property
    def leading(self) -> str:
        """The figure that most of it is."""
        figures = [row.figures for row in self.rows]
        return "outstanding" if any(each["outstanding"] for each in figures) else "unaccounted"

    @property
    def rows(self) -> tuple[Row, ...]:
        """Its figures, each of one currency: in the wanted one, then those without a rate."""
        return (*([self.money] if self.money else []), *self.left)

    @property
    def presumed(self) -> int:
        """How many of its contracts are only presumed to run."""
        return sum(row.age.presumed for row in self.rows)

    @property
    def contracts(self) -> int:
        """How many contracts belong to it on the day."""
        return sum(row.contracts for row in self.rows)


@dataclass(frozen=True)
class Owed:
    """Programs with their money in one currency."""

    lines: list[Line]
    currency: str
    #: currencies of the contracts, the commonest first
    currencies: list[str]
    rates: tuple[Rate, ...]
    #: the currencies that had no rate, and the sums of what is left in each
    left: Mapping[str, Row]

    @cached_property
    def total(self) -> Row | None:
        """The sum of what is in the wanted currency; None where nothing is."""
        rows = [line.money for line in self.lines if line.money is not None and line.money.currency]
        return merged(rows, {}) if rows else None

    @property
    def rate_groups(self) -> list[list[Rate]]:
        """The rates, those of one type and day together."""
        of: dict[tuple[str, dt.date], list[Rate]] = {}
        for rate in self.rates:
            of.setdefault((rate.rate_type, rate.on), []).append(rate)
        return list(of.values())

    @property
    def disputed(self) -> list[Program]:
        """The programs whose status is disputed."""
        return [line.program for line in self.lines if line.standing.disputed]

    @property
    def without_contracts(self) -> int:
        """How many programs have no contract on record on the day."""
        return sum(not line.contracts for line in self.lines)

    @property
    def commonest(self) -> str:
        """The currency of most contracts."""
        return next(iter(self.currencies), USUAL_CURRENCY)


@dataclass(frozen=True)
class Programs:
    """The programs in view, and what was decided about each."""

    asked: Asked
    programs: Mapping[int, Program]
    #: what was decided and said up to today, also after the asked day
    said: Mapping[int, Sequence[Said]]

    @cached_property
    def standings(self) -> Mapping[int, Standing]:
        """The standing of each on the asked day."""
        return {pk: standing(self.said.get(pk, ()), self.asked.as_of) for pk in self.programs}

    def where(self, test: Callable[[Program, Standing], bool]) -> list[int]:
        """Those that pass a test, by code."""
        return [pk for pk, program in self.programs.items() if test(program, self.standings[pk])]


def programs_at(asked: Asked) -> Programs:
    """Every program in view at the asked dates, with its standing. Two queries or three."""
    rows = in_past_view(as_recorded(Program, asked).select_related("buyer"), asked).only(*SHOWN).order_by("code")
    programs = {program.pk: program for program in rows}
    said = said_by_program(replace(asked, as_of=max(asked.as_of, timezone.localdate())))
    return Programs(asked, programs, {pk: found for pk, found in said.items() if pk in programs})


def owed_by(known: Programs, chosen: Collection[int], currency: str = "", *, any_age: bool = False) -> Owed:
    """The money of some programs, worst first, in a currency: that of most of their contracts, if none is wanted.

    With `any_age` old rates are used where there is no recent one. What has none stays in its own currency.
    """
    rows = rows_of_programs(known.asked, chosen)
    counted = _currencies(rows)
    wanted = currency or next(iter(counted), USUAL_CURRENCY)
    question = Question(known.asked, ("program",), currency=wanted, any_age=any_age, unconverted=True)
    conversion = conversion_for(question, rows)
    return Owed(
        sorted(_lines(known, chosen, rows, conversion), key=_worst_first),
        wanted,
        counted,
        conversion.used,
        _sums_left(rows, conversion),
    )


def rows_of_programs(asked: Asked, chosen: Collection[int]) -> list[Row]:
    """The exposure of some programs, by currency.

    The sums of every program are kept for today; of other dates the contracts of those that are chosen are valued.
    """
    if not chosen:
        return []
    if _is_kept(asked):
        found, wanted = answer(Question(asked, ("program",), limit=MOST)), set(chosen)
        return [row for row in found.rows if row.keys["program"] in wanted]
    return answer_from_facts(Question(asked, ("program",), {"program": list(chosen)}, limit=MOST)).rows


def _is_kept(asked: Asked) -> bool:
    return replace(asked, undated=False) == Asked(timezone.localdate())


def _currencies(rows: Iterable[Row]) -> list[str]:
    counted = Counter[str]()
    for row in rows:
        if row.currency:
            counted[row.currency] += row.contracts
    return sorted(counted, key=lambda each: (-counted[each], each))


def _lines(known: Programs, chosen: Collection[int], rows: Iterable[Row], conversion: Conversion) -> Iterable[Line]:
    of: dict[int, list[Row]] = {pk: [] for pk in chosen}
    for row in rows:
        of[row.keys["program"]].append(row)
    for pk, native in of.items():
        yield _line(known.programs[pk], known.standings[pk], native, conversion)


def _line(program: Program, standing: Standing, native: Sequence[Row], conversion: Conversion) -> Line:
    found = in_one_currency(native, conversion, converted, lambda rows: merged(rows, rows[0].keys))
    left = tuple(row for row in found if row.currency in conversion.left)
    money = next((row for row in found if row.currency not in conversion.left), None)
    is_converted = money is not None and bool(money.converted_from)
    kept = tuple(row for row in native if row.currency and row.currency not in conversion.left) if is_converted else ()
    return Line(program, standing, money, kept, left)


def _sums_left(rows: Iterable[Row], conversion: Conversion) -> dict[str, Row]:
    of: dict[str, list[Row]] = {}
    for row in rows:
        if row.currency in conversion.left:
            of.setdefault(str(row.currency), []).append(row)
    return {currency: merged(each, {}) for currency, each in sorted(of.items())}


def _worst_first(line: Line) -> tuple[int, str, Decimal, str]:
    """By what is owed; then what has no rate, by its own currency; then what nobody knows, and without a contract."""
    if line.ranked is not None:
        return (0, "", -line.ranked, line.program.code)
    if line.left:
        return (1, str(line.left[0].currency), -(line.left[0].owed or Decimal(0)), line.program.code)
    return (2 if line.contracts else 3, "", Decimal(0), line.program.code)
