"""Rows of an answer: exact sums of lines, how rows add up, and how they are converted. Pure."""

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, localcontext
from functools import cached_property
from operator import itemgetter
from typing import Any

from procurement.common.money import as_text, truncated_share
from procurement.exposure.line_columns import AGED, AMOUNTS, COVERED, ENDS

#: Sums of millions of amounts of 26 digits, times a rate of ten, are exact within this.
DIGITS = 60
#: Every share of coverage, in the order of the answer.
SHARES = ("committed", *COVERED)
NOBODY: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Due:
    """The day on which the next milestone falls due, and what falls due that day; None where no amount is known."""

    due_on: dt.date
    amount: Decimal | None


Days = tuple[dt.date, dt.date]


@dataclass(frozen=True)
class Age:
    """How old is what a row says; None and empty where nothing is known or nothing is live."""

    #: live contracts of which nobody has spoken for so long that they are only presumed to run
    presumed: int = 0
    #: what is outstanding under them, None when that is known of none
    presumed_outstanding: Decimal | None = None
    #: the earliest and the latest of the days on which its live contracts were last shown alive
    confirmed_on: Days | None = None
    #: the earliest and the latest of the days through which its payments are known, and on what grounds
    paid_known_through: Days | None = None
    paid_bases: frozenset[str] = frozenset()

    @classmethod
    def read(cls, found: Sequence[Any]) -> "Age":
        """From the columns of AGED, in order."""
        presumed, outstanding, *days, bases = found
        confirmed, paid = ((first, last) if first else None for first, last in (days[:2], days[2:]))
        return cls(presumed or 0, outstanding, confirmed, paid, frozenset(filter(None, bases or ())))

    def times(self, rate: Decimal) -> "Age":
        """Its amount at a rate."""
        amount = self.presumed_outstanding
        return self if amount is None else replace(self, presumed_outstanding=amount * rate)


@dataclass(frozen=True)
class Row:
    """One group: its keys (ids for programs, contracts and organizations), its currency and its exact sums."""

    keys: dict[str, Any]
    currency: str | None
    contracts: int
    contracts_without_commitment: int
    #: sums over the lines of which an amount is known; None when it is known of none
    amounts: Mapping[str, Decimal | None]
    covered: Mapping[str, Decimal]
    #: for each figure, of how many shares of contracts it is unknown
    uncovered: Mapping[str, int]
    #: the sum of absolute commitments, of which `covered` are parts
    gross: Decimal
    #: for each end of a range, how many contracts have it unknown, but those with nothing committed
    open_ends: Mapping[str, int]
    #: the programs in it whose status is disputed
    disputed: frozenset[int] = field(default_factory=frozenset)
    next_due: Due | None = None
    age: Age = field(default_factory=Age)
    #: the currencies in which its contracts are, where it was converted
    converted_from: frozenset[str] = frozenset()

    @property
    def disputes(self) -> int:
        """How many programs in it have a disputed status."""
        return len(self.disputed)

    @property
    def figures(self) -> dict[str, Decimal | None]:
        """The figures: an end of a range is unknown while it is of any contract with something committed."""
        return {name: None if self.open_ends.get(name) else amount for name, amount in self.amounts.items()}

    @property
    def owed(self) -> Decimal | None:
        """What is committed and not known to be paid: outstanding and unaccounted; None where neither is known."""
        return _sum(self.amounts[name] for name in ("outstanding", "unaccounted"))

    def texts(self) -> dict[str, str | None]:
        """The figures as decimal strings, rounded once."""
        return {name: as_text(value, self.currency or "") for name, value in self.figures.items()}

    def coverage(self) -> dict[str, str | None]:
        """For each figure the share of the sum of absolute commitments for which it is known; None without any.

        For `committed` the share of contracts, by number, of which a commitment is known.
        """
        known = self.contracts - self.contracts_without_commitment
        shares = {
            name: truncated_share(part, self.gross, complete=not self.uncovered[name])
            for name, part in self.covered.items()
        }
        return {"committed": truncated_share(Decimal(known), Decimal(self.contracts))} | shares


