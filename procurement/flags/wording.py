"""How rules write amounts, contracts and days into summaries and evidence. Pure."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from procurement.common.money import as_text, rounded
from procurement.flags.facts import ContractFacts


def spelled(amount: Decimal, currency: str) -> str:
    """An amount for people: 28,455,000,000 JPY. Decimals that are zero are left out."""
    exact = rounded(amount, currency)
    shown = exact.to_integral_value() if exact == exact.to_integral_value() else exact
    return f"{shown:,f} {currency}"


def named(contract: ContractFacts) -> str:
    """A contract as a summary names it."""
    return f"contract {contract.reference} ({contract.title})"


def in_words(status: str | None) -> str:
    """A code as a summary says it."""
    return (status or "unknown").replace("_", " ")


def iso(day: dt.date | None) -> str | None:
    """A date in evidence."""
    return day.isoformat() if day else None


def text(amount: Decimal | None, currency: str) -> str | None:
    """An amount in evidence: a decimal string; unknown stays None."""
    return as_text(amount, currency)


def listed(ids: Iterable[int | None]) -> list[int]:
    """Ids of documents in evidence, each once and in order."""
    return sorted({each for each in ids if each is not None})
