"""Figures as answers show them: rounded once, the ends of a range side by side. Pure."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from procurement.common.errors import Refused
from procurement.common.money import as_text
from procurement.exposure.line_columns import AMOUNTS
from procurement.exposure.rows import Days, Row

#: Figures that are ranges -> their ends, and which amount each end is.
RANGES: Mapping[str, Mapping[str, str]] = {
    "termination_liability": {"low": "liability_low", "point": "liability_point", "high": "liability_high"},
    "exit_exposure": {"low": "exit_low", "high": "exit_high"},
    "avoidable": {"low": "avoidable_low", "high": "avoidable_high"},
}
_RANGE_OF = {amount: name for name, ends in RANGES.items() for amount in ends.values()}
NEXT_DUE = "next_due"
#: How old what is paid is: the days through which payments are known, of the contract of which least is known and of
#: that of which most is; and on what ground: stated or balanced (completeness statements), entries.
PAID_AGE = ("paid_known_through", "paid_basis")
#: How old the state of live contracts is, and what of them is only presumed.
STATE_AGE = ("confirmed_on", "presumed")
_AMOUNTS = tuple(dict.fromkeys(_RANGE_OF.get(name, name) for name in AMOUNTS))
_AFTER_PAID = _AMOUNTS.index("paid") + 1
#: Every figure that a row can show, in the order of the answer.
SHOWN = (*_AMOUNTS[:_AFTER_PAID], *PAID_AGE, *_AMOUNTS[_AFTER_PAID:], *STATE_AGE, NEXT_DUE)
#: The parts of the figures that have some.
PARTS: Mapping[str, tuple[str, ...]] = {name: tuple(ends) for name, ends in RANGES.items()} | {
    "paid_known_through": ("earliest", "latest"),
    "confirmed_on": ("earliest", "latest"),
    "presumed": ("contracts", "outstanding"),
    NEXT_DUE: ("due_on", "amount"),
}

Figure = str | None | Sequence[str] | Mapping[str, dt.date | str | int | None]


def checked_figures(names: Sequence[str], beside: Sequence[str] = ()) -> tuple[str, ...]:
    """The figures of these names, in the order of the answer. Raises Refused naming those that are none.

    Names of `beside` are accepted and left out. What is paid is never shown without how old that is.
    """
    unknown = sorted(set(names) - set(SHOWN) - set(beside))
    if unknown or not names:
        said = f"“{', '.join(unknown)[:100]}” is not a figure" if unknown else "is empty"
        raise Refused({"figures": f"{said}; accepted, separated by commas: {', '.join([*SHOWN, *beside])}"})
    wanted = {*names, *(PAID_AGE[:1] if "paid" in names else ())}
    return tuple(name for name in SHOWN if name in wanted)


def shown_figures(row: Row, names: Sequence[str] = SHOWN) -> dict[str, Figure]:
    """The figures of these names as decimal strings of the row's currency; unknown is None."""
    known, currency = row.figures, row.currency or ""
    return {name: _shown(name, row, known, currency) for name in names}


def _shown(name: str, row: Row, known: Mapping[str, Decimal | None], currency: str) -> Figure:
    if name in RANGES:
        return {end: as_text(known[amount], currency) for end, amount in RANGES[name].items()}
    if name == NEXT_DUE:
        due = row.next_due
        return {"due_on": due.due_on, "amount": as_text(due.amount, currency)} if due else None
    if name in _AGES:
        return _AGES[name](row, currency)
    return as_text(known[name], currency)


def _days(days: Days | None) -> Figure:
    return dict(zip(("earliest", "latest"), days or (None, None), strict=True))


def _presumed(row: Row, currency: str) -> Figure:
    """Of no presumed contract nothing is outstanding; of no contract at all nothing is known."""
    nothing = Decimal(0) if row.contracts and not row.age.presumed else None
    amount = nothing if row.age.presumed_outstanding is None else row.age.presumed_outstanding
    return {"contracts": row.age.presumed, "outstanding": as_text(amount, currency)}


_AGES: Mapping[str, Callable[[Row, str], Figure]] = {
    "paid_known_through": lambda row, _: _days(row.age.paid_known_through),
    "paid_basis": lambda row, _: sorted(row.age.paid_bases) or None,
    "confirmed_on": lambda row, _: _days(row.age.confirmed_on),
    "presumed": _presumed,
}
