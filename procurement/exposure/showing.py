"""Figures as answers show them: rounded once, the ends of a range side by side. Pure."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

from procurement.common.errors import Refused
from procurement.common.money import as_text
from procurement.exposure.columns import AMOUNTS
from procurement.exposure.rows import Due, Row

#: Figures that are ranges -> their ends, and which amount each end is.
RANGES: Mapping[str, Mapping[str, str]] = {
    "termination_liability": {"low": "liability_low", "point": "liability_point", "high": "liability_high"},
    "exit_exposure": {"low": "exit_low", "high": "exit_high"},
    "avoidable": {"low": "avoidable_low", "high": "avoidable_high"},
}
_RANGE_OF = {amount: name for name, ends in RANGES.items() for amount in ends.values()}
NEXT_DUE = "next_due"
#: Every figure that a row can show, in the order of the answer.
SHOWN = (*dict.fromkeys(_RANGE_OF.get(name, name) for name in AMOUNTS), NEXT_DUE)

Figure = str | None | dict[str, str | None] | dict[str, dt.date | str | None]


def checked_figures(names: Sequence[str], beside: Sequence[str] = ()) -> tuple[str, ...]:
    """The figures of these names, in the order of the answer. Raises Refused naming those that are none.

    Names of `beside` are accepted and left out.
    """
    unknown = sorted(set(names) - set(SHOWN) - set(beside))
    if unknown or not names:
        said = f"“{', '.join(unknown)[:100]}” is not a figure" if unknown else "is empty"
        raise Refused({"figures": f"{said}; accepted, separated by commas: {', '.join([*SHOWN, *beside])}"})
    return tuple(name for name in SHOWN if name in names)


def shown_figures(row: Row, names: Sequence[str] = SHOWN) -> dict[str, Figure]:
    """The figures of these names as decimal strings of the row's currency; unknown is None."""
    known, currency = row.figures, row.currency or ""
    return {name: _shown(name, row.next_due, known, currency) for name in names}


def _shown(name: str, due: Due | None, known: Mapping[str, Decimal | None], currency: str) -> Figure:
    if name in RANGES:
        return {end: as_text(known[amount], currency) for end, amount in RANGES[name].items()}
    if name == NEXT_DUE:
        return {"due_on": due.due_on, "amount": as_text(due.amount, currency)} if due else None
    return as_text(known[name], currency)