@dataclass(frozen=True)
class Reader:
    """Makes rows of a statement's records: where each column stands is found once, as records are many."""

    names: Sequence[str]
    keys: Sequence[str]

    @cached_property
    def at(self) -> dict[str, int]:
        """Where each column stands."""
        return {name: index for index, name in enumerate(self.names)}

    @cached_property
    def parts(self) -> tuple[Any, ...]:
        """What takes the amounts, the unknown ends, what is covered and what not, and the ages out of a record."""
        covered, unknown = ([f"{name}_{kind}" for name in COVERED] for kind in ("covered", "unknown"))
        columns = (AMOUNTS, [f"{name}_open" for name in ENDS], covered, unknown, AGED)
        return tuple(itemgetter(*(self.at[name] for name in each)) for each in columns)

    def row(self, record: Sequence[Any], keys: Mapping[str, Any] | None = None) -> Row:
        """One row; its keys are those given, or the record's own."""
        at, (amounts, opens, covered, unknown, ages) = self.at, self.parts
        due_on, disputed = record[at["due_on"]], record[at["disputed"]]
        return Row(
            keys={name: record[at[name]] for name in self.keys} if keys is None else dict(keys),
            currency=record[at["row_currency"]],
            contracts=record[at["contracts"]],
            contracts_without_commitment=record[at["contracts_without_commitment"]],
            amounts=dict(zip(AMOUNTS, amounts(record), strict=True)),
            covered=dict(zip(COVERED, covered(record), strict=True)),
            uncovered=dict(zip(COVERED, unknown(record), strict=True)),
            gross=record[at["gross"]],
            open_ends=dict(zip(ENDS, opens(record), strict=True)),
            disputed=frozenset(disputed) if disputed else NOBODY,
            next_due=Due(due_on, record[at["due_amount"]]) if due_on else None,
            age=Age.read(ages(record)),
        )


def merged(rows: Sequence[Row], keys: dict[str, Any]) -> Row:
    """Several rows of one currency as one."""
    with localcontext() as context:
        context.prec = DIGITS
        return Row(
            keys=keys,
            currency=rows[0].currency,
            contracts=sum(row.contracts for row in rows),
            contracts_without_commitment=sum(row.contracts_without_commitment for row in rows),
            amounts={name: _sum(row.amounts[name] for row in rows) for name in AMOUNTS},
            covered={name: _sum(row.covered[name] for row in rows) or Decimal(0) for name in COVERED},
            uncovered={name: sum(row.uncovered[name] for row in rows) for name in COVERED},
            gross=sum((row.gross for row in rows), Decimal(0)),
            open_ends={name: sum(row.open_ends[name] for row in rows) for name in ENDS},
            disputed=frozenset().union(*(row.disputed for row in rows)),
            next_due=earliest([row.next_due for row in rows if row.next_due]),
            age=_oldest([row.age for row in rows]),
            converted_from=frozenset().union(*(row.converted_from for row in rows)),
        )


def _oldest(ages: Sequence[Age]) -> Age:
    """Several ages as one."""
    return Age(
        presumed=sum(age.presumed for age in ages),
        presumed_outstanding=_sum(age.presumed_outstanding for age in ages),
        confirmed_on=_spanned(age.confirmed_on for age in ages),
        paid_known_through=_spanned(age.paid_known_through for age in ages),
        paid_bases=frozenset().union(*(age.paid_bases for age in ages)),
    )


def _spanned(days: Iterable[Days | None]) -> Days | None:
    """The earliest and the latest of several."""
    known = [each for each in days if each is not None]
    return (min(first for first, _ in known), max(last for _, last in known)) if known else None


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None


def earliest(dues: Sequence[Due]) -> Due | None:
    """The earliest day, with all that falls due on it."""
    day = min((due.due_on for due in dues), default=None)
    return None if day is None else Due(day, _sum(due.amount for due in dues if due.due_on == day))


def merged_by(rows: Iterable[Row], key: Callable[[Row], Mapping[str, Any]]) -> list[Row]:
    """Rows of one currency and equal new keys as one, in the order in which they came."""
    groups: dict[Hashable, list[Row]] = {}
    for row in rows:
        groups.setdefault((tuple(key(row).items()), row.currency), []).append(row)
    # most groups are of one row, which needs no sums
    return [
        merged(each, dict(key(each[0]))) if len(each) > 1 else replace(each[0], keys=dict(key(each[0])))
        for each in groups.values()
    ]


def converted(row: Row, rate: Decimal, currency: str) -> Row:
    """A row at a rate: units of the currency for one of its own."""
    with localcontext() as context:
        context.prec = DIGITS
        due = row.next_due
        return replace(
            row,
            currency=currency,
            converted_from=converted_from(row.currency, currency),
            amounts={name: None if amount is None else amount * rate for name, amount in row.amounts.items()},
            covered={name: part * rate for name, part in row.covered.items()},
            gross=row.gross * rate,
            age=row.age.times(rate),
            next_due=due and Due(due.due_on, None if due.amount is None else due.amount * rate),
        )


def converted_from(native: str | None, currency: str) -> frozenset[str]:
    """The currency that a group was converted from; none where it had the wanted one, or no amounts."""
    return frozenset({native} if native and native != currency else ())


def in_order(rows: Iterable[Row]) -> list[Row]:
    """Rows by their keys and currency, what has none last."""
    return sorted(rows, key=lambda row: [(v is None, v) for v in (*row.keys.values(), row.currency)])


@dataclass(frozen=True)
class Found:
    """Rows in order, and the totals by currency."""

    rows: list[Row]
    totals: list[Row]
