"""How rules write contracts and amounts into summaries and evidence. Pure.

In a row from the database, the numbers with decimals are exactly the amounts.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from procurement.common.money import as_text, in_full

Row = Mapping[str, Any]


def named(row: Row) -> str:
    """A contract as a summary names it."""
    return f"contract {row['reference']} ({row['title']})"


def counted(number: int, noun: str) -> str:
    """A number of things: 1 payment, 3 payments."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def remaining(row: Row) -> str:
    """What is left under a contract, in words; unknown if no commitment or no payment is on record."""
    if row["committed"] is None:
        return "outstanding amount unknown (no commitment on record here)"
    amounts = {"outstanding": row["outstanding"], "unaccounted for": row["unaccounted"]}
    said = " and ".join(f"{in_full(amount, row['currency'])} {word}" for word, amount in amounts.items() if amount)
    if said and row.get("share", "1") != "1":
        said += f", the program's share of {row['share']}"
    if row["outstanding"] is None and said:
        return f"{said} (outstanding amount unknown)"
    return said or "nothing outstanding"


def presented(row: Row) -> dict[str, Any]:
    """A row as evidence: amounts are decimal strings, rounded in the currency that it or the row around it names."""
    return {name: _presented(each, row.get("currency") or "") for name, each in row.items()}


def _presented(value: Any, currency: str) -> Any:
    if isinstance(value, Mapping):
        own = value.get("currency") or currency
        return {name: _presented(each, own) for name, each in value.items()}
    if isinstance(value, list):
        return [_presented(each, currency) for each in value]
    return as_text(value, currency) if isinstance(value, Decimal) else value
