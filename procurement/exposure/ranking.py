"""Rows chosen by their figures and in the order of them, and pages that begin after a row. Pure.

Figures are compared as they are shown: rounded, in the currency of the answer. A row whose figure is unknown meets no
comparison, and comes last in either direction.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from procurement.common.errors import Refused
from procurement.common.money import as_text
from procurement.exposure.line_columns import AMOUNTS
from procurement.exposure.presentation import RANGES
from procurement.exposure.rows import Row

#: More rows than this are not sorted.
MOST = 50_000
CONTRACTS = "contracts"
#: Figures by which rows are chosen and ordered, named as in files -> the amounts of rows.
RANKED: Mapping[str, str] = (
    {name: name for name in AMOUNTS if not any(name in ends.values() for ends in RANGES.values())}
    | {f"{name}_{end}": amount for name, ends in RANGES.items() for end, amount in ends.items()}
    | {CONTRACTS: CONTRACTS}
)

#: Where a page goes on: the values of the order, the keys and the currency of the last row before it.
Place = tuple[Any, ...]
AT_LEAST, AT_MOST, IS_NULL = "gte", "lte", "isnull"


@dataclass(frozen=True)
class Comparison:
    """One condition on a figure: at least or at most an amount, or whether it is unknown."""

    figure: str
    lookup: str
    value: Any

    def is_met(self, row: Row) -> bool:
        """Whether a row meets it; one whose figure is unknown only where that is asked for."""
        found = figure_of(row, self.figure)
        if self.lookup == IS_NULL:
            return (found is None) is self.value
        if found is None:
            return False
        return bool(found >= self.value if self.lookup == AT_LEAST else found <= self.value)


@dataclass(frozen=True)
class Ranking:
    """Which rows of an answer are wanted, in which order (a figure, and whether the largest is first), and after which.

    Rows of equal figures are in the order of their keys.
    """

    comparisons: Sequence[Comparison] = ()
    order: Sequence[tuple[str, bool]] = ()
    after: Place | None = None

    @property
    def compares_amounts(self) -> bool:
        """Whether amounts are compared, which takes one currency."""
        figures = [each.figure for each in self.comparisons if each.lookup != IS_NULL] + [
            name for name, _ in self.order
        ]
        return any(name != CONTRACTS for name in figures)

    def place_of(self, row: Row) -> Place:
        """The place of a row in the order."""
        values = [figure_of(row, name) for name, _ in self.order]
        texts = [None if value is None else str(value) for value in values]
        return (*texts, *row.keys.values(), row.currency)

    def ranked(self, rows: Iterable[Row], limit: int) -> tuple[list[Row], Place | None]:
        """The rows of the page that begins after a place, and the place of its last row if more follow."""
        chosen = [(self._key(self.place_of(row)), row) for row in rows if all(c.is_met(row) for c in self.comparisons)]
        if self.after is not None:
            begin = self._key(self.after)
            chosen = [each for each in chosen if each[0] > begin]
        found = [row for _, row in sorted(chosen, key=lambda each: each[0])]
        return found[:limit], self.place_of(found[limit - 1]) if len(found) > limit else None

    def _key(self, place: Place) -> list[tuple[bool, Any]]:
        """A place as it is sorted by: what is unknown, and keys that a row has not, come last."""
        ordered = [
            (text is None, None if text is None else _turned(Decimal(text), is_descending))
            for text, (_, is_descending) in zip(place, self.order, strict=False)
        ]
        return [(empty, 0 if empty else value) for empty, value in [*ordered, *_keys(place[len(self.order) :])]]


def _keys(values: Sequence[Any]) -> list[tuple[bool, Any]]:
    return [(value is None, value) for value in values]


def _turned(value: Decimal, is_descending: bool) -> Decimal:  # noqa: FBT001
    return -value if is_descending else value


def figure_of(row: Row, name: str) -> Decimal | None:
    """A figure of a row as it is shown; None is unknown."""
    amount = RANKED[name]
    if amount == CONTRACTS:
        return Decimal(row.contracts)
    known = None if row.open_ends.get(amount) else row.amounts[amount]
    text = as_text(known, row.currency or "")
    return None if text is None else Decimal(text)


def refuse_incomparable(ranking: Ranking, rows: Sequence[Row], totals: Sequence[Row]) -> None:
    """Refuse to compare amounts of several currencies, and to sort more rows than MOST."""
    currencies = sorted({row.currency for row in totals if row.currency})
    if ranking.compares_amounts and len(currencies) > 1:
        named = ", ".join(currencies[:10]) + (" and more" if len(currencies) > 10 else "")
        raise Refused(
            {
                _parameter(
                    ranking
                ): f"amounts in {named} cannot be compared as they are; give currency={currencies[0]}, "
                "to which all are then converted, or filters that leave contracts in one currency"
            }
        )
    if len(rows) > MOST:
        raise Refused(
            {
                _parameter(
                    ranking
                ): f"there are more than {MOST} groups to choose from; filters that leave fewer, such "
                "as program or supplier, or a coarser group_by would be accepted"
            }
        )


def _parameter(ranking: Ranking) -> str:
    """The parameter that a refusal is about."""
    first = next(iter(ranking.comparisons), None)
    return "ordering" if ranking.order or first is None else f"{first.figure}__{first.lookup}"
